# Commands that write: what they print, refuse, and leave behind.
kubectl create deployment web --image=nginx:1.27 --replicas=0

kubectl create deployment web --image=nginx:1.27

kubectl create configmap settings --from-literal=mode=dark --from-literal=size=10

kubectl create secret generic key --from-literal=password=hidden

kubectl create role reader --verb=get,list --resource=pods,deployments.apps

kubectl create rolebinding reads --role=reader --serviceaccount=default:default

kubectl create quota few --hard=pods=3,requests.cpu=1

kubectl create job once --image=busybox:1.36 --dry-run=client -o yaml -- echo hello

kubectl create cronjob nightly --image=busybox:1.36 --schedule='0 3 * * *' -- date

kubectl create service clusterip web --tcp=80:8080 --dry-run=server -o name

kubectl create ingress web --rule='shop.example/cart*=web:80,tls=certificate' --dry-run=client -o yaml

kubectl apply -f - <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: applied, labels: {tier: one}}
data: {a: "1", b: "2"}
E

kubectl apply -f - <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: applied}
data: {b: "3"}
E

kubectl get configmap applied -o jsonpath='{.data}{" "}{.metadata.labels}{"\n"}'

kubectl apply -f - <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: applied}
data: {b: "3"}
E

kubectl apply --server-side --field-manager=other -f - <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: applied}
data: {b: "4"}
E

kubectl apply view-last-applied configmap/applied

kubectl patch configmap settings -p '{"data":{"mode":"light"}}'

kubectl patch configmap settings --type=json -p '[{"op":"remove","path":"/data/none"}]'

kubectl patch deployment web --type=merge -p '{"spec":{"replicas":"two"}}' 2>&1 | sed 's/"{.*}"/the object/'

kubectl label configmap settings tier=front

kubectl label configmap settings tier=back

kubectl label configmap settings tier=back --overwrite

kubectl annotate configmap settings note='for the night' tier-

kubectl set image deployment/web nginx=nginx:1.28

kubectl set image deployment/web other=nginx:1.28

kubectl set env deployment/web MODE=dark --from=configmap/settings

kubectl set env deployment/web --list

kubectl set resources deployment web --limits=cpu=200m,memory=64Mi

kubectl set serviceaccount deployment web default

kubectl scale deployment web --replicas=2 --current-replicas=5

kubectl scale deployment web --replicas=0

kubectl autoscale deployment web --min=1 --max=3 --cpu=80%

kubectl expose deployment web --port=80 --target-port=8080

kubectl expose deployment web --port=80

kubectl run shell --image=busybox:1.36 --dry-run=client -o yaml --labels=app=shell --env=A=1 -- sleep 1d

kubectl replace -f - <<'E'
apiVersion: v1
kind: ConfigMap
metadata: {name: nowhere}
E

kubectl taint node nobody key=value:NoSchedule

kubectl auth can-i create pods --as=system:serviceaccount:default:default

kubectl auth reconcile -f - <<'E'
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [secrets], verbs: [get]}
E

kubectl diff -f - <<'E' | grep '^[-+] '
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: light, size: "10"}
E

kubectl delete configmap settings nowhere

kubectl delete deployment,service,hpa web

kubectl delete cronjob --all

kubectl wait --for=delete configmap/settings --timeout=5s
