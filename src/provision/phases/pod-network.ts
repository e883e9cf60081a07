// The pod network: the CNI that the cluster file names, applied on the first control plane.
import { shellQuoted } from '../../platform/shell-quote.ts';
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import { STATE_FOLDER } from '../host-state.ts';
import { CILIUM_CLI, ciliumCliUrl } from '../packages/manifests.ts';
import { curl, noProxyOf, proxyFor } from '../packages/proxy.ts';
import { mirrorOf } from '../packages/source.ts';
import type { Action } from '../plan/action.ts';
import { applyManifest } from './apply-manifest.ts';
import { KUBECTL } from './kubectl-on-host.ts';
import type { Phase } from './phase.ts';

const CILIUM = '1.19.0';
const CHARTS = 'https://helm.cilium.io';
const ANY_NETWORK = `${KUBECTL} get daemonset -A --no-headers -o custom-columns=:metadata.name | grep -qE '^(kube-flannel-ds|calico-node|cilium)$'`;
/** What flannel's own manifest says. */
const FLANNEL_NETWORK = '10.244.0.0/16';

export const podNetwork: Phase = {
  info: {
    name: 'pod-network',
    title: 'Install the pod network',
    explains:
      'Nodes stay NotReady, and CoreDNS Pending, until a network plugin gives pods addresses that every node can reach. Its network must be the podCIDR that kubeadm was given.',
    objective: 'Cluster Architecture, Installation & Configuration: Understand extension interfaces (CNI, CSI, CRI, etc.)',
  },
  hosts: ({ first }) => [first],
  after: ['control-plane'],
  actions: (host, { spec, packages, facts }) => [
    // Its makers offer an installer instead of a manifest.
    spec.file.cni === 'cilium' && !packages && mirrorOf(spec) === undefined
      ? ciliumByItsInstaller(spec, facts(host).architecture)
      : applyManifest(spec.file.cni, { spec, packages, unless: ANY_NETWORK, ...(spec.file.cni === 'flannel' ? ofFlannel(spec.file.networking.podCIDR) : {}) }),
  ],
};

/** Has its manifest name that network. */
function ofFlannel(podCIDR: string): { readonly filter?: string } {
  if (podCIDR === FLANNEL_NETWORK) return {};
  const named = podCIDR.includes(':') ? `"EnableIPv4": false, "EnableIPv6": true, "IPv6Network": "${podCIDR}"` : `"Network": "${podCIDR}"`;
  return { filter: `sed 's#"Network": "${FLANNEL_NETWORK}"#${named}#'` };
}

function ciliumByItsInstaller(spec: ClusterSpec, architecture: string): Action {
  const proxy = proxyFor(CHARTS, spec);
  const hash = architecture === 'arm64' ? CILIUM_CLI.sha256.arm64 : CILIUM_CLI.sha256.amd64;
  return {
    kind: 'command',
    id: 'cilium',
    says: `install cilium ${CILIUM}`,
    why: `by its installer ${CILIUM_CLI.version}, whose hash is compared; the chart comes from ${new URL(CHARTS).host} and is not`,
    script: `dir=${STATE_FOLDER}/cilium; rm -rf $dir; mkdir -p -m 700 $dir
trap 'rm -rf ${STATE_FOLDER}/cilium' EXIT; trap 'exit 143' HUP INT TERM
${curl(ciliumCliUrl(architecture), spec)} > $dir/cli.tar.gz
echo '${hash}  '$dir/cli.tar.gz | sha256sum --check --status || { echo 'the installer of cilium is not the one that it should be' >&2; exit 1; }
tar -C $dir -xzf $dir/cli.tar.gz cilium
export HOME=$dir KUBECONFIG=/etc/kubernetes/admin.conf${proxy === undefined ? '' : ` HTTPS_PROXY=${shellQuoted(proxy)} NO_PROXY=${shellQuoted(noProxyOf(spec))}`}
$dir/cilium install --version ${CILIUM} --set ipam.operator.clusterPoolIPv4PodCIDRList=${spec.file.networking.podCIDR}`,
    unless: `${KUBECTL} -n kube-system get daemonset cilium`,
  };
}
