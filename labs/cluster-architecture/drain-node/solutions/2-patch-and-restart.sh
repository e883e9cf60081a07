# Without drain: mark the nodes, let the Deployments start their pods anew elsewhere, delete the pod that no controller has.
kubectl patch node ${other} -p '{"spec":{"unschedulable":false}}'
kubectl patch node ${node} -p '{"spec":{"unschedulable":true}}'
kubectl -n ${ns} rollout restart deployment/web deployment/thumbnails
kubectl -n ${ns} rollout status deployment/web --timeout=120s
kubectl -n ${ns} rollout status deployment/thumbnails --timeout=120s
kubectl -n ${ns} delete pod price-import
