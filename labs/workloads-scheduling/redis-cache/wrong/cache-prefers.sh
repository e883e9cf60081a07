# fails: cache-rule
# The cache only prefers to be apart: it happens to work out with two pods on two nodes, but nothing forbids a third one.
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
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 100
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
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
                  app: ${store}
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
