# fails: ledger-rule
# The rule was bent to the misspelt label.
kubectl -n ${ns} set resources deployment reports --requests=cpu=250m,memory=64Mi
kubectl -n ${ns} patch deployment ledger --type=json -p '[{"op":"replace","path":"/spec/template/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0/values","value":["${typo}"]}]'
kubectl -n ${ns} patch deployment archive -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"dedicated","operator":"Equal","value":"${purpose}","effect":"NoSchedule"}]}}}}'
kubectl -n ${ns} rollout status deployment/reports --timeout=120s
kubectl -n ${ns} rollout status deployment/ledger --timeout=120s
kubectl -n ${ns} rollout status deployment/archive --timeout=120s
