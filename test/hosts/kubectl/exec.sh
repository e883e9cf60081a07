kubectl apply -f - <<'E'
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: two}}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
  - {name: first, image: "busybox:1.36", command: ["true"]}
  containers:
  - {name: a, image: "busybox:1.36", command: [sleep, "36000"]}
  - {name: b, image: "busybox:1.36", command: [sleep, "36000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: over}
spec:
  restartPolicy: Never
  containers:
  - {name: a, image: "busybox:1.36", command: ["true"]}
---
apiVersion: v1
kind: Pod
metadata: {name: unplaced}
spec:
  nodeSelector: {there: none}
  containers:
  - {name: a, image: "busybox:1.36"}
---
apiVersion: v1
kind: Pod
metadata: {name: never-pulled}
spec:
  containers:
  - {name: a, image: "nowhere.example/none:1", imagePullPolicy: Never}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - {name: nginx, image: "nginx:1.27"}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
E

kubectl wait pod/two --for=condition=Ready --timeout=80s

kubectl wait deploy/web --for=condition=Available --timeout=80s

kubectl exec two -- echo hello

kubectl exec two -c b -- hostname

kubectl exec two -q -- echo quiet

for code in 0 1 3 126 127 255; do kubectl exec two -c a -- sh -c "echo out; echo err >&2; exit $code"; echo "exit $code: $?"; done

kubectl exec two -c a -- nothing-there

kubectl exec two -c a -- /etc/passwd

kubectl exec two -c zz -- true

kubectl exec two -c first -- true

kubectl exec nope -- true

kubectl exec over -- true

kubectl exec unplaced -- true

#wait kubectl get pod never-pulled -o 'jsonpath={.status.containerStatuses[0].state.waiting.reason}' | grep ErrImageNeverPull
kubectl exec never-pulled -- true

kubectl exec two

kubectl exec two date

kubectl exec two -c a date

kubectl exec -- date

kubectl exec two --

kubectl exec

kubectl exec deploy/web -- cat /etc/hostname

kubectl exec svc/web -- sh -c 'echo in $HOSTNAME'

kubectl exec deploy/nope -- true

kubectl exec cm/kube-root-ca.crt -- true

kubectl exec pod two -- true

kubectl exec -f - -- true </dev/null

kubectl get pod two -o yaml > two.yaml; kubectl exec -f two.yaml -c b -- hostname

printf 'one\ntwo\n' | kubectl exec -i two -c a -- cat

printf 'one\ntwo\n' | kubectl exec two -c a -- cat

printf 'one' | kubectl exec -i two -c a -- wc -c

head -c 3000000 /dev/zero | tr '\0' x | kubectl exec -i two -c a -- md5sum

kubectl exec two -c a -- sh -c 'head -c 5000000 /dev/zero' | md5sum

yes | head -c 2000000 | kubectl exec -i two -c a -- cat | md5sum

kubectl exec -i two -c a -- sh -c 'read x; echo got $x' <<< word

kubectl exec -i two -c a -- cat </dev/null

kubectl exec -it two -c a -- echo no terminal </dev/null

kubectl exec -t two -c a -- echo no terminal </dev/null

kubectl exec -it -q two -c a -- tty </dev/null

kubectl exec two -c a -- sh -c 'kill -9 $$'

kubectl exec two -c a -- sh -c 'kill -TERM $$'

interrupted ready kubectl exec two -c a -- sh -c 'echo ready; sleep 300'

interrupted ready kubectl exec two -c a -- sh -c 'trap "" INT TERM; echo ready; sleep 300'

kubectl exec two -c a -- sh -c 'for i in 1 2 3; do echo $i; echo e$i >&2; done; sleep 1'

kubectl exec two -c a -- sh -c 'echo é; printf "\377\376\000\001" | od -c'

kubectl exec two -c a -- printf '\377\000\n' | od -c

kubectl exec two -c a -- env NAME='a b' sh -c 'echo "$NAME"; echo "$@"' -- x 'y z' '' '*'

kubectl exec two -c a --pod-running-timeout=0s -- true

started kubectl exec two -c a -- sh -c 'echo ready; sleep 300'; shows ready; kubectl delete pod two --now; ended
