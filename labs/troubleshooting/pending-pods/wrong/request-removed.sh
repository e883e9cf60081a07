# fails: reports-request
# The request is gone altogether.
kubectl -n ${ns} patch deployment reports --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/resources"}]'
kubectl label node ${fast} disk-class=nvme --overwrite
kubectl -n ${ns} patch deployment archive -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"dedicated","operator":"Equal","value":"${purpose}","effect":"NoSchedule"}]}}}}'
kubectl -n ${ns} rollout status deployment/reports --timeout=120s
kubectl -n ${ns} rollout status deployment/ledger --timeout=120s
kubectl -n ${ns} rollout status deployment/archive --timeout=120s
