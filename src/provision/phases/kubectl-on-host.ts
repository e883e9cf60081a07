// kubectl as root of a control plane, with the rights of the cluster's administrator.
export const KUBECTL = 'kubectl --kubeconfig /etc/kubernetes/admin.conf';
