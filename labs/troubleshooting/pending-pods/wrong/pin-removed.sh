# fails: archive
# The pin was removed, so archive runs where it should not.
kubectl -n ${ns} set resources deployment reports --requests=cpu=250m,memory=64Mi
kubectl label node ${fast} disk-class=nvme --overwrite
kubectl -n ${ns} patch deployment archive --type=json -p '[{"op":"remove","path":"/spec/template/spec/nodeSelector"},{"op":"add","path":"/spec/template/spec/nodeName","value":"${fast}"}]'
kubectl -n ${ns} rollout status deployment/reports --timeout=120s
kubectl -n ${ns} rollout status deployment/ledger --timeout=120s
kubectl -n ${ns} rollout status deployment/archive --timeout=120s
