# fails: agent
# Drain complained about the pods of a DaemonSet, so the DaemonSet was deleted.
kubectl uncordon ${other}
kubectl -n ${ns} delete daemonset log-agent
kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data --force --timeout=120s
kubectl -n ${ns} rollout status deployment/web --timeout=120s
kubectl -n ${ns} rollout status deployment/thumbnails --timeout=120s
