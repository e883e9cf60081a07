// What of a cluster file may be changed once the cluster is made, and what may not: one table, with the reasons. Pure.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { type ClusterSpec, hostPort } from './cluster-file/cluster-spec.ts';
import type { Role } from './cluster-file/schema.ts';

interface LaterChange {
  /** As it stands in the file. */
  readonly field: string;
  /** Why it stays as it is, or what a change leads to. */
  readonly why: string;
  /** The value that a cluster is made with; only of what stays as it is. */
  fixed?(spec: ClusterSpec): string;
}

/** Every field of a cluster file. `hosts` has its own rules below. */
export const LATER_CHANGES: readonly LaterChange[] = [
  { field: 'name', why: 'hosts, certificates and kubeconfigs carry it', fixed: ({ name }) => name },
  { field: 'provider', why: 'each makes clusters in a way of its own', fixed: ({ file }) => file.provider },
  { field: 'kubernetesVersion', why: 'an upgrade goes node by node, with kubeadm upgrade', fixed: ({ version }) => version.full },
  { field: 'topology', why: 'it decides where etcd and the API servers are', fixed: ({ file }) => file.topology },
  {
    field: 'endpoint',
    why: 'address and port are in the certificates of the API servers and in every kubeconfig',
    fixed: ({ endpoint }) => hostPort(endpoint.address, endpoint.port),
  },
  { field: 'endpoint.interface, routerId, haproxy, keepalived', why: 'the balancers get their new settings, one after the other' },
  { field: 'networking.podCIDR', why: 'nodes and pods have addresses of it', fixed: ({ file }) => file.networking.podCIDR },
  { field: 'networking.serviceCIDR', why: 'Services and certificates have addresses of it', fixed: ({ file }) => file.networking.serviceCIDR },
  { field: 'networking.dnsDomain', why: 'pods look names up in it', fixed: ({ file }) => file.networking.dnsDomain },
  { field: 'cni', why: 'every pod has its network from it', fixed: ({ file }) => file.cni },
  { field: 'runtime', why: 'every container runs in it', fixed: ({ file }) => file.runtime },
  { field: 'hosts', why: 'workers can be added, and taken away when they are no nodes any more; labels and taints that come are set, and those that go stay' },
  { field: 'selinux', why: 'permissive counts at once; as-is makes nothing enforcing again that was made permissive' },
  { field: 'addons', why: 'what is switched on is installed; what is switched off stays' },
  { field: 'packages', why: 'they count for what is still to be installed' },
  { field: 'preflight', why: 'it counts for the next checks' },
  { field: 'patches', why: 'those of containerd count at once, the others for hosts that join later' },
];

/** What a cluster was made with, of everything that stays as it is: field → value. */
export type Layout = Readonly<Record<string, string>>;

export interface Member {
  readonly name: string;
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly roles: readonly string[];
}

export const layoutOf = (spec: ClusterSpec): Layout => Object.fromEntries(LATER_CHANGES.flatMap(({ field, fixed }) => (fixed ? [[field, fixed(spec)]] : [])));

export const membersOf = ({ hosts }: ClusterSpec): readonly Member[] => hosts.map(({ name, nodeName, nodeIP, roles }) => ({ name, nodeName, nodeIP, roles }));

/** Throws CLUSTER_CHANGED where the file says otherwise than the cluster was made. What `made` does not tell is not held against it. */
export function demandSameLayout(made: Layout, spec: ClusterSpec): void {
  const now = layoutOf(spec);
  const changed = LATER_CHANGES.flatMap(({ field, why, fixed }) => {
    const [before, after] = [made[field], now[field]];
    return !fixed || before === undefined || before === after ? [] : [`${field} was ${before} and is ${after} now: ${why}`];
  });
  if (changed.length) throw clusterChanged(spec.name, changed, [`put back what it was made with`, ...ANEW]);
}

const ANEW = ['or make it anew, with everything in it lost: ckadet cluster reset, then ckadet cluster create'];

/** Throws CLUSTER_CHANGED for hosts that cannot come or be what they are now said to be. Hosts that are missing are `gone`'s matter. */
export function demandSameMembers(made: readonly Member[], spec: ClusterSpec): void {
  const before = new Map(made.map((member) => [member.name, member]));
  const isFixed = (roles: readonly string[]): boolean =>
    roles.some((role) => (['control-plane', 'etcd'] satisfies readonly Role[] as readonly string[]).includes(role));
  const changed = membersOf(spec).flatMap(({ name, nodeName, nodeIP, roles }) => {
    const member = before.get(name);
    if (!member)
      return isFixed(roles)
        ? [`${name} is new, with the role ${roles.join(', ')}: control planes and etcd members are there from the beginning; a worker can be added`]
        : [];
    const differences = [
      ...(member.nodeName === nodeName ? [] : [`its node was ${member.nodeName} and is ${nodeName} now`]),
      ...(member.nodeIP === nodeIP ? [] : [`its node IP was ${member.nodeIP} and is ${nodeIP} now`]),
      ...(member.roles.join() === roles.join() ? [] : [`its roles were ${member.roles.join(', ')} and are ${roles.join(', ')} now`]),
    ];
    return differences.map((each) => `${name}: ${each}; certificates and the API know it as it was`);
  });
  const lost = goneOf(made, spec).filter(({ roles }) => isFixed(roles));
  const missing = lost.map(({ name, roles }) => `${name} is missing, with the role ${roles.join(', ')}: etcd and the API servers count on it`);
  if (changed.length + missing.length) throw clusterChanged(spec.name, [...changed, ...missing], ['put back what it was made with', ...ANEW]);
}

/** Members that the file no longer has. */
export const goneOf = (made: readonly Member[], { hosts }: ClusterSpec): readonly Member[] =>
  made.filter(({ name }) => hosts.every((host) => host.name !== name));

/** What a person types so that a node leaves its cluster without loss. */
export const leaving = (nodeName: string): readonly string[] => [
  `kubectl drain ${nodeName} --ignore-daemonsets --delete-emptydir-data`,
  `kubectl delete node ${nodeName}`,
];

/** For workers that the file no longer has, and that are nodes still. */
export const stillNodes = (cluster: string, gone: readonly Member[]): AppError =>
  clusterChanged(
    cluster,
    gone.map(({ name, nodeName }) => `${name} is not in the file any more, and ${nodeName} is a node still`),
    [
      `put ${gone.map(({ name }) => name).join(', ')} back in the file, and then:`,
      ...gone.flatMap(({ nodeName }) => leaving(nodeName)),
      `ckadet cluster reset --hosts ${gone.map(({ name }) => name).join(',')}`,
      'after that take it out of the file',
      'where its host is gone for good, kubectl delete node is enough',
    ],
  );

const clusterChanged = (cluster: string, changes: readonly string[], next: readonly string[]): AppError =>
  new AppError({
    code: 'CLUSTER_CHANGED',
    what: `the cluster ${cluster} was made otherwise than the file says now, and nothing was changed`,
    why: changes.join('\n'),
    next,
    exitCode: EXIT.invalidFile,
  });
