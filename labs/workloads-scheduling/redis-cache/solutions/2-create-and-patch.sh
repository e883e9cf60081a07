# Frames written by kubectl, without pods until the rules are in. The web servers come first, their selectors are written as expressions.
kubectl -n ${ns} create deployment web --image=${image} --replicas=0
kubectl -n ${ns} patch deployment web --type=merge -p '{"spec":{"template":{"spec":{"affinity":{
  "podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
    {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchExpressions":[{"key":"app","operator":"In","values":["${store}"]}]}}]},
  "podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
    {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchExpressions":[{"key":"app","operator":"In","values":["web"]}]}}]}}}}}}'
kubectl -n ${ns} scale deployment web --replicas=2

kubectl -n ${ns} create deployment redis-cache --image=redis:3.2-alpine --replicas=0 --dry-run=client -o yaml |
  sed 's/app: redis-cache/app: ${store}/' |
  kubectl apply -f -
kubectl -n ${ns} patch deployment redis-cache --type=merge -p '{"spec":{"template":{"spec":{"affinity":{
  "podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
    {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchExpressions":[{"key":"app","operator":"In","values":["${store}"]}]}}]}}}}}}'
kubectl -n ${ns} scale deployment redis-cache --replicas=2
kubectl -n ${ns} rollout status deployment/redis-cache --timeout=120s
kubectl -n ${ns} rollout status deployment/web --timeout=120s
