# Each fault in the editor, the node too. The toleration takes a line whose value is the default anyway.
KUBE_EDITOR="sed -i.bak -e 's/cpu: \"250\"/cpu: 0.25/'" kubectl -n ${ns} edit deployment reports
KUBE_EDITOR="sed -i.bak -e 's/disk-class: ${typo}/disk-class: nvme/'" kubectl edit node ${fast}
KUBE_EDITOR="sed -i.bak -e 's/schedulerName: default-scheduler/tolerations: [{key: dedicated, operator: Exists, effect: NoSchedule}]/'" \
  kubectl -n ${ns} edit deployment archive
kubectl -n ${ns} rollout status deployment/reports --timeout=120s
kubectl -n ${ns} rollout status deployment/ledger --timeout=120s
kubectl -n ${ns} rollout status deployment/archive --timeout=120s
