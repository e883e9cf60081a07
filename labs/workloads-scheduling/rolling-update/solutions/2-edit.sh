# Back to a revision by its number; strategy, image and change cause in one edit.
kubectl -n ${ns} rollout undo deployment/${app} --to-revision=2
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
KUBE_EDITOR="sed -i.bak -e 's|image: nginx:.*|image: ${image}|' -e 's|maxSurge: .*|maxSurge: 25%|' -e 's|maxUnavailable: .*|maxUnavailable: 0|' -e 's|kubernetes.io/change-cause: .*|kubernetes.io/change-cause: update to ${image}|'" \
  kubectl -n ${ns} edit deployment ${app}
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
