# fails: web
# The web pods were in the way, so they were scaled to nothing: the shop is closed.
kubectl uncordon ${other}
kubectl -n ${ns} scale deployment web --replicas=0
kubectl -n ${ns} wait --for=delete pod -l app=web --timeout=60s
kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data --force --timeout=120s
kubectl -n ${ns} rollout status deployment/thumbnails --timeout=120s
