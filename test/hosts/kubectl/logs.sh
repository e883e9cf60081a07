kubectl apply -f - <<'E'
apiVersion: v1
kind: Pod
metadata: {name: lines, labels: {app: lines}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: a, image: "busybox:1.36", command: [sh, -c, "for i in 1 2 3 4 5; do echo line $i; done; sleep 1; echo to stderr >&2; sleep 1; printf unfinished; sleep 36000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: brief}
spec:
  restartPolicy: Never
  containers:
  - {name: a, image: "busybox:1.36", command: [sh, -c, "for i in 1 2 3 4 5 6 7 8; do echo brief $i; sleep 1; done; exit 3"]}
---
apiVersion: v1
kind: Pod
metadata: {name: several, labels: {app: several}}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
  - {name: first, image: "busybox:1.36", command: [sh, -c, "echo first of all"]}
  containers:
  - {name: a, image: "busybox:1.36", command: [sh, -c, "for i in 1 2 3; do echo a$i; done; sleep 36000"]}
  - {name: b, image: "busybox:1.36", command: [sh, -c, "echo b1; sleep 36000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: chosen, annotations: {kubectl.kubernetes.io/default-container: b}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: a, image: "busybox:1.36", command: [sh, -c, "echo a; sleep 36000"]}
  - {name: b, image: "busybox:1.36", command: [sh, -c, "echo b; sleep 36000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: again}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: a, image: "busybox:1.36", command: [sh, -c, "if [ -e /here/was ]; then echo second; sleep 36000; fi; touch /here/was; echo first; exit 1"], volumeMounts: [{name: here, mountPath: /here}]}
  volumes: [{name: here, emptyDir: {}}]
---
apiVersion: v1
kind: Pod
metadata: {name: never-pulled}
spec:
  containers:
  - {name: a, image: "nowhere.example/none:1", imagePullPolicy: Never}
---
apiVersion: v1
kind: Pod
metadata: {name: initialising}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
  - {name: slow, image: "busybox:1.36", command: [sh, -c, "echo not yet; sleep 36000"]}
  containers:
  - {name: a, image: "busybox:1.36", command: [sleep, "36000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: unplaced}
spec:
  nodeSelector: {there: none}
  containers:
  - {name: a, image: "busybox:1.36"}
---
apiVersion: batch/v1
kind: Job
metadata: {name: sum}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: a, image: "busybox:1.36", command: [sh, -c, "echo 42"]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - {name: a, image: "busybox:1.36", command: [sh, -c, "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo web $i; done; sleep 36000"]}
E

#wait kubectl get pod brief -o 'jsonpath={.status.containerStatuses[0].state}' | grep -E 'running|terminated'
kubectl logs -f brief

kubectl wait pod/lines pod/several pod/chosen pod/again --for=condition=Ready --timeout=80s

kubectl wait deploy/web --for=condition=Available --timeout=80s

kubectl wait job/sum --for=condition=Complete --timeout=80s

kubectl logs lines

kubectl logs lines --tail=2

kubectl logs lines --tail=0

kubectl logs lines --tail=-2

kubectl logs lines --timestamps --tail=3

kubectl logs lines --since=1h --tail=1

kubectl logs lines --since=-1s

kubectl logs lines --since-time=2020-01-01T00:00:00Z --tail=1

kubectl logs lines --since-time=2120-01-01T00:00:00Z

kubectl logs lines --since-time=2020-01-01T00:00:00Z --since=5s

kubectl logs lines --since-time=yesterday

kubectl logs lines --limit-bytes=9

kubectl logs lines --limit-bytes=-9

kubectl logs lines --prefix

interrupted 'to stderr' kubectl logs -f lines

interrupted 'line 5|to stderr' kubectl logs -f --tail=2 --prefix -l app=lines

kubectl logs several

kubectl logs several -c b

kubectl logs several b

kubectl logs several b -c b

kubectl logs several -c first

kubectl logs several -c zz

kubectl logs several --all-containers | sort

kubectl logs several --all-containers --prefix --timestamps | sort

kubectl logs several --all-containers -c a

kubectl logs several -f --all-containers --max-log-requests=2

kubectl logs -l app=web --prefix | sort

kubectl logs -l app=web --tail=1

kubectl logs -l app=web --tail=-1 | sort | uniq -c

kubectl logs -l app=none

kubectl logs -l app=web -f --max-log-requests=1

kubectl logs -l 'app in (web' 

kubectl logs web -l app=web

kubectl logs

kubectl logs a b c

kubectl logs chosen

kubectl logs chosen -c a

kubectl logs again

kubectl logs again --previous

kubectl logs lines --previous

kubectl logs lines -p -c a

#wait kubectl get pod never-pulled -o 'jsonpath={.status.containerStatuses[0].state.waiting.reason}' | grep ErrImageNeverPull
kubectl logs never-pulled

kubectl logs never-pulled -f

#wait kubectl get pod initialising -o 'jsonpath={.status.initContainerStatuses[0].state}' | grep running
kubectl logs initialising

kubectl logs initialising -c slow

kubectl logs unplaced

kubectl logs nope

kubectl logs deploy/nope

kubectl logs cm/kube-root-ca.crt

kubectl logs service/nope

kubectl logs job/sum

kubectl logs jobs sum

kubectl logs deploy/web | tail -1

kubectl logs deploy/web --all-pods --tail=1 | sort

kubectl logs deploy/web --all-pods --prefix --tail=2 | sort

kubectl logs deploy/web -c zz

kubectl logs rs -l app=web

kubectl logs pod/lines pod/again

kubectl logs lines --pod-running-timeout=0s

kubectl create deployment none --image=busybox:1.36 --replicas=0

kubectl logs deploy/none --pod-running-timeout=1s

started kubectl logs -f lines; shows 'to stderr'; kubectl delete pod lines --now; ended

kubectl logs lines
