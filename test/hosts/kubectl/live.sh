kubectl create deployment web --image=nginx:1.27 --replicas=2

kubectl rollout status deploy/web --timeout=80s | sort -u | tail -1

kubectl set image deploy/web nginx=nginx:none

kubectl rollout status deploy/web --timeout=3s | grep -v 'spec update'

kubectl rollout undo deploy/web

kubectl rollout status deploy/web --timeout=80s | tail -1

kubectl rollout history deploy/web

kubectl patch deploy web -p '{"spec":{"progressDeadlineSeconds":15,"template":{"spec":{"terminationGracePeriodSeconds":0}}}}'; kubectl rollout status deploy/web --timeout=80s | tail -1

kubectl set image deploy/web nginx=nginx:none; kubectl rollout status deploy/web --timeout=60s | tail -1

kubectl rollout undo deploy/web; kubectl rollout status deploy/web | tail -1

kubectl rollout restart deploy/web; kubectl rollout status deploy/web | tail -1

kubectl run pinger --image=busybox:1.36 --restart=Never --overrides='{"spec":{"terminationGracePeriodSeconds":1}}' -- sh -c 'echo up; sleep 36000'

kubectl wait pod/pinger --for=condition=Ready --timeout=80s

kubectl wait pod/pinger --for=condition=Nope --timeout=1s

kubectl wait pod/pinger --for=jsonpath='{.status.phase}'=Running --timeout=5s

kubectl wait pod/pinger --for=jsonpath='{.status.phase}'=Failed --timeout=1s

kubectl wait pod/nope --for=condition=Ready --timeout=1s

kubectl wait pod/nope --for=create --timeout=1s

kubectl wait pod/nope --for=delete --timeout=1s

kubectl wait pod -l app=none --for=condition=Ready --timeout=1s

started kubectl wait pod/pinger --for=delete --timeout=60s; kubectl delete pod pinger; ended

kubectl run pinger --image=busybox:1.36 --restart=Never --overrides='{"spec":{"terminationGracePeriodSeconds":2}}' -- sh -c 'trap : TERM; sleep 36000 & while true; do wait; done'; kubectl wait pod/pinger --for=condition=Ready --timeout=80s

kubectl delete pod pinger --timeout=1s 2>&1 | grep -v reflector.go

kubectl delete pod pinger --wait=false; kubectl delete pod pinger --wait=true --ignore-not-found | sed 's/.*deleted.*/deleted/'; kubectl get pod pinger

started kubectl get pods -w --no-headers -o custom-columns=N:.metadata.name,P:.status.phase -l run=watched; sleep 2; kubectl run watched --image=busybox:1.36 --restart=Never -- true; shows Succeeded; kill -INT "$job"; ended sh -c 'grep -v Running | uniq'

started kubectl get pod watched -w --output-watch-events; shows watched; kubectl delete pod watched --now; shows DELETED; kill -INT "$job"; ended sed -E 's/[0-9]+m?[0-9]*s/AGE/; s/  +/  /g; /MODIFIED/d'

kubectl run ends --image=busybox:1.36 --restart=Never -- sh -c 'exit 3'; kubectl wait pod/ends --for=jsonpath='{.status.phase}'=Failed --timeout=60s; kubectl get pod ends -o 'jsonpath={.status.containerStatuses[0].state.terminated.exitCode}{"\n"}'

kubectl events --for pod/ends --types=Normal | awk '{print $2, $3, $4}' | sort

kubectl events --for pod/ends -o name | wc -l

kubectl events --for pod/nope

kubectl events --types=Odd

started kubectl events --for pod/late -w; sleep 1; kubectl run late --image=busybox:1.36 --restart=Never -- true; shows Started; kill -INT "$job"; ended awk '/Started/ {print $2, $3, $4}'

kubectl get events --field-selector involvedObject.name=ends -o custom-columns=R:.reason --no-headers | sort

kubectl create job sum --image=busybox:1.36 -- sh -c 'sleep 1; echo 42'; kubectl wait job/sum --for=condition=Complete --timeout=60s; kubectl logs job/sum

started kubectl get job sum -w -o name; shows sum; kubectl delete job sum; kill -INT "$job"; ended sort -u

kubectl scale deploy web --replicas=1; kubectl wait deploy/web --for=jsonpath='{.status.readyReplicas}'=1 --timeout=60s

kubectl delete deploy web --cascade=foreground; kubectl get rs,pods -l app=web

kubectl create ns gone-$NS; kubectl delete ns gone-$NS

kubectl get --raw /api/v1/nodes/n2/proxy/healthz; echo

kubectl get --raw '/api/v1/nodes/n2/proxy/configz' | tr ',' '\n' | grep -c cgroupDriver
