kubectl apply -f - <<'E'
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: two}}
spec:
  containers:
  - {name: a, image: "busybox:1.36", command: [sh, -c, "for i in 1 2 3; do echo a$i; done; sleep 36000"]}
  - {name: b, image: "busybox:1.36", command: [sh, -c, "echo b1; sleep 36000"]}
E

kubectl wait --for=condition=Ready pod/two --timeout=60s

kubectl logs two

kubectl logs two --all-containers --prefix --tail=1 | sort

kubectl logs -l app=two --all-containers -f --max-log-requests=1

kubectl logs two -c zz

kubectl logs nope

kubectl exec two -- sh -c 'echo out; exit 5'

echo 'echo typed $((1+1))' | kubectl exec -i two -c b -- sh

kubectl exec two ls

kubectl attach two three four

echo content > here.txt; kubectl cp here.txt two:/tmp/there.txt -c a; kubectl exec two -c a -- cat /tmp/there.txt

kubectl cp two:/tmp/there.txt back/again.txt -c a && cat back/again.txt

kubectl cp two:/tmp/none back -c a

kubectl port-forward two x

kubectl port-forward svc/none 80

kubectl run once -i -q --rm --restart=Never --image=busybox:1.36 -- sh -c 'sleep 2; exit 4'

kubectl debug two --image=busybox:1.36 --profile=general -c probe --target=a -- sleep 1000

kubectl get pod two -o jsonpath='{.spec.ephemeralContainers[0].securityContext}{"\n"}'
