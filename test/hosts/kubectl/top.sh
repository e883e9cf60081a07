kubectl apply -f - <<'E'
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: two}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: a, image: "busybox:1.36", command: [sleep, "36000"]}
  - {name: b, image: "busybox:1.36", command: [sleep, "36000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: nginx, image: "nginx:1.27"}
---
apiVersion: v1
kind: Pod
metadata: {name: unplaced}
spec:
  nodeSelector: {there: none}
  containers:
  - {name: a, image: "busybox:1.36"}
E

kubectl wait pod/two pod/web --for=condition=Ready --timeout=80s

kubectl top pod web -n $NS --no-headers 2>&1 | sed -E 's/[0-9.]+s/TIME/' | head -c 0

#wait kubectl top pod two && kubectl top pod web
kubectl top nodes | numbers

kubectl top nodes --no-headers | numbers

kubectl top node n2 | numbers

kubectl top no --sort-by=cpu | numbers | sort

kubectl top nodes --sort-by=memory --show-capacity | numbers

kubectl top nodes --sort-by=nope

kubectl top nodes --show-swap | numbers

kubectl top node nope

kubectl top nodes -l kubernetes.io/hostname=n1 | numbers

kubectl top nodes -l a=none

kubectl top node n1 n2

kubectl top node n1 -l a=b

kubectl top pods | numbers

kubectl top pod two | numbers

kubectl top pod two --containers | numbers

kubectl top pods --containers --no-headers | numbers

kubectl top pods --sort-by=memory | numbers | sort

kubectl top pods --sort-by=cpu | numbers | sort

kubectl top pods --sort-by=nope

kubectl top pods --sum | numbers

kubectl top pods -l app=web | numbers

kubectl top pods -l app=none

kubectl top pods --field-selector=metadata.name=two | numbers

kubectl top pod nope

kubectl top pod unplaced

kubectl top pods -n kube-system -l k8s-app=kube-dns --containers | numbers

kubectl top pods -A -l app=two | numbers | grep $NS

kubectl top pods -A --no-headers | numbers | awk '{print NF}' | sort -u

kubectl top pods -n none

kubectl top >help 2>&1; echo $?

kubectl top nope

kubectl get --raw /apis/metrics.k8s.io/v1beta1/namespaces/$NS/pods/two | tr ',' '\n' | grep -c name

kubectl get podmetrics two -o 'jsonpath={.containers[*].name}' | tr ' ' '\n' | sort
