# fails: cordoned, agent
# A NoExecute taint empties the node, too: without asking the budget, and the log agents go as well.
kubectl uncordon ${other}
kubectl taint node ${node} maintenance=tonight:NoExecute
kubectl -n ${ns} wait --for=delete pod --field-selector=spec.nodeName=${node} --timeout=60s
kubectl -n ${ns} rollout status deployment/web --timeout=120s
kubectl -n ${ns} rollout status deployment/thumbnails --timeout=120s
