# fails: no-more
# One rule with all the verbs for all the resources.
kubectl -n ${ns} create serviceaccount ${account}
kubectl -n ${ns} patch serviceaccount ${account} -p '{"automountServiceAccountToken":false}'
kubectl -n ${ns} create role ${account} --verb=get,list,watch,update --resource=pods,${kind}.apps,${kind}.apps/scale
kubectl -n ${ns} create rolebinding ${account} --role=${account} --serviceaccount=${ns}:${account}
kubectl -n ${ns} patch deployment runner -p '{"spec":{"template":{"spec":{"serviceAccountName":"${account}","automountServiceAccountToken":true}}}}'
kubectl -n ${ns} rollout status deployment/runner --timeout=120s
