// What kubeadm left when it was cut off, cleared away so that it can begin anew; and what a node leaves when it is taken back. Shell texts; pure.
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { ETCD_CLIENT } from '../kubeadm/config.ts';

const KEPT = '/run/ckadet-kept';
const ETCD_CLIENT_FILES = Object.values(ETCD_CLIENT);

/** Resets what a run that was cut off has half made (`$again`), and keeps `files` and the certificates that were brought for an external etcd. */
export function clearHalfMade({ etcd }: ClusterSpec, files: readonly string[]): string {
  const kept = [...files, ...(etcd.length ? ETCD_CLIENT_FILES : [])];
  // The cp of coreutils 9.1 looks for the parents of a path below the folder that it runs in.
  return `if [ "$again" = yes ]; then
  rm -rf ${KEPT}; mkdir -p ${KEPT}
  for file in ${kept.join(' ')}; do [ ! -e "$file" ] || (cd / && cp -a --parents "$file" ${KEPT}); done
  kubeadm reset --force >/dev/null 2>&1 || true
  cp -a ${KEPT}/. /; rm -rf ${KEPT}
fi`;
}

/** Takes kubeadm's and the pod network's traces off a node: files, links, rules. */
// The whole cluster goes: the last member of etcd would wait for the others in vain.
export const LEAVE_CLUSTER = `kubeadm reset --force --skip-phases=remove-etcd-member >/dev/null 2>&1 || true
rm -rf /etc/cni/net.d/* /var/lib/etcd/member
for link in cni0 flannel.1 flannel-v6.1 kube-ipvs0 cilium_vxlan cilium_net cilium_host vxlan.calico tunl0; do ip link delete "$link" 2>/dev/null || true; done
ip -o link | awk -F': ' '{print $2}' | cut -d@ -f1 | grep -E '^(veth[0-9a-f]{8}|cali[0-9a-f]{11}|lxc[0-9a-f]+)$' | while read -r link; do ip link delete "$link" 2>/dev/null || true; done
ours='KUBE-|CNI-|FLANNEL-|cali-|CILIUM_|flanneld'
for tool in iptables ip6tables; do
  command -v $tool >/dev/null || continue
  for table in nat filter mangle raw; do
    # Only the rules and chains of the cluster go; a firewall's own stay.
    $tool-save -t $table 2>/dev/null | grep -vE "^:($ours)|$ours" | $tool-restore -w -T $table 2>/dev/null || true
  done
done
if command -v nft >/dev/null; then for family in ip ip6; do nft delete table $family kube-proxy 2>/dev/null || true; done; fi
true`;
