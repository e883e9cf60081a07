# fails: archive-rule
# archive tolerates everything.
kubectl -n ${ns} set resources deployment reports --requests=cpu=250m,memory=64Mi
kubectl label node ${fast} disk-class=nvme --overwrite
kubectl -n ${ns} patch deployment archive -p '{"spec":{"template":{"spec":{"tolerations":[{"operator":"Exists"}]}}}}'
kubectl -n ${ns} rollout status deployment/reports --timeout=120s
kubectl -n ${ns} rollout status deployment/ledger --timeout=120s
kubectl -n ${ns} rollout status deployment/archive --timeout=120s
