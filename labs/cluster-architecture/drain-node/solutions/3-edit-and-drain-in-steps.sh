# Both nodes in the editor, then group by group; price-import is kept and moves to the other node.
KUBE_EDITOR="sed -i '/unschedulable: true/d'" kubectl edit node ${other}
KUBE_EDITOR="sed -i 's/^spec:$/&\n  unschedulable: true/'" kubectl edit node ${node}
kubectl -n ${ns} get pod price-import -o yaml | grep -v '^  nodeName:' > price-import.yaml
kubectl -n ${ns} delete pod price-import
kubectl create -f price-import.yaml
kubectl drain ${node} --pod-selector=app=web --timeout=120s
kubectl -n ${ns} rollout status deployment/web --timeout=120s
kubectl drain ${node} --ignore-daemonsets --delete-emptydir-data --timeout=120s
kubectl -n ${ns} rollout status deployment/thumbnails --timeout=120s
