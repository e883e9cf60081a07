# Rules first, in the editor; the new pods stay Pending until the label comes, also in the editor.
KUBE_EDITOR="sed -i 's/^      containers:/      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disktype, operator: In, values: [${disk}]}]}]}}}\n&/'" \
  kubectl -n ${ns} edit deployment ${strict}
kubectl -n ${ns} create deployment ${lenient} --image=${image} --replicas=2
KUBE_EDITOR="sed -i 's/^      containers:/      affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: ${weight}, preference: {matchExpressions: [{key: disktype, operator: In, values: [${disk}]}]}}]}}\n&/'" \
  kubectl -n ${ns} edit deployment ${lenient}
KUBE_EDITOR="sed -i 's/^  labels:/&\n    disktype: ${disk}/'" kubectl edit node ${node}
kubectl -n ${ns} rollout status deployment/${strict} --timeout=120s
kubectl -n ${ns} rollout status deployment/${lenient} --timeout=120s
