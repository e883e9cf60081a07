# Frames from kubectl, finished in an editor; the Deployment is edited in place.
kubectl -n ${ns} create serviceaccount ${account} --dry-run=client -o yaml >account.yaml
echo 'automountServiceAccountToken: false' >>account.yaml
kubectl -n ${ns} create role ${account} --verb=get,list --resource=${kind}.apps --dry-run=client -o yaml >role.yaml
cat >>role.yaml <<'YAML'
- apiGroups: [apps]
  resources: [${kind}/scale]
  verbs: [get, update]
- apiGroups: ['']
  resources: [pods]
  verbs: [get, list, watch]
YAML
kubectl -n ${ns} create rolebinding ${account} --role=${account} --serviceaccount=${ns}:${account} --dry-run=client -o yaml >binding.yaml
kubectl -n ${ns} apply -f account.yaml -f role.yaml -f binding.yaml
KUBE_EDITOR="sed -i.bak -e 's/schedulerName: default-scheduler/serviceAccountName: ${account}/' -e 's/dnsPolicy: ClusterFirst/automountServiceAccountToken: true/'" \
  kubectl -n ${ns} edit deployment runner
kubectl -n ${ns} rollout status deployment/runner --timeout=120s
