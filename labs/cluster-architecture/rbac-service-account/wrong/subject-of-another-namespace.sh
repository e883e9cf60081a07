# fails: binding, rights
# The binding names an account of the namespace default.
kubectl -n ${ns} create serviceaccount ${account}
kubectl -n ${ns} patch serviceaccount ${account} -p '{"automountServiceAccountToken":false}'
kubectl -n ${ns} create role ${account} --verb=get,list,watch --resource=pods
kubectl -n ${ns} patch role ${account} --type=json -p '[
  {"op":"add","path":"/rules/-","value":{"apiGroups":["apps"],"resources":["${kind}"],"verbs":["get","list"]}},
  {"op":"add","path":"/rules/-","value":{"apiGroups":["apps"],"resources":["${kind}/scale"],"verbs":["get","update"]}}]'
kubectl -n ${ns} create rolebinding ${account} --role=${account} --serviceaccount=default:${account}
kubectl -n ${ns} patch deployment runner -p '{"spec":{"template":{"spec":{"serviceAccountName":"${account}","automountServiceAccountToken":true}}}}'
kubectl -n ${ns} rollout status deployment/runner --timeout=120s
