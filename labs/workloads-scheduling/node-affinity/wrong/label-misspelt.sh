# fails: label
# The label is a letter off, and the pods wait for a node that does not exist.
kubectl label node ${node} diskType=${disk}
kubectl -n ${ns} patch deployment ${strict} -p '{"spec":{"template":{"spec":{"affinity":{"nodeAffinity":{
  "requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
    {"matchExpressions":[{"key":"disktype","operator":"In","values":["${disk}"]}]}]}}}}}}}'
kubectl apply -f - <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${lenient}
  namespace: ${ns}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${lenient}
  template:
    metadata:
      labels:
        app: ${lenient}
    spec:
      affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: ${weight}
              preference:
                matchExpressions:
                  - key: disktype
                    operator: In
                    values: [${disk}]
      containers:
        - name: main
          image: ${image}
YAML
kubectl -n ${ns} wait --for=jsonpath='{.status.unavailableReplicas}'=1 deployment/${strict} --timeout=60s
kubectl -n ${ns} rollout status deployment/${lenient} --timeout=120s
