# Account, role and binding as manifests; the Deployment gets a patch.
kubectl apply -f - <<'YAML'
apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${account}
  namespace: ${ns}
automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: ${account}
  namespace: ${ns}
rules:
  - apiGroups: ['']
    resources: [pods]
    verbs: [get, list, watch]
  - apiGroups: [apps]
    resources: [${kind}]
    verbs: [get, list]
  - apiGroups: [apps]
    resources: [${kind}/scale]
    verbs: [get, update]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ${account}
  namespace: ${ns}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: ${account}
subjects:
  - kind: ServiceAccount
    name: ${account}
    namespace: ${ns}
YAML
kubectl -n ${ns} patch deployment runner -p '{"spec":{"template":{"spec":{"serviceAccountName":"${account}","automountServiceAccountToken":true}}}}'
kubectl -n ${ns} rollout status deployment/runner --timeout=120s
