// What kubeadm left when it was cut off, cleared away so that it can begin anew; and what a node leaves when it is taken back. Shell texts; pure.
import { notDone } from '../host-state.ts';
import { MEMBERSHIPS } from './membership.ts';
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { criSocketOf, ETCD_CLIENT } from '../kubeadm/config.ts';

const KEPT = '/run/ckadet-kept';
const ETCD_CLIENT_FILES = Object.values(ETCD_CLIENT);

/** Where there are sockets of two runtimes, kubeadm does nothing unless it is told which one counts. */
const reset = (spec: ClusterSpec, options = ''): string =>
  `kubeadm reset --force --cri-socket ${criSocketOf(spec, 'InitConfiguration')}${options} >/dev/null 2>&1 || true`;

/** Resets what a run that was cut off has half made (`$again`), and keeps `files` and the certificates that were brought for an external etcd. */
export function clearHalfMade(spec: ClusterSpec, files: readonly string[]): string {
  const kept = [...files, ...(spec.etcd.length ? ETCD_CLIENT_FILES : [])].join(' ');
  if (!kept) return `if [ "$again" = yes ]; then ${reset(spec)}; fi`;
  const copied = (from: string, to: string): string =>
    `for file in ${kept}; do if [ -e "${from}$file" ]; then mkdir -p "$(dirname "${to}$file")"; cp -a "${from}$file" "${to}$file"; fi; done`;
  return `if [ "$again" = yes ]; then
  rm -rf ${KEPT}; mkdir -m 700 ${KEPT}
  ${copied('', KEPT)}
  ${reset(spec)}
  ${copied(KEPT, '')}
  rm -rf ${KEPT}
fi`;
}

const LINKS = ['cni0', 'flannel.1', 'flannel-v6.1', 'kube-ipvs0', 'cilium_vxlan', 'cilium_net', 'cilium_host', 'vxlan.calico', 'tunl0'] as const;
const CNI_SETTINGS = ['10-flannel.conflist', '10-calico.conflist', 'calico-kubeconfig', '05-cilium.conflist'].map((name) => `/etc/cni/net.d/${name}`);

/** Takes kubeadm's and the pod network's traces off a node: files, links, rules. What others have of the same kind stays: their bridges, their rules. */
// The whole cluster goes: the last member of etcd would wait for the others in vain.
export const leaveCluster = (spec: ClusterSpec): string => `${reset(spec, ' --skip-phases=remove-etcd-member')}
rm -rf ${CNI_SETTINGS.join(' ')} /var/lib/etcd/member
pods=$(ip -o link show master cni0 2>/dev/null | awk -F': ' '{print $2}' | cut -d@ -f1; ip -o link | awk -F': ' '{print $2}' | cut -d@ -f1 | grep -E '^(cali[0-9a-f]{11}|lxc[0-9a-f]{12,14}|lxc_health)$' || true)
for link in $pods ${LINKS.join(' ')}; do ip link delete "$link" 2>/dev/null || true; done
ours='KUBE-|FLANNEL-|cali-|CILIUM_|flanneld'
# Podman and nerdctl may have chains of CNI too.
if ! command -v podman >/dev/null && ! command -v nerdctl >/dev/null; then ours="$ours|CNI-"; fi
# Only the rules and chains of the cluster go, in one step for each table: what a firewall adds meanwhile stays.
without_ours() {
  rules=$($1-save -t $2 2>/dev/null) || return 0
  chains=$(printf '%s\\n' "$rules" | sed -n 's/^:\\([^ ]*\\) .*/\\1/p' | grep -E "^($ours)" || true)
  jumps=$(printf '%s\\n' "$rules" | grep '^-A' | grep -vE "^-A ($ours)" | grep -E "$ours" | sed 's/^-A/-D/' || true)
  if [ -z "$chains$jumps" ]; then return 0; fi
  { echo "*$2"; [ -z "$jumps" ] || printf '%s\\n' "$jumps"; for chain in $chains; do echo "-F $chain"; done; for chain in $chains; do echo "-X $chain"; done; echo COMMIT; } | $1-restore -w -n
}
for tool in iptables ip6tables; do
  command -v $tool >/dev/null || continue
  for table in nat filter mangle raw; do
    # One that was removed in between makes the step fail as a whole; then once more.
    without_ours $tool $table 2>/dev/null || without_ours $tool $table || true
  done
done
if command -v nft >/dev/null; then for family in ip ip6; do nft delete table $family kube-proxy 2>/dev/null || true; done; fi
${notDone(MEMBERSHIPS)}`;
