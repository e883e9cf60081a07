# fails: undone
# Straight to the new version; the rollback never took place.
kubectl -n ${ns} patch deployment ${app} -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}}}'
kubectl -n ${ns} set image deployment/${app} web=${image}
kubectl -n ${ns} annotate deployment/${app} kubernetes.io/change-cause='update to ${image}' --overwrite
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
