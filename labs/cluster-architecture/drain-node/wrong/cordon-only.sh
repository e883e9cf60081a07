# fails: evicted
# Out of service, but not empty: cordon keeps new pods away and moves none.
kubectl uncordon ${other}
kubectl cordon ${node}
