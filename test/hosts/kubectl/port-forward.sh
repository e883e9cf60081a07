kubectl apply -f - <<'E'
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: nginx, image: "nginx:1.27", ports: [{name: http, containerPort: 80}]}
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
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: plain, port: 8080, targetPort: http}, {name: number, port: 8081, targetPort: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: echo}
spec:
  selector: {matchLabels: {app: echo}}
  template:
    metadata: {labels: {app: echo}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - {name: a, image: "busybox:1.36", command: [sh, -c, "while true; do nc -l -p 7000 -e cat; done"]}
E

kubectl wait pod/web --for=condition=Ready --timeout=80s

kubectl wait deploy/echo --for=condition=Available --timeout=80s

forwarded 'curl -s localhost:$PORT | head -1' web 37080:80

forwarded 'curl -s localhost:$PORT | head -1; curl -s 127.0.0.1:$PORT | wc -c; curl -sg "[::1]:$PORT" | wc -c' web :80 | sed -E 's/:[0-9]{5}|for [0-9]{5}/PORT/'

forwarded 'curl -s 127.0.0.1:$PORT | wc -c' svc/web 37081:8080

forwarded 'curl -s 127.0.0.1:$PORT | wc -c' svc/web 37081:plain

forwarded 'curl -s 127.0.0.1:$PORT | wc -c' svc/web 37081:8081

forwarded 'curl -s 127.0.0.1:$PORT | wc -c' svc/headless 37081:80

forwarded 'curl -s 127.0.0.1:$PORT | wc -c' web 37081:http

forwarded 'curl -s 127.0.0.1:37080 | wc -c; curl -s 127.0.0.1:37081 | wc -c' web 37080:80 37081:80

forwarded 'exec 3<>/dev/tcp/127.0.0.1/$PORT; echo hello >&3; read -r x <&3; echo back: $x; exec 3>&-' deploy/echo 37000:7000

forwarded 'pids=(); for i in $(seq 20); do curl -s 127.0.0.1:$PORT | md5sum & pids+=($!); done; wait "${pids[@]}"' web 37082:80 | sort | uniq -c

forwarded 'curl -sS 127.0.0.1:$PORT 2>&1; over' web 37083:81

forwarded 'curl -s 127.0.0.1:$PORT | head -c 3; echo; kubectl delete pod web --now >/dev/null; curl -sS 127.0.0.1:$PORT 2>&1; over' web 37084:80

kubectl run web --image=nginx:1.27 --labels=app=web --port=80 --overrides='{"spec":{"terminationGracePeriodSeconds":0}}'

kubectl wait pod/web --for=condition=Ready --timeout=80s

forwarded 'curl -s 127.0.0.1:$PORT | wc -c' --address 127.0.0.1 web 37085:80

forwarded 'curl -s 127.0.0.1:$PORT | wc -c' --address 127.0.0.1,localhost web 37085:80

forwarded 'curl -s 127.0.0.1:$PORT | wc -c' --address 0.0.0.0 web 37085:80

kubectl port-forward --address nohost web 37086:80

kubectl port-forward --address 192.0.2.1 web 37086:80

kubectl port-forward web 0

kubectl port-forward web 37086:0

kubectl port-forward web 99999:80

kubectl port-forward web x:80

kubectl port-forward web 80:x

kubectl port-forward svc/web 9999

kubectl port-forward svc/web 37086:nope

kubectl port-forward nope 80

kubectl port-forward unplaced 80

kubectl port-forward deploy/nope 80

kubectl port-forward web

kubectl port-forward

kubectl port-forward cm/kube-root-ca.crt 80

forwarded 'kubectl port-forward web 37087:80; echo "exit $?"; kubectl port-forward web 37087:80 37088:80 & second=$!; until curl -sf -o /dev/null 127.0.0.1:37088; do sleep 0.1; done; sleep 0.5; kill -9 $second; wait $second 2>/dev/null' web 37087:80

started kubectl proxy --port=37089; shows Starting; curl -s 127.0.0.1:37089/api/v1/namespaces/default | grep '"name": "default"'; curl -s 127.0.0.1:37089/api/v1/namespaces/$NS/services/web:plain/proxy/ | head -1; curl -s 127.0.0.1:37089/api/v1/namespaces/$NS/pods/web/proxy/ | wc -c; curl -s -o /dev/null -w '%{http_code}\n' 127.0.0.1:37089/api/v1/namespaces/$NS/pods/web/exec; curl -s -o /dev/null -w '%{http_code}\n' 127.0.0.1:37089/nope; kill -INT "$job"; ended
