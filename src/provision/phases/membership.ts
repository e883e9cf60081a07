// Whether a host has become a member of its cluster, by its own notes: the API may be down for a moment. Tests for /bin/sh.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import { wasDone } from '../host-state.ts';

/** By init or by join: which of them is first in the file may have changed since. */
export const IS_CONTROL_PLANE = `{ ${wasDone('control-plane/init')} || ${wasDone('join-control-planes/join')}; } && test -s /etc/kubernetes/admin.conf`;
export const IS_WORKER = `${wasDone('join-workers/join')} && test -s /etc/kubernetes/kubelet.conf`;
const IS_ETCD_MEMBER = 'test -s /etc/kubernetes/manifests/etcd.yaml';

export const isMember = (host: HostSpec, { controlPlanes, workers }: ClusterSpec): string =>
  controlPlanes.includes(host) ? IS_CONTROL_PLANE : workers.includes(host) ? IS_WORKER : IS_ETCD_MEMBER;
