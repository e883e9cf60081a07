# Created without rules, corrected afterwards: the old pods occupy the nodes, so scale to zero and back.
kubectl -n ${ns} create deployment redis-cache --image=redis:3.2-alpine --replicas=2 --dry-run=client -o yaml |
  sed 's/app: redis-cache/app: ${store}/' |
  kubectl create -f -
kubectl -n ${ns} create deployment web --image=${image} --replicas=2
kubectl -n ${ns} scale deployment redis-cache web --replicas=0
kubectl -n ${ns} wait --for=delete pod --all --timeout=120s
kubectl -n ${ns} patch deployment redis-cache --type=json -p '[{"op":"add","path":"/spec/template/spec/affinity","value":{
  "podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
    {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"${store}"}}}]}}}]'
kubectl -n ${ns} patch deployment web --type=json -p '[{"op":"add","path":"/spec/template/spec/affinity","value":{
  "podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
    {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"${store}"}}}]},
  "podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
    {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"web"}}}]}}}]'
kubectl -n ${ns} scale deployment redis-cache web --replicas=2
kubectl -n ${ns} rollout status deployment/redis-cache --timeout=120s
kubectl -n ${ns} rollout status deployment/web --timeout=120s
