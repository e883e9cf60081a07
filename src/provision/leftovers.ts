// Parts of a cluster that a host may have: where they were not made by ckadet, they would be taken for a half-made one of ours, and cleared away. Shell texts; pure.

/**
 * Defines `leftovers`, which prints each part that is there, one a line: a path, or `link NAME`. Networks that Podman and CRI-O have in the same folder
 * are of no cluster, and pods never get them once a pod network is there.
 */
export const LEFTOVERS = `leftovers() {
  for file in /etc/kubernetes/manifests/*.yaml /etc/kubernetes/kubelet.conf /etc/kubernetes/admin.conf /var/lib/etcd/member /etc/cni/net.d/*.conflist /etc/cni/net.d/*.conf; do
    case \${file##*/} in *podman*.conf*|*crio*.conf*) continue ;; esac
    if [ -e "$file" ]; then echo "$file"; fi
  done
  for link in cni0 flannel.1 kube-ipvs0 cilium_host vxlan.calico; do if ip link show "$link" >/dev/null 2>&1; then echo "link $link"; fi; done
}`;

/** Ends with 75 where something of a cluster is there and the host is noted as nobody's yet: comes after `demandOwn`, which sets `owner`. */
export const DEMAND_UNUSED = `${LEFTOVERS}
if [ -z "$owner" ]; then
  left=$(leftovers | tr '\\n' ' ')
  if [ -n "$left" ]; then
    echo "$(hostname) has parts of a cluster that ckadet did not make, which would be lost: \${left% }; if nobody needs it any more, run kubeadm reset there, remove what of these is left, and reboot" >&2; exit 75
  fi
fi`;
