# fails: image, strategy
# Rolled back and left at that.
kubectl -n ${ns} rollout undo deployment/${app}
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
