# fails: undone, history
# Deleted and created anew: it serves again, but the history begins at revision 1.
kubectl -n ${ns} delete deployment ${app} --wait
kubectl -n ${ns} wait --for=delete pod --all --timeout=120s
kubectl -n ${ns} create deployment ${app} --image=${image} --replicas=4 --dry-run=client -o yaml |
  sed -e 's/name: nginx.*/name: web/' -e 's/strategy: {}/strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}/' |
  kubectl create -f -
kubectl -n ${ns} annotate deployment/${app} kubernetes.io/change-cause='update to ${image}'
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
