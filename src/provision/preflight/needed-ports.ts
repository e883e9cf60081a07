// Which ports the parts of a cluster listen on, and who must reach them. Pure.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { hasEtcd } from '../cluster-file/duties.ts';

const API = 6443;
const KUBELET = 10_250;
const ETCD_CLIENTS = 2379;
const ETCD_PEERS = 2380;
const KUBE_CONTROLLER_MANAGER = 10_257;
const KUBE_SCHEDULER = 10_259;

const isControlPlane = (host: HostSpec): boolean => host.roles.includes('control-plane');

/** TCP ports that must be free on a host, in order. */
export function portsOf(host: HostSpec, spec: ClusterSpec): readonly number[] {
  const { virtual, endpoint } = spec;
  return [
    KUBELET,
    ...(isControlPlane(host) ? [API, KUBE_CONTROLLER_MANAGER, KUBE_SCHEDULER] : []),
    ...(isControlPlane(host) && virtual ? [endpoint.port, virtual.haproxy.healthPort] : []),
    ...(hasEtcd(host, spec) ? [ETCD_CLIENTS, ETCD_PEERS] : []),
  ].sort((a, b) => a - b);
}

/** Of those, the ones that other hosts reach; the rest is on 127.0.0.1. */
export const portsForOthers = (host: HostSpec, spec: ClusterSpec): readonly number[] =>
  portsOf(host, spec).filter((port) => ![KUBE_CONTROLLER_MANAGER, KUBE_SCHEDULER, spec.virtual?.haproxy.healthPort].includes(port));

export interface Connection {
  readonly to: HostSpec;
  readonly port: number;
}

/** What a host must reach on others. */
export function connectionsFrom(host: HostSpec, spec: ClusterSpec): readonly Connection[] {
  const isNode = !spec.etcd.includes(host);
  return spec.hosts
    .filter((other) => other !== host)
    .flatMap((to) => {
      const ports = [
        ...(isNode && isControlPlane(to) ? [API, ...(spec.virtual ? [spec.endpoint.port] : [])] : []),
        ...(isControlPlane(host) && !spec.etcd.includes(to) ? [KUBELET] : []),
        ...(hasEtcd(to, spec) && (hasEtcd(host, spec) || isControlPlane(host)) ? [ETCD_CLIENTS] : []),
        ...(hasEtcd(to, spec) && hasEtcd(host, spec) ? [ETCD_PEERS] : []),
      ];
      return ports.map((port) => ({ to, port }));
    });
}
