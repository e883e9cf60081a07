// What a schema alone cannot say of a cluster.yaml: how many hosts of which role a topology has, addresses that are free of each other, names that are unique. Pure.
import { nearestName } from '../../errors/nearest-name.ts';
import type { Problem } from '../../platform/checked-yaml.ts';
import { excerpt } from '../../platform/yaml-words.ts';
import { ACCEPTABLE, isAcceptable } from './check-names.ts';
import { isIP } from './addresses.ts';
import { nodeIpOf, ofNetworks } from './networks.ts';
import type { ClusterFile, Role, Topology } from './schema.ts';
import { tomlFlaw } from './toml.ts';
import { resolveVersion, whyNotSupported } from './versions.ts';

/** How many hosts of each role a topology has. */
interface Shape {
  readonly controlPlanes: readonly [least: number, most: number];
  readonly workers: readonly [least: number, most: number];
  readonly etcd: readonly [least: number, most: number];
}

const MANY = Number.POSITIVE_INFINITY;
const SHAPES: Readonly<Record<Topology, Shape>> = {
  'all-in-one': { controlPlanes: [1, 1], workers: [0, 1], etcd: [0, 0] },
  single: { controlPlanes: [1, 1], workers: [0, MANY], etcd: [0, 0] },
  'single-external-etcd': { controlPlanes: [1, 1], workers: [0, MANY], etcd: [1, MANY] },
  'ha-stacked': { controlPlanes: [3, MANY], workers: [0, MANY], etcd: [0, 0] },
  'ha-external-etcd': { controlPlanes: [2, MANY], workers: [0, MANY], etcd: [3, MANY] },
};
const ROLE_OF: Readonly<Record<keyof Shape, Role>> = { controlPlanes: 'control-plane', workers: 'worker', etcd: 'etcd' };

export const isHa = (topology: Topology): boolean => topology.startsWith('ha-');

export const relations = (file: ClusterFile): readonly Problem[] => [...ofVersion(file), ...lastingRelations(file)];

/** Of a cluster that was made: a version that was supported then may be so no more. */
export function lastingRelations(file: ClusterFile): readonly Problem[] {
  return [...ofRuntime(file), ...ofRoles(file), ...ofHosts(file), ...ofEndpoint(file), ...ofNetworks(file), ...ofPreflight(file), ...ofPatches(file)];
}

function ofVersion({ kubernetesVersion }: ClusterFile): readonly Problem[] {
  return resolveVersion(kubernetesVersion) ? [] : [{ path: ['kubernetesVersion'], message: whyNotSupported(kubernetesVersion) }];
}

function ofRuntime({ runtime, packages, hosts }: ClusterFile): readonly Problem[] {
  if (runtime !== 'cri-o') return [];
  return [
    ...(packages.source === 'folder'
      ? [{ path: ['runtime'], message: 'is cri-o, which comes from repositories only: a folder of packages brings containerd' }]
      : []),
    ...(hosts.some(({ roles }) => roles.includes('etcd'))
      ? [{ path: ['runtime'], message: 'is cri-o, which ckadet does not set up for hosts of an external etcd: containerd does' }]
      : []),
  ];
}

function ofRoles({ topology, hosts }: ClusterFile): readonly Problem[] {
  const shape = SHAPES[topology];
  const problems: Problem[] = [];
  for (const [part, [least, most]] of Object.entries(shape) as readonly [keyof Shape, readonly [number, number]][]) {
    const role = ROLE_OF[part];
    const count = hosts.filter(({ roles }) => roles.includes(role)).length;
    const wanted = least === most ? `${least}` : most === MANY ? `at least ${least}` : `${least} to ${most}`;
    if (count < least || count > most)
      problems.push({ path: ['hosts'], message: `of topology ${topology} have ${wanted} with the role ${role}; there: ${count}` });
  }
  const members = topology === 'ha-stacked' ? 'control-plane' : topology === 'ha-external-etcd' ? 'etcd' : undefined;
  const memberCount = hosts.filter(({ roles }) => members !== undefined && roles.includes(members)).length;
  if (memberCount >= 3 && memberCount % 2 === 0)
    problems.push({
      path: ['hosts'],
      message: `have ${memberCount} etcd members: an even number survives no more failures than ${memberCount - 1}; take one away or add one`,
    });
  for (const [i, { roles }] of hosts.entries()) {
    if (roles.includes('etcd') && roles.length > 1)
      problems.push({ path: ['hosts', i, 'roles'], message: 'has etcd beside another role: an external etcd member has its host to itself' });
    if (topology !== 'all-in-one' && roles.includes('worker') && roles.includes('control-plane') && !isHa(topology) && hosts.length === 1)
      problems.push({ path: ['topology'], message: 'is all-in-one where the only host is control plane and worker' });
  }
  return problems;
}

function ofHosts({ hosts }: ClusterFile): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  const once = (what: string, value: string, i: number, field: string): void => {
    const key = `${what} ${value}`;
    const before = seen.get(key);
    if (before !== undefined) problems.push({ path: ['hosts', i, field], message: `is the ${what} of hosts[${before}] too: ${value}` });
    else seen.set(key, i);
  };
  for (const [i, host] of hosts.entries()) {
    once('name', host.name, i, 'name');
    once('node name', host.nodeName ?? host.name, i, host.nodeName === undefined ? 'name' : 'nodeName');
    once('address', `${host.address}${host.port === undefined ? '' : ` port ${host.port}`}`, i, 'address');
    if (host.nodeIP !== undefined && !isIP(host.nodeIP)) problems.push({ path: ['hosts', i, 'nodeIP'], message: 'must be an IP address' });
    else if (!isIP(nodeIpOf(host)))
      problems.push({ path: ['hosts', i, 'address'], message: 'is a name: give nodeIP too, because certificates, etcd and keepalived need an address' });
    else once('node IP', nodeIpOf(host), i, host.nodeIP === undefined ? 'address' : 'nodeIP');
    if (host.kind === 'local' && (host.user !== undefined || host.identity !== undefined || host.port !== undefined))
      problems.push({ path: ['hosts', i, 'kind'], message: 'is local: user, identity and port are for ssh' });
  }
  if (hosts.filter(({ kind }) => kind === 'local').length > 1)
    problems.push({ path: ['hosts'], message: 'have more than one of kind local; this machine is one host' });
  return problems;
}

function ofEndpoint({ topology, endpoint, hosts }: ClusterFile): readonly Problem[] {
  if (!isHa(topology)) return [];
  if (!endpoint)
    return [{ path: ['endpoint'], message: `is missing: topology ${topology} has a virtual address, such as {address: 192.168.2.100, port: 8443}` }];
  const problems: Problem[] = [];
  if (!isIP(endpoint.address))
    problems.push({ path: ['endpoint', 'address'], message: 'must be an IP address: keepalived moves it between the control planes' });
  const owner = hosts.findIndex((host) => nodeIpOf(host) === endpoint.address || host.address === endpoint.address);
  if (owner >= 0) problems.push({ path: ['endpoint', 'address'], message: `is the address of hosts[${owner}]; the virtual address belongs to no host` });
  if (endpoint.port === 6443)
    problems.push({ path: ['endpoint', 'port'], message: 'cannot be 6443: the API server of the same host listens there; 8443 is usual' });
  const lowest = endpoint.keepalived.weight + 10 * (hosts.filter(({ roles }) => roles.includes('control-plane')).length - 1);
  if (lowest >= 0)
    problems.push({
      path: ['endpoint', 'keepalived', 'weight'],
      message: `is too small to fail over: it must take more than ${lowest - endpoint.keepalived.weight} off`,
    });
  return problems;
}

/** What containerd cannot read stops it, in the middle of making the cluster. */
function ofPatches({ patches }: ClusterFile): readonly Problem[] {
  const flaw = tomlFlaw(patches.containerd);
  if (!flaw) return [];
  const text = (patches.containerd.split('\n')[flaw.line - 1] ?? '').trim();
  return [{ path: ['patches', 'containerd'], message: `is no TOML: its line ${flaw.line}, ${excerpt(text)}, ${flaw.message}` }];
}

function ofPreflight({ preflight }: ClusterFile): readonly Problem[] {
  return preflight.accept.flatMap(({ check }, i) => {
    if (isAcceptable(check)) return [];
    const near = nearestName(check, ACCEPTABLE);
    return [
      {
        path: ['preflight', 'accept', i, 'check'],
        message: `is no check that can be accepted: ${check}${near ? `; did you mean ${near}?` : `; there are ${ACCEPTABLE.join(', ')}`}`,
      },
    ];
  });
}
