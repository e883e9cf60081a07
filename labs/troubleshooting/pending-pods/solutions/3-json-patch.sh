# JSON patches; the misspelt label goes first and comes back right.
kubectl -n ${ns} patch deployment reports --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/resources/requests/cpu","value":"250m"}]'
kubectl label node ${fast} disk-class-
kubectl label node ${fast} disk-class=nvme
kubectl -n ${ns} patch deployment archive --type=json -p '[{"op":"add","path":"/spec/template/spec/tolerations","value":[{"key":"dedicated","value":"${purpose}"}]}]'
kubectl -n ${ns} rollout status deployment/reports --timeout=120s
kubectl -n ${ns} rollout status deployment/ledger --timeout=120s
kubectl -n ${ns} rollout status deployment/archive --timeout=120s
