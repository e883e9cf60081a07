# fails: strategy, cause
# Undone and updated, but with the old strategy and without a change cause.
kubectl -n ${ns} rollout undo deployment/${app}
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
kubectl -n ${ns} set image deployment/${app} web=${image}
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
