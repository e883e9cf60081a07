# fails: reports, archive
# Nothing is Pending any more, because nothing is asked for.
kubectl -n ${ns} scale deployment reports archive --replicas=0
kubectl label node ${fast} disk-class=nvme --overwrite
kubectl -n ${ns} wait --for=delete pod -l app=archive --timeout=60s
kubectl -n ${ns} rollout status deployment/reports --timeout=120s
kubectl -n ${ns} rollout status deployment/ledger --timeout=120s
kubectl -n ${ns} rollout status deployment/archive --timeout=120s
