kubectl create -f - <<'E'
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b, labels: {app: x}}, data: {v: 10Mi, t: "a\nb"}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {v: 9Gi}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {v: "2"}}
E

kubectl get cm a b c -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.data.v}{"\n"}{end}'

kubectl get cm b -o jsonpath='{.data}{"\n"}'

kubectl get cm b -o jsonpath='{.data[0]}' 2>&1 | head -3

kubectl get cm b -o jsonpath='{.data'

kubectl get cm a b c -o go-template='{{range $i, $e := .items}}{{if $i}}, {{end}}{{printf "%-3s|" $e.metadata.name}}{{len $e.data}}{{end}}{{"\n"}}'

kubectl get cm b -o go-template='{{.data.v.x}}' 2>&1 >/dev/null

kubectl get cm a b c -o custom-columns=NAME:.metadata.name,APP:.metadata.labels.app,V:data.v

kubectl get cm -l '!nope' --sort-by=.data.v -o name

kubectl get cm b -o kyaml | sed -n '/data/,/},/p'

kubectl get cm b -o foo

kubectl get cm b nope

kubectl get namespaces --server-print=false --show-labels | grep -c kube-system

kubectl explain cm.data

kubectl explain pods.spec.nope

kubectl explain pod.spec.containers.imagePullPolicy

kubectl api-resources --api-group=batch

kubectl api-versions | grep -c apps/v1

kubectl auth can-i '*' '*'

kubectl auth can-i delete pods --as=jane

kubectl auth can-i fly nodes --as=jane

kubectl certificate approve nope

kubectl config view -o jsonpath='{.users[0].user.client-key-data}'

kubectl config use-context nope

kubectl get pods --context=nope

kubectl __completeNoDesc rollout re
