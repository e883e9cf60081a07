# fails: back, evicted
# The other node is still cordoned: the budget lets one web pod go, its replacement stays Pending, and the drain waits in vain.
kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data --force --timeout=3s || true
