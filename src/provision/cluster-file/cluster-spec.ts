// A cluster as the phases read it: the file with everything decided that needs no host to be asked. Pure.
import { nodeIpOf } from './networks.ts';
import { isHa } from './relations.ts';
import type { ClusterFile, Endpoint, HostEntry, Role } from './schema.ts';
import { formerVersion, type KubernetesVersion, resolveVersion } from './versions.ts';

export interface HostSpec extends Omit<HostEntry, 'nodeName' | 'nodeIP'> {
  readonly nodeName: string;
  readonly nodeIP: string;
}

export interface ClusterSpec {
  readonly file: ClusterFile;
  readonly name: string;
  readonly version: KubernetesVersion;
  readonly hosts: readonly HostSpec[];
  readonly controlPlanes: readonly HostSpec[];
  /** The control plane that is made first, and asked for tokens and certificates. */
  readonly first: HostSpec;
  /** Hosts that are workers and no control planes. */
  readonly workers: readonly HostSpec[];
  /** Hosts of an external etcd; empty where it is stacked. */
  readonly etcd: readonly HostSpec[];
  /** Where clients reach the API. */
  readonly endpoint: { readonly address: string; readonly port: number };
  /** What keepalived and HAProxy are set up for; undefined where one control plane is the endpoint itself. */
  readonly virtual: Endpoint | undefined;
}

const withRole = (hosts: readonly HostSpec[], role: Role): readonly HostSpec[] => hosts.filter(({ roles }) => roles.includes(role));

/** Of a file that has passed its schema and relations. `foundVersion` is the exact version of the packages at hand. */
export function clusterSpec(file: ClusterFile, foundVersion?: string): ClusterSpec {
  const hosts = file.hosts.map((host) => ({ ...host, nodeName: host.nodeName ?? host.name, nodeIP: nodeIpOf(host) }));
  const controlPlanes = withRole(hosts, 'control-plane');
  const [first] = controlPlanes;
  const version = resolveVersion(file.kubernetesVersion, foundVersion) ?? formerVersion(file.kubernetesVersion);
  if (!first) throw new Error('a cluster file without a control plane has passed its schema');
  const virtual = isHa(file.topology) ? file.endpoint : undefined;
  return {
    file,
    name: file.name,
    version,
    hosts,
    controlPlanes,
    first,
    workers: withRole(hosts, 'worker').filter(({ roles }) => !roles.includes('control-plane')),
    etcd: withRole(hosts, 'etcd'),
    endpoint: { address: file.endpoint?.address ?? first.nodeIP, port: file.endpoint?.port ?? (virtual ? 8443 : 6443) },
    virtual,
  };
}

/** `192.168.2.100:8443`, `[fd00::1]:8443` */
export const hostPort = (address: string, port: number): string => `${address.includes(':') ? `[${address}]` : address}:${port}`;
