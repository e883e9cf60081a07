kubectl apply -f - <<'E'
apiVersion: v1
kind: Pod
metadata: {name: ticks}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: a, image: "busybox:1.36", command: [sh, -c, "while true; do echo tick; sleep 1; done"]}
  - {name: b, image: "busybox:1.36", command: [sleep, "36000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: asks}
spec:
  restartPolicy: Never
  containers:
  - {name: a, image: "busybox:1.36", stdin: true, stdinOnce: true, command: [sh, -c, "while read x; do echo got $x; done; echo bye; exit 4"]}
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
metadata: {name: stops}
spec:
  restartPolicy: Never
  containers:
  - {name: a, image: "busybox:1.36", stdin: true, stdinOnce: true, command: [sh, -c, "read x; sleep 1; echo out; echo err >&2; exit 7"]}
E

kubectl wait pod/ticks pod/asks pod/stops --for=condition=Ready --timeout=80s

interrupted tick kubectl attach ticks -c a 2>&1 | uniq

interrupted tick kubectl attach ticks 2>&1 | uniq

kubectl attach ticks -c zz

kubectl attach nope

kubectl attach

kubectl attach a b c

kubectl attach deploy/nope

kubectl attach pods ticks -c zz

#wait kubectl get pod over -o 'jsonpath={.status.phase}' | grep Succeeded
kubectl attach over

(printf 'one\ntwo\n'; sleep 2) | kubectl attach -i asks

(echo go; sleep 3) | kubectl attach -i stops -q

kubectl attach ticks --pod-running-timeout=0s

started kubectl attach ticks -c a -q; shows tick; kubectl delete pod ticks --now; ended uniq

(echo hello; sleep 6) | kubectl run once -i --rm --restart=Never --image=busybox:1.36 --pod-running-timeout=80s -- sh -c 'sleep 2; read x; echo got $x; exit 5'

(echo hello; sleep 6) | kubectl run fine -i -q --rm --restart=Never --image=busybox:1.36 --pod-running-timeout=80s -- sh -c 'sleep 2; read x; echo got $x'

kubectl run quick --attach --rm --restart=Never --image=busybox:1.36 --pod-running-timeout=80s -- sh -c 'sleep 3; echo seen'

kubectl run fails --attach --restart=Never --image=busybox:1.36 --pod-running-timeout=80s -- sh -c 'sleep 3; echo seen; exit 2'

kubectl run none -i --rm --restart=Never --image=nowhere.example/none:1 --image-pull-policy=Never --pod-running-timeout=3s </dev/null

kubectl get pods none quick fine once

kubectl run plain --rm --image=busybox:1.36
