kubectl apply -f - <<'E'
apiVersion: v1
kind: Pod
metadata: {name: app, labels: {app: app}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: main, image: "busybox:1.36", command: [sh, -c, "exec sleep 36001"]}
  - {name: side, image: "busybox:1.36", command: [sleep, "36002"]}
E

kubectl wait pod/app --for=condition=Ready --timeout=80s

kubectl debug app --image=busybox:1.36 --profile=general -c probe --target=main -- sleep 36000

#wait kubectl get pod app -o 'jsonpath={.status.ephemeralContainerStatuses[0].state}' | grep running
kubectl exec app -c probe -- ps -o args | grep -v ps | sort

kubectl logs app -c probe

kubectl debug app --image=busybox:1.36 --profile=general -c probe

(echo word; sleep 4) | kubectl debug app -i --image=busybox:1.36 --profile=general -c typed -- sh -c 'read x; echo got $x; exit 3'

(echo word; sleep 10) | kubectl debug app -i -q --image=busybox:1.36 --profile=general -c quiet -- sh -c 'sleep 4; read x; echo got $x'

kubectl debug app --attach --image=busybox:1.36 --profile=baseline -c seen -- sh -c 'sleep 2; echo seen'

kubectl debug app --image=busybox:1.36 -c legacy -- sleep 36000

kubectl debug app --image=nowhere.example/none:1 --image-pull-policy=Never --profile=general -c none -- true

kubectl debug app -it --image=busybox:1.36 --profile=general -c noterminal -- sh -c 'sleep 2; echo seen' </dev/null

kubectl get pod app -o 'jsonpath={range .spec.ephemeralContainers[*]}{.name} {.targetContainerName} {.securityContext} {.stdin}{.tty}{"\n"}{end}'

kubectl describe pod app | sed -n '/^Ephemeral/,/^Conditions/p' | grep -vE 'ID:|Started|Finished'

kubectl debug app --copy-to=copy --image=busybox:1.36 --profile=general -c more -- sleep 36000

kubectl wait pod/copy --for=condition=Ready --timeout=80s

kubectl get pod copy -o 'jsonpath={.spec.containers[*].name} {.spec.shareProcessNamespace} {.metadata.labels}{"\n"}'

kubectl exec copy -c more -- ps -o args | grep 3600 | sort

kubectl debug app --copy-to=other --set-image='*=nginx:1.27' --profile=general --keep-labels

kubectl get pod other -o 'jsonpath={.spec.containers[*].image} {.metadata.labels}{"\n"}'

kubectl debug app --copy-to=changed -c main --profile=general -- sh -c 'echo changed; sleep 36000'

kubectl wait pod/changed --for=condition=Ready --timeout=80s

kubectl logs changed -c main

(echo word; sleep 4) | kubectl debug app -i --copy-to=entered --profile=general -c main -- sh -c 'read x; echo got $x; sleep 1'

kubectl debug app --copy-to=copy --image=busybox:1.36 --profile=general

kubectl debug app --copy-to=placed --same-node --share-processes=false --image=busybox:1.36 --profile=general -c more -- sleep 36000

kubectl get pod placed -o 'jsonpath={.spec.nodeName} {.spec.shareProcessNamespace}{"\n"}'

kubectl debug changed --copy-to=replaced --replace --image=busybox:1.36 --profile=general -c more -- sleep 36000; kubectl get pod changed

kubectl debug app --target=main --copy-to=x --image=busybox:1.36

kubectl debug app --image=busybox:1.36 --profile=general --target=zz -c lost -- sleep 36000

kubectl debug nope --image=busybox:1.36 --profile=general

kubectl debug app

kubectl debug node/n2 --image=busybox:1.36 --profile=general -- sleep 36000

(echo word; sleep 4) | kubectl debug node/n2 -i --image=busybox:1.36 --profile=sysadmin -- sh -c 'read x; cat /host/etc/hostname; chroot /host hostname'

(echo word; sleep 4) | kubectl debug node/n2 -i -q --image=busybox:1.36 --profile=general -- sh -c 'read x; ls -d /host/etc/kubernetes'

kubectl debug node/nope --image=busybox:1.36 --profile=general

kubectl debug deploy/nope --image=busybox:1.36 --profile=general

kubectl get pods -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.hostNetwork} {.spec.hostPID}{"\n"}{end}'

kubectl get pods -o custom-columns=N:.metadata.name --no-headers
