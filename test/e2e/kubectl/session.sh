# One session with kubectl, a command per paragraph. Recorded per minor of kubectl against a real control plane (test/golden/kubectl), compared exactly.
# `#wait` polls a command until it succeeds and is not compared; kubelet events are left out, since the recorded cluster's nodes are played.
kubectl version | grep -E '^(Client|Server) Version'

kubectl cluster-info | head -1

kubectl api-resources --api-group=apps

kubectl api-resources --api-group=policy -o name

kubectl get nodes

kubectl get nodes -o wide

kubectl create configmap colours --from-literal=sky=blue --from-literal=grass=green

kubectl get configmap colours -o yaml

kubectl create secret generic keys --from-literal=password=open

kubectl get secret keys -o json

kubectl create serviceaccount robot

kubectl create role reader --verb=get,list --resource=pods

kubectl create rolebinding reader --role=reader --serviceaccount=$NS:robot

kubectl auth can-i list pods --as=system:serviceaccount:$NS:robot

kubectl auth can-i delete pods --as=system:serviceaccount:$NS:robot

kubectl auth can-i list pods --as=system:serviceaccount:$NS:robot -n default

kubectl get pods --as=system:serviceaccount:$NS:robot -n default

kubectl create deployment web --image=nginx:1.25 --replicas=2

kubectl rollout status deployment/web --timeout=60s | tail -1

#wait test "$(kubectl get deployment web -o jsonpath='{.status.availableReplicas}')" = 2
kubectl get deployment web

kubectl get deployment web -o wide

kubectl get deployment web -o yaml

kubectl get deployment web -o jsonpath='{.spec.strategy}{"\n"}'

kubectl get deployment web -o custom-columns=NAME:.metadata.name,REPLICAS:.spec.replicas,NOTHING:.spec.nothing

kubectl describe deployment web | sed '/^Events:/,$d'

kubectl get replicasets -o custom-columns=DESIRED:.spec.replicas,READY:.status.readyReplicas --no-headers

kubectl set image deployment/web nginx=nginx:1.26

kubectl rollout status deployment/web --timeout=60s | tail -1

kubectl annotate deployment web kubernetes.io/change-cause="nginx 1.27"

kubectl set image deployment/web nginx=nginx:1.27

kubectl rollout status deployment/web --timeout=60s | tail -1

kubectl rollout history deployment/web

kubectl rollout history deployment/web --revision=1

kubectl rollout undo deployment/web --to-revision=1

kubectl rollout status deployment/web --timeout=60s | tail -1

kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}{"\n"}'

kubectl rollout restart deployment/web

kubectl rollout status deployment/web --timeout=60s | tail -1

kubectl rollout undo deployment/web --to-revision=42

kubectl scale deployment web --replicas=3

#wait test "$(kubectl get deployment web -o jsonpath='{.status.readyReplicas}')" = 3
kubectl get deployment web --no-headers

kubectl scale deployment web --replicas=1

kubectl expose deployment web --port=80 --target-port=8080

kubectl get service web

kubectl get service web -o yaml

kubectl describe service web | grep -vE '^(IP|IPs|Endpoints)'

kubectl run solo --image=nginx:1.27 --labels=team=blue --overrides='{"spec":{"nodeName":"node01"}}'

kubectl wait --for=condition=Ready pod/solo --timeout=60s

kubectl get pod solo

kubectl get pod solo -o jsonpath='{.spec.nodeName} {.status.phase} {.status.qosClass}{"\n"}'

kubectl get pods -l team=blue -o name

kubectl get pods -l 'team in (blue,green)' --show-labels --no-headers

kubectl describe pod solo | sed -n '1,/^Status:/p'

kubectl describe pod solo | sed -n '/^Volumes:/,/^Events:/p' | grep -v Events

kubectl label pod solo team=green

kubectl label pod solo team=green --overwrite

kubectl annotate pod solo note=one

kubectl patch pod solo -p '{"metadata":{"labels":{"stage":"test"}}}'

kubectl patch pod solo --type=json -p '[{"op":"remove","path":"/metadata/labels/stage"}]'

kubectl patch pod solo --type=merge -p '{"metadata":{"annotations":{"note":null}}}'

kubectl get pod solo -o jsonpath='{.metadata.labels} {.metadata.annotations}{"\n"}'

kubectl delete pod solo

cat >shop.yaml <<'Y'
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {app: shop}}
spec:
  replicas: 1
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: shop, image: "nginx:1.27", env: [{name: MODE, value: test}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data: {colour: red}
Y

kubectl create -f shop.yaml

kubectl apply -f shop.yaml 2>&1 | sort

kubectl apply -f shop.yaml

sed -i 's/replicas: 1/replicas: 2/; s/red/blue/' shop.yaml

kubectl diff -f shop.yaml | grep -E '^[+-] '

kubectl apply -f shop.yaml

kubectl get deployment shop -o jsonpath='{.spec.replicas}{"\n"}'

KUBE_EDITOR="sed -i s/blue/violet/" kubectl edit configmap shop

KUBE_EDITOR=true kubectl edit configmap shop

kubectl get configmap shop -o jsonpath='{.data.colour}{"\n"}'

kubectl get configmap shop -o go-template='{{range $k, $v := .data}}{{$k}}={{$v}}{{"\n"}}{{end}}'

kubectl delete -f shop.yaml --wait=false

kubectl apply -f - <<'Y'
apiVersion: v1
kind: Pod
metadata: {name: broken}
spec:
  containers:
  - {name: a, image: "nginx:1.27", ports: [{containerPort: 70000}]}
  - {name: a, image: "nginx:1.27"}
Y

kubectl apply -f - <<'Y'
apiVersion: v1
kind: Pod
metadata: {name: broken}
spec: {containers: [{name: a, imagee: x}]}
Y

kubectl create configmap Upper --from-literal=a=1

kubectl get pod nobody

kubectl get nonsense

kubectl create deployment spread --image=nginx:1.27 --replicas=2

#wait test "$(kubectl get deployment spread -o jsonpath='{.status.readyReplicas}')" = 2
kubectl create poddisruptionbudget spread --selector=app=spread --min-available=1

#wait test "$(kubectl get poddisruptionbudget spread -o jsonpath='{.status.disruptionsAllowed}')" = 1
kubectl get poddisruptionbudget spread

kubectl taint node node02 dedicated=db:NoSchedule

kubectl describe node node02 | grep -A1 '^Taints'

kubectl taint node node02 dedicated-

kubectl cordon node01

kubectl cordon node01

kubectl get node node01

kubectl drain node01 --ignore-daemonsets --delete-emptydir-data --force 2>&1 | grep -E '^node/' | sort -u

kubectl get pods --field-selector spec.nodeName=node01 -o name

kubectl uncordon node01

kubectl get node node01 -o jsonpath='{.spec.unschedulable}.{.spec.taints}{"\n"}'

kubectl run nowhere --image=nginx:1.27 --overrides='{"spec":{"nodeSelector":{"no":"such"}}}'

#wait kubectl get events --field-selector=reason=FailedScheduling,involvedObject.name=nowhere -o name | grep -q .
kubectl get events --field-selector=reason=FailedScheduling,involvedObject.name=nowhere -o jsonpath='{.items[0].message}{"\n"}'

kubectl events --for=pod/nowhere --types=Warning --no-headers | awk '{$1=""; print}'

kubectl get pod nowhere

kubectl get configmaps -w --no-headers --field-selector=metadata.name=watched >watched.txt & pid=$!; until kubectl create configmap watched --from-literal=a=1 >/dev/null 2>&1; do :; done; until grep -q watched watched.txt; do :; done; kill $pid; wait $pid 2>/dev/null; awk '{print $1, $2}' watched.txt | head -1

kubectl explain pod.spec.nodeName | tail -n +1

kubectl explain deployment.spec.replicas

kubectl delete deployment web spread

kubectl delete configmap colours missing

kubectl delete service web

kubectl wait --for=delete pod -l app=web --timeout=60s >/dev/null 2>&1; echo $?
