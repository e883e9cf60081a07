# fails: budget
# All well, but the budget was thrown away to be quicker.
kubectl uncordon ${other}
kubectl -n ${ns} delete poddisruptionbudget web
kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data --force --timeout=120s
kubectl -n ${ns} rollout status deployment/web --timeout=120s
kubectl -n ${ns} rollout status deployment/thumbnails --timeout=120s
