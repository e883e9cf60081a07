kubectl apply -f - <<'E'
apiVersion: v1
kind: Pod
metadata: {name: alone, labels: {goes: "yes", kind: alone}}
spec:
  nodeName: n2
  terminationGracePeriodSeconds: 0
  containers:
  - {name: a, image: "busybox:1.36", command: [sleep, "36000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: over, labels: {goes: "yes", kind: over}}
spec:
  nodeName: n2
  restartPolicy: Never
  containers:
  - {name: a, image: "busybox:1.36", command: ["true"]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: kept}
spec:
  replicas: 2
  selector: {matchLabels: {app: kept}}
  template:
    metadata: {labels: {app: kept, goes: "yes", kind: kept}}
    spec:
      terminationGracePeriodSeconds: 0
      nodeSelector: {kubernetes.io/hostname: n2}
      containers:
      - {name: a, image: "busybox:1.36", command: [sleep, "36000"]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: local}
spec:
  selector: {matchLabels: {app: local}}
  template:
    metadata: {labels: {app: local, goes: "yes", kind: local}}
    spec:
      terminationGracePeriodSeconds: 0
      nodeSelector: {kubernetes.io/hostname: n2}
      containers:
      - {name: a, image: "busybox:1.36", command: [sleep, "36000"], volumeMounts: [{name: v, mountPath: /v}]}
      volumes: [{name: v, emptyDir: {}}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: every}
spec:
  selector: {matchLabels: {app: every}}
  template:
    metadata: {labels: {app: every, goes: "yes", kind: every}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - {name: a, image: "busybox:1.36", command: [sleep, "36000"]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: kept}
spec:
  minAvailable: 2
  selector: {matchLabels: {app: kept}}
E

for each in deploy/kept deploy/local ds/every; do kubectl rollout status $each --timeout=80s | tail -1; done

kubectl wait pod/alone --for=condition=Ready --timeout=80s

kubectl wait pod/over --for=jsonpath='{.status.phase}'=Succeeded --timeout=80s

kubectl drain n2 2>&1 | apart

kubectl get node n2

kubectl uncordon n2

kubectl uncordon n2

kubectl cordon n2

kubectl cordon n2

kubectl drain n2 --ignore-daemonsets 2>&1 | apart

kubectl drain n2 --force --delete-emptydir-data 2>&1 | apart

kubectl drain n2 --pod-selector=kind=alone

kubectl drain n2 --pod-selector=kind=local

kubectl drain n2 --pod-selector=kind=every

kubectl drain n2 --pod-selector='kind in (alone'

kubectl drain n2 --pod-selector=kind=none

kubectl drain n2 --ignore-daemonsets --force --delete-emptydir-data --dry-run=client --pod-selector=goes=yes 2>&1 | apart

kubectl drain n2 --ignore-daemonsets --force --delete-emptydir-data --dry-run=server --pod-selector='kind in (alone, local)' 2>&1 | apart

kubectl drain n2 --ignore-daemonsets --force --pod-selector='kind in (alone, every)' 2>&1 | apart

kubectl get pods -l kind=alone

kubectl drain n2 --delete-emptydir-data --pod-selector='kind=local'

kubectl drain n2 --pod-selector=kind=over

kubectl drain n2 --pod-selector=kind=kept --timeout=8s 2>&1 | sort | uniq

kubectl drain n2 --pod-selector=kind=kept --disable-eviction --timeout=60s 2>&1 | sort

kubectl uncordon n2 --dry-run=client

kubectl uncordon n2 --dry-run=server

kubectl get node n2 -o 'jsonpath={.spec.unschedulable} {.spec.taints}{"\n"}'

kubectl uncordon n2

kubectl rollout status deploy/kept --timeout=80s | tail -1

kubectl delete pdb kept

started kubectl drain n2 --pod-selector=kind=kept; ended sort

kubectl drain nope

kubectl drain

kubectl drain n2 n1 --pod-selector=kind=none

kubectl drain --selector=kubernetes.io/hostname=n2 --pod-selector=kind=none

kubectl drain n2 --selector=a=b

kubectl drain --selector=a=none

kubectl uncordon n1 n2

kubectl delete ns drain-none
