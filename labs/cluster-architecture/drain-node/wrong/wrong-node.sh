# fails: back, cordoned, evicted
# The node that was out of service already was drained.
kubectl drain ${other} --ignore-daemonsets --delete-emptydir-data --force --timeout=120s
