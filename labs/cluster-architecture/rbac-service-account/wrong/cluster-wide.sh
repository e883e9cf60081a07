# fails: binding, not-elsewhere
# The rights are right, but granted with a ClusterRoleBinding: they count everywhere.
kubectl -n ${ns} create serviceaccount ${account}
kubectl -n ${ns} patch serviceaccount ${account} -p '{"automountServiceAccountToken":false}'
kubectl create clusterrole ${account} --verb=get,list,watch --resource=pods
kubectl patch clusterrole ${account} --type=json -p '[
  {"op":"add","path":"/rules/-","value":{"apiGroups":["apps"],"resources":["${kind}"],"verbs":["get","list"]}},
  {"op":"add","path":"/rules/-","value":{"apiGroups":["apps"],"resources":["${kind}/scale"],"verbs":["get","update"]}}]'
kubectl create clusterrolebinding ${account} --clusterrole=${account} --serviceaccount=${ns}:${account}
kubectl -n ${ns} patch deployment runner -p '{"spec":{"template":{"spec":{"serviceAccountName":"${account}","automountServiceAccountToken":true}}}}'
kubectl -n ${ns} rollout status deployment/runner --timeout=120s
