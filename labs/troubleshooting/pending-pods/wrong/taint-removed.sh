# fails: taint
# The taint was taken away instead of tolerated.
kubectl -n ${ns} set resources deployment reports --requests=cpu=250m,memory=64Mi
kubectl label node ${fast} disk-class=nvme --overwrite
kubectl taint node ${reserved} dedicated-
kubectl -n ${ns} rollout status deployment/reports --timeout=120s
kubectl -n ${ns} rollout status deployment/ledger --timeout=120s
kubectl -n ${ns} rollout status deployment/archive --timeout=120s
