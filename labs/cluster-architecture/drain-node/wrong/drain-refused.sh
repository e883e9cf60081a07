# fails: evicted
# Drain was not told that the bare pod may go; it named it, marked the node and evicted nothing.
kubectl uncordon ${other}
kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data --timeout=60s || true
