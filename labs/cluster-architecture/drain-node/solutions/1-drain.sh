# Bring the other node back first: the pods need a place to go.
kubectl uncordon ${other}

# Then empty the node.
kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data --force

# See the shop through.
kubectl -n ${ns} rollout status deployment/web
kubectl -n ${ns} rollout status deployment/thumbnails
