# Both Deployments as manifests.
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
        - name: redis
          image: redis:3.2-alpine
---
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
        - name: web
          image: ${image}
YAML
kubectl -n ${ns} rollout status deployment/redis-cache --timeout=120s
kubectl -n ${ns} rollout status deployment/web --timeout=120s
