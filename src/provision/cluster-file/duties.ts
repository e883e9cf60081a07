// What a host of a cluster runs, by its roles and the topology. Pure.
import type { ClusterSpec, HostSpec } from './cluster-spec.ts';

/** Whether HAProxy and keepalived run there. */
export const balances = (host: HostSpec, { virtual, controlPlanes }: ClusterSpec): boolean => virtual !== undefined && controlPlanes.includes(host);
/** Whether a member of etcd runs there. */
export const hasEtcd = (host: HostSpec, { etcd, controlPlanes }: ClusterSpec): boolean => (etcd.length ? etcd : controlPlanes).includes(host);

/** The container runtime, as systemd calls it. */
export const runtimeUnit = ({ file }: ClusterSpec): string => (file.runtime === 'cri-o' ? 'crio' : 'containerd');
