// Whether a host has become a member of its cluster, by its own notes: the API may be down for a moment. Tests for /bin/sh.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { wasCutOff, wasDone } from '../host-state.ts';

/** The actions by which a host becomes one. */
const INIT = 'control-plane/init';
const JOIN_CONTROL_PLANE = 'join-control-planes/join';
const JOIN_WORKER = 'join-workers/join';
export const MEMBERSHIPS: readonly string[] = [INIT, JOIN_CONTROL_PLANE, JOIN_WORKER];

/** By init or by join: which of them is first in the file may have changed since. */
export const IS_CONTROL_PLANE = `{ ${wasDone(INIT)} || ${wasDone(JOIN_CONTROL_PLANE)}; } && test -s /etc/kubernetes/admin.conf`;
export const IS_WORKER = `${wasDone(JOIN_WORKER)} && test -s /etc/kubernetes/kubelet.conf`;
const IS_ETCD_MEMBER = 'test -s /etc/kubernetes/manifests/etcd.yaml';

export const isMember = (host: HostSpec, { controlPlanes, workers }: ClusterSpec): string =>
  controlPlanes.includes(host) ? IS_CONTROL_PLANE : workers.includes(host) ? IS_WORKER : IS_ETCD_MEMBER;

/** Its join was cut off: the API may have a node of it all the same. */
export const isHalfJoined = (host: HostSpec, { controlPlanes }: ClusterSpec): string =>
  wasCutOff(controlPlanes.includes(host) ? JOIN_CONTROL_PLANE : JOIN_WORKER);
