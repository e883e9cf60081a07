# fails: cache
# The label that kubectl create deployment gives was left as it is, and the anti-affinity was written for it.
kubectl -n ${ns} create deployment redis-cache --image=redis:3.2-alpine --replicas=0
kubectl -n ${ns} patch deployment redis-cache --type=merge -p '{"spec":{"template":{"spec":{"affinity":{
  "podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
    {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"redis-cache"}}}]}}}}}}'
kubectl -n ${ns} scale deployment redis-cache --replicas=2
kubectl -n ${ns} rollout status deployment/redis-cache --timeout=120s
kubectl apply -f - <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: ${ns}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      affinity:
        podAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: redis-cache
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: web
      containers:
        - name: main
          image: ${image}
YAML
kubectl -n ${ns} rollout status deployment/web --timeout=120s
