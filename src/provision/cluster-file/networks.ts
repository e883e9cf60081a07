// What has to hold between the networks of a cluster file, its hosts and its endpoint; sizes are those that kubeadm demands. Pure.
import type { Problem } from '../../platform/checked-yaml.ts';
import { contains, isIP, type Network, overlap, parseNetwork } from './addresses.ts';
import type { ClusterFile, HostEntry } from './schema.ts';

const NAMES = ['podCIDR', 'serviceCIDR'] as const;
type Name = (typeof NAMES)[number];

const FAMILIES = {
  ipv4: { name: 'IPv4', bits: 32, nodePrefix: 24, example: { podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/12' } },
  ipv6: { name: 'IPv6', bits: 128, nodePrefix: 64, example: { podCIDR: 'fd00:10:244::/56', serviceCIDR: 'fd00:10:96::/112' } },
} as const;
/** The network of pods is at most so many bits larger than that of a node. */
const NODE_BITS = 16;
const SERVICE_BITS = { least: 4, most: 20 } as const;

export const nodeIpOf = (host: HostEntry): string => host.nodeIP ?? host.address;

export function ofNetworks(file: ClusterFile): readonly Problem[] {
  const { networking } = file;
  const [pods, services] = NAMES.map((name) => parseNetwork(networking[name]));
  return [
    ...ofNetwork('podCIDR', pods, file),
    ...ofNetwork('serviceCIDR', services, file),
    ...(pods ? sizeOfPods(pods, file) : []),
    ...(pods?.family === 'ipv6' && file.cni !== 'flannel'
      ? [{ path: ['cni'], message: `is ${file.cni}, which ckadet sets up for IPv4 only: flannel does IPv6` }]
      : []),
    ...(services ? sizeOfServices(services) : []),
    ...(pods && services && overlap(pods, services) ? [problem('serviceCIDR', `overlaps podCIDR ${networking.podCIDR}`)] : []),
  ];
}

function ofNetwork(name: Name, network: Network | undefined, { hosts, endpoint }: ClusterFile): readonly Problem[] {
  if (!network) return [problem(name, `must be a network such as ${FAMILIES.ipv4.example[name]}`)];
  const others = hosts.filter((host) => isIP(nodeIpOf(host)) && familyOf(nodeIpOf(host)) !== network.family);
  return [
    ...hosts
      .filter((host) => contains(network, nodeIpOf(host)))
      .map((host) => problem(name, `holds the address of ${host.name}, ${nodeIpOf(host)}: choose one that is not of your LAN`)),
    ...(endpoint && contains(network, endpoint.address) ? [problem(name, `holds the endpoint ${endpoint.address}: choose one that is not of your LAN`)] : []),
    ...(others[0] ? [problem(name, `is ${familyMismatch(name, network, others[0], others.length)}`)] : []),
  ];
}

/** Each node is given a part of it. Where a patch speaks to the controller manager, it may have changed the size of that part. */
function sizeOfPods({ family, prefix }: Network, { hosts, patches }: ClusterFile): readonly Problem[] {
  if ('controllerManager' in patches.kubeadm.ClusterConfiguration) return [];
  const { nodePrefix } = FAMILIES[family];
  const nodes = hosts.filter(({ roles }) => roles.some((role) => role !== 'etcd')).length;
  if (prefix < nodePrefix - NODE_BITS)
    return [problem('podCIDR', `is too large: of a node's /${nodePrefix} it may hold no more than a /${nodePrefix - NODE_BITS} does, which kubeadm demands`)];
  const parts = prefix > nodePrefix ? 0 : 2 ** (nodePrefix - prefix);
  return parts < nodes ? [problem('podCIDR', `has room for ${parts} nodes of /${nodePrefix}, and there are ${nodes}`)] : [];
}

function sizeOfServices({ family, prefix }: Network): readonly Problem[] {
  const { bits } = FAMILIES[family];
  if (bits - prefix > SERVICE_BITS.most) return [problem('serviceCIDR', `is too large: kubeadm takes /${bits - SERVICE_BITS.most} at most`)];
  if (bits - prefix < SERVICE_BITS.least)
    return [problem('serviceCIDR', `is too small: its tenth address is that of DNS, so that it must be a /${bits - SERVICE_BITS.least} at least`)];
  return [];
}

function familyMismatch(name: Name, { family }: Network, first: HostEntry, count: number): string {
  const [own, other] = family === 'ipv4' ? ([FAMILIES.ipv4, FAMILIES.ipv6] as const) : ([FAMILIES.ipv6, FAMILIES.ipv4] as const);
  const hosts =
    count === 1 ? `${first.name} has ${nodeIpOf(first)}` : `${count} hosts have ${other.name} addresses, such as ${nodeIpOf(first)} of ${first.name}`;
  return `${own.name}, and ${hosts}: one family for all, because ckadet makes no dual-stack clusters; ${other.name} would be ${other.example[name]}`;
}

const problem = (name: Name, message: string): Problem => ({ path: ['networking', name], message });
const familyOf = (address: string): Network['family'] => (isIP(address) === 4 ? 'ipv4' : 'ipv6');
