# Created with kubectl's own generators; what they cannot say is patched in.
kubectl -n ${ns} create serviceaccount ${account}
kubectl -n ${ns} patch serviceaccount ${account} -p '{"automountServiceAccountToken":false}'
kubectl -n ${ns} create role ${account} --verb=get,list,watch --resource=pods
kubectl -n ${ns} patch role ${account} --type=json -p '[
  {"op":"add","path":"/rules/-","value":{"apiGroups":["apps"],"resources":["${kind}"],"verbs":["get","list"]}},
  {"op":"add","path":"/rules/-","value":{"apiGroups":["apps"],"resources":["${kind}/scale"],"verbs":["get","update"]}}]'
kubectl -n ${ns} create rolebinding ${account} --role=${account} --serviceaccount=${ns}:${account}
kubectl -n ${ns} set serviceaccount deployment runner ${account}
kubectl -n ${ns} patch deployment runner -p '{"spec":{"template":{"spec":{"automountServiceAccountToken":true}}}}'
kubectl -n ${ns} rollout status deployment/runner --timeout=120s
