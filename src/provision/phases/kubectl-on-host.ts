// kubectl as root of a control plane, with the rights of the cluster's administrator; its cache does not stay behind.
export const KUBECTL = 'kubectl --kubeconfig /etc/kubernetes/admin.conf --cache-dir /run/ckadet/kubectl';
