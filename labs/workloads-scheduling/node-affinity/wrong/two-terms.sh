# fails: required
# A dash too many: the second term is an alternative, so the nodes with slow disks will do as well.
kubectl label node ${node} disktype=${disk}
kubectl -n ${ns} patch deployment ${strict} -p '{"spec":{"template":{"spec":{"affinity":{"nodeAffinity":{
  "requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
    {"matchExpressions":[{"key":"disktype","operator":"In","values":["${disk}"]}]},{"matchExpressions":[{"key":"kubernetes.io/os","operator":"In","values":["linux"]}]}]}}}}}}}'
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
kubectl -n ${ns} rollout status deployment/${strict} --timeout=120s
kubectl -n ${ns} rollout status deployment/${lenient} --timeout=120s
