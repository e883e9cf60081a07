// The images that a node has before its first pod, as `kubeadm config images pull` leaves them.
const VERSION = 'v1.35.4';

export function preloadedImages(isControlPlane: boolean): readonly string[] {
  const everywhere = [`registry.k8s.io/kube-proxy:${VERSION}`, 'registry.k8s.io/pause:3.10.1', 'registry.k8s.io/coredns/coredns:v1.13.1'];
  if (!isControlPlane) return everywhere;
  return [
    ...everywhere,
    ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => `registry.k8s.io/${name}:${VERSION}`),
    'registry.k8s.io/etcd:3.6.6-0',
  ];
}
