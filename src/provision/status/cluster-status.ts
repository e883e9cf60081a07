// How a cluster is, from what its hosts told: host by host, and in sentences what is wrong. Pure.
import { type ClusterSpec, hostPort, type HostSpec } from '../cluster-file/cluster-spec.ts';
import { hasEtcd } from '../cluster-file/duties.ts';
import { nodes as nodesOf } from '../phases/phase.ts';
import { type HostAnswers, type NodeStatus, unitsOf } from './status-script.ts';

export interface HostStatus {
  readonly name: string;
  readonly roles: readonly string[];
  readonly isReachable: boolean;
  /** Why it cannot be reached. */
  readonly why: string | null;
  /** The cluster that it belongs to; null for none, and where it does not tell. */
  readonly owner: string | null;
  /** It has become a part of that cluster; false on one that is half made, or does not tell. */
  readonly isMember: boolean;
  /** A reset was begun there and not ended. */
  readonly isLeaving: boolean;
  readonly units: Readonly<Record<string, string>>;
  readonly holdsAddress: boolean;
  /** `ok`, or what it said instead; null where there is none, or it does not tell. */
  readonly api: string | null;
  readonly etcd: string | null;
  readonly node: NodeStatus | null;
}

export interface ClusterStatus {
  readonly cluster: string;
  readonly isHealthy: boolean;
  /** False where no host that answers belongs to it. */
  readonly isMade: boolean;
  /** A reset was begun and not ended. */
  readonly isLeaving: boolean;
  /** False where a run was cut off before the control planes that answer were made. */
  readonly isFinished: boolean;
  readonly endpoint: { readonly url: string; readonly isReady: boolean; readonly holder: string | null };
  readonly etcd: { readonly members: number; readonly healthy: number };
  readonly hosts: readonly HostStatus[];
  /** Empty when healthy. */
  readonly problems: readonly string[];
}

/** What a host told, or why it told nothing. */
export type Told = { readonly answers: HostAnswers } | { readonly why: string };

const OK = 'ok';

export function clusterStatus(spec: ClusterSpec, told: ReadonlyMap<string, Told>): ClusterStatus {
  const of = (host: HostSpec): HostAnswers | undefined => {
    const each = told.get(host.name);
    return each && 'answers' in each ? each.answers : undefined;
  };
  const answered = spec.hosts.flatMap((host) => of(host) ?? []);
  const isMade = answered.some(({ owner }) => owner === spec.name);
  // The API servers agree on the nodes; the first that answers is believed.
  const known = answered.find(({ nodes }) => nodes.length)?.nodes ?? [];
  const members = spec.hosts.filter((host) => hasEtcd(host, spec));
  const endpoint = {
    url: `https://${hostPort(spec.endpoint.address, spec.endpoint.port)}`,
    isReady: answered.some((each) => each.endpoint === OK),
    holder: holderOf(spec, of),
  };
  const hosts = spec.hosts.map((host) => hostStatus(host, told.get(host.name), known));
  const isLeaving = hosts.some((host) => host.isLeaving);
  const isFinished = hosts.some(({ roles, isMember, owner }) => isMember && owner === spec.name && roles.includes('control-plane'));
  const problems = isMade
    ? [...hosts.flatMap((host, i) => problemsOf(host, spec.hosts[i], spec, known)), ...(isFinished ? ofEndpoint(spec, endpoint, of) : [])]
    : [...unreachable(hosts), ...foreign(hosts, spec), notMade(spec, hosts)];
  return {
    cluster: spec.name,
    isHealthy: problems.length === 0,
    isMade,
    isFinished,
    isLeaving,
    endpoint,
    etcd: { members: members.length, healthy: members.filter((host) => of(host)?.etcd === 'healthy').length },
    hosts,
    problems,
  };
}

const holderOf = (spec: ClusterSpec, of: (host: HostSpec) => HostAnswers | undefined): string | null =>
  (spec.virtual && spec.controlPlanes.find((host) => of(host)?.holdsAddress)?.name) ?? null;

function hostStatus(host: HostSpec, told: Told | undefined, known: readonly NodeStatus[]): HostStatus {
  const node = known.find(({ name }) => name === host.nodeName);
  const common = { name: host.name, roles: host.roles, node: node ?? null };
  if (!told || 'why' in told)
    return {
      ...common,
      isReachable: false,
      why: told?.why ?? 'it was not asked',
      owner: null,
      isMember: false,
      isLeaving: false,
      units: {},
      holdsAddress: false,
      api: null,
      etcd: null,
    };
  const { owner = null, isMember, isLeaving, units, holdsAddress, api = null, etcd = null } = told.answers;
  return { ...common, isReachable: true, why: null, owner, isMember, isLeaving, units, holdsAddress, api, etcd };
}

const unreachable = (hosts: readonly HostStatus[]): readonly string[] =>
  hosts.flatMap(({ name, isReachable, why }) => (isReachable ? [] : [`${name} cannot be reached: ${why}`]));

/** It is not ours to say how it is: its units and its API are another cluster's. */
const foreign = (hosts: readonly HostStatus[], { name: cluster }: ClusterSpec): readonly string[] =>
  hosts.flatMap(({ name, owner }) =>
    owner === null || owner === cluster
      ? []
      : [`${name} belongs to the cluster ${owner}, and not to ${cluster}: name another host in the file, or see whether it is the right file`],
  );

function notMade({ name }: ClusterSpec, hosts: readonly HostStatus[]): string {
  if (hosts.every(({ isReachable }) => !isReachable)) return `whether ${name} is made cannot be told: no host answers`;
  return `${name} is not made: no host that answers belongs to it; ckadet cluster create makes it`;
}

function problemsOf(status: HostStatus, host: HostSpec | undefined, spec: ClusterSpec, known: readonly NodeStatus[]): readonly string[] {
  if (!host) return [];
  const { name, isReachable, units, api, etcd, node } = status;
  const isNode = nodesOf(spec).includes(host);
  const ofNode = !isNode
    ? []
    : node
      ? node.isReady
        ? []
        : [`node ${host.nodeName} is not Ready: kubectl describe node ${host.nodeName}`]
      : known.length
        ? [`${host.nodeName} is no node of the cluster: ckadet cluster create`]
        : [];
  if (!isReachable) return [...unreachable([status]), ...ofNode];
  const ofOther = foreign([status], spec);
  if (ofOther.length) return [...ofOther, ...ofNode];
  if (status.isLeaving) return [`${name} is taken back in part: ckadet cluster reset`, ...(node ? ofNode : [])];
  // Its units are not there yet, or not as they shall be.
  if (!status.isMember)
    return [
      status.owner === null ? `${name} is not part of ${spec.name}: ckadet cluster create` : `${name} is half made: ckadet cluster create --resume`,
      ...(node ? ofNode : []),
    ];
  return [
    ...unitsOf(host, spec).flatMap((unit) =>
      units[unit] === 'active'
        ? []
        : [`${unit} on ${name} is ${units[unit] || 'in an unknown state'}: ckadet cluster ssh ${name} -- sudo journalctl -u ${unit} -n 50`],
    ),
    ...(spec.controlPlanes.includes(host) && api !== OK ? [`the API server of ${name} is not ready: ${api ?? 'it does not answer'}`] : []),
    ...(hasEtcd(host, spec) && etcd !== 'healthy'
      ? [etcd === null ? `whether the etcd member of ${name} is healthy cannot be told: it has no curl` : `the etcd member of ${name} is not healthy`]
      : []),
    ...ofNode,
  ];
}

function ofEndpoint(
  spec: ClusterSpec,
  { url, isReady, holder }: ClusterStatus['endpoint'],
  of: (host: HostSpec) => HostAnswers | undefined,
): readonly string[] {
  const holders = spec.controlPlanes.filter((host) => of(host)?.holdsAddress);
  const said = spec.controlPlanes.map((host) => of(host)?.endpoint).find((each) => each !== undefined);
  return [
    ...(isReady ? [] : [`nobody answers at ${url}${said === undefined ? '' : `: ${said}`}`]),
    ...(spec.virtual && holder === null ? [`nobody who can be reached holds the address ${spec.endpoint.address}`] : []),
    ...(holders.length > 1 ? [`${holders.map(({ name }) => name).join(' and ')} hold ${spec.endpoint.address} at once: VRRP does not pass between them`] : []),
  ];
}
