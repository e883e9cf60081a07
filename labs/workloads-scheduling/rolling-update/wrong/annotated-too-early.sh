# fails: history
# The change cause was written before the new image was set, and so onto the revision that was rolled back to.
kubectl -n ${ns} rollout undo deployment/${app}
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
kubectl -n ${ns} patch deployment ${app} -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":1,"maxUnavailable":0}}}}'
kubectl -n ${ns} annotate deployment/${app} kubernetes.io/change-cause='update to ${image}' --overwrite
for old in $(kubectl -n ${ns} get replicasets -l app=${app} -o jsonpath='{.items[?(@.spec.replicas==4)].metadata.name}'); do
  kubectl -n ${ns} wait --for=jsonpath='{.metadata.annotations.kubernetes\.io/change-cause}'='update to ${image}' replicaset/$old --timeout=60s
done
kubectl -n ${ns} set image deployment/${app} web=${image}
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
