# fails: cordoned
# Drained and, out of habit, put back into service.
kubectl uncordon ${other}
kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data --force --timeout=120s
kubectl uncordon ${node}
kubectl -n ${ns} rollout status deployment/web --timeout=120s
kubectl -n ${ns} rollout status deployment/thumbnails --timeout=120s
