// The pod network: the CNI that the cluster file names, applied on the first control plane.
import { fileIn, type PackageFolder } from '../packages/folder.ts';
import type { ClusterSpec } from '../cluster-file/cluster-spec.ts';
import type { Action } from '../plan/action.ts';
import { KUBECTL } from './kubectl-on-host.ts';
import type { Phase } from './phase.ts';

/** Releases that were tried with the Kubernetes versions of the table. */
const FLANNEL = 'v0.28.4';
const CALICO = 'v3.31.3';
const CILIUM = '1.19.0';
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
  actions: (_host, { spec, packages }) => [INSTALL[spec.file.cni](spec, packages)],
};

type Install = (spec: ClusterSpec, packages: PackageFolder | undefined) => Action;

const INSTALL: Readonly<Record<ClusterSpec['file']['cni'], Install>> = {
  flannel: (spec, packages) =>
    applied('flannel', `https://github.com/flannel-io/flannel/releases/download/${FLANNEL}/kube-flannel.yml`, /^kube-flannel\.ya?ml$/, spec, packages),
  calico: (spec, packages) =>
    applied('calico', `https://raw.githubusercontent.com/projectcalico/calico/${CALICO}/manifests/calico.yaml`, /^calico\.ya?ml$/, spec, packages),
  cilium: (spec, packages) =>
    packages
      ? applied('cilium', '', /^cilium\.ya?ml$/, spec, packages)
      : {
          kind: 'command',
          id: 'cilium',
          says: `install cilium ${CILIUM}`,
          script: `set -e
arch=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
curl -fsSL "https://github.com/cilium/cilium-cli/releases/latest/download/cilium-linux-$arch.tar.gz" | tar -C /run -xzf - cilium
KUBECONFIG=/etc/kubernetes/admin.conf /run/cilium install --version ${CILIUM} --set ipam.operator.clusterPoolIPv4PodCIDRList=${spec.file.networking.podCIDR}
rm /run/cilium`,
          unless: `${KUBECTL} -n kube-system get daemonset cilium`,
        },
};

function applied(name: string, url: string, file: RegExp, spec: ClusterSpec, packages: PackageFolder | undefined): Action {
  const { podCIDR } = spec.file.networking;
  const own = podCIDR === FLANNEL_NETWORK || name !== 'flannel' ? '' : ` | sed 's#${FLANNEL_NETWORK}#${podCIDR}#'`;
  const source = packages ? 'cat' : `curl -fsSL '${url}'`;
  return {
    kind: 'command',
    id: name,
    says: `install ${name}`,
    ...(packages ? { input: { file: fileIn(packages, 'manifests', file) } } : {}),
    script: `${source}${own} | ${KUBECTL} apply -f -`,
    unless: `${KUBECTL} get daemonset -A --no-headers -o custom-columns=:metadata.name | grep -qE '^(kube-flannel-ds|calico-node|cilium)$'`,
  };
}
