kubectl create -f - <<'E'
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {kubernetes.io/change-cause: first}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: nginx, image: "nginx:1.26", ports: [{containerPort: 80}]}]}
E

#wait kubectl rollout status deploy/web
kubectl rollout status deploy/web

kubectl wait --for=condition=Available deploy/web -o name

kubectl wait --for=jsonpath='{.spec.replicas}'=2 deploy/web

kubectl wait --for=condition=Nope deploy/web --timeout=1s

kubectl wait --for=create cm/nope --timeout=0

kubectl rollout pause deploy/web

kubectl rollout pause deploy/web

kubectl rollout restart deploy/web

kubectl rollout undo deploy/web

kubectl rollout resume deploy/web

kubectl apply -f - <<'E' 2>/dev/null
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {kubernetes.io/change-cause: second}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: nginx, image: "nginx:1.27", ports: [{containerPort: 80}]}]}
E

#wait kubectl rollout status deploy/web
kubectl rollout history deploy/web

kubectl rollout history deploy/web --revision=1

kubectl rollout undo deploy/web --to-revision=1 --dry-run=server

kubectl rollout undo deploy/web --to-revision=2

kubectl rollout undo deploy/web --to-revision=7

kubectl rollout undo deploy/web

#wait kubectl rollout status deploy/web
kubectl rollout status rs

kubectl rollout restart cm/kube-root-ca.crt

kubectl describe deploy web --show-events=false | grep -v '^Conditions' | grep -vE '^  (Type|----|Available|Progressing)'

kubectl describe ns kube-public

kubectl describe pod nope

kubectl events --for pod/nope

kubectl events --types=Nope

kubectl cordon nope

kubectl cordon node01 --dry-run=client

kubectl uncordon node01

kubectl drain node01 --pod-selector=app=nope --dry-run=client

kubectl drain

kubectl top pod --sort-by=size

kubectl delete deploy web --cascade=foreground

kubectl wait --for=delete deploy/web
