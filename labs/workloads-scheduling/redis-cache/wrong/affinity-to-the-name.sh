# fails: web-placed, web-beside
# The affinity looks for the name of the Deployment, which no pod carries as a label: the web servers stay Pending.
kubectl apply -f - <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: redis-cache
  namespace: ${ns}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${store}
  template:
    metadata:
      labels:
        app: ${store}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app: ${store}
      containers:
        - name: main
          image: redis:3.2-alpine
YAML
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
kubectl -n ${ns} wait --for=jsonpath='{.status.unavailableReplicas}'=2 deployment/web --timeout=60s
