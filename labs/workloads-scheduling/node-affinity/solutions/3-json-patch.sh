# JSON patches for everything; the existing Deployment is scaled down meanwhile, so that it starts anew in one go.
kubectl -n ${ns} scale deployment ${strict} --replicas=0
kubectl patch node ${node} --type=json -p '[{"op":"add","path":"/metadata/labels/disktype","value":"${disk}"}]'
kubectl -n ${ns} patch deployment ${strict} --type=json -p '[{"op":"add","path":"/spec/template/spec/affinity","value":{
  "nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
    {"matchExpressions":[{"key":"disktype","operator":"In","values":["${disk}"]}]}]}}}}]'
kubectl -n ${ns} scale deployment ${strict} --replicas=3
kubectl -n ${ns} create deployment ${lenient} --image=${image} --replicas=0
kubectl -n ${ns} patch deployment ${lenient} --type=json -p '[{"op":"add","path":"/spec/template/spec/affinity","value":{
  "nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[
    {"weight":${weight},"preference":{"matchExpressions":[{"key":"disktype","operator":"In","values":["${disk}"]}]}}]}}}]'
kubectl -n ${ns} scale deployment ${lenient} --replicas=2
kubectl -n ${ns} rollout status deployment/${strict} --timeout=120s
kubectl -n ${ns} rollout status deployment/${lenient} --timeout=120s
