# Declaratively: the manifest of the good version is applied again, then the one of the new version.
manifest() {
  cat <<YAML
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${app}
  namespace: ${ns}
  labels:
    app: ${app}
  annotations:
    kubernetes.io/change-cause: $2
spec:
  replicas: 4
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      app: ${app}
  template:
    metadata:
      labels:
        app: ${app}
    spec:
      containers:
        - name: web
          image: $1
          ports:
            - name: http
              containerPort: 80
YAML
}
manifest nginx:1.26 '${app} on nginx 1.26' | kubectl apply -f -
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
manifest ${image} 'update to ${image}' | kubectl apply -f -
kubectl -n ${ns} rollout status deployment/${app} --timeout=120s
