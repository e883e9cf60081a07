// Which parts of nodes and pods changed, as far as waiting pods may care. Models kubernetes/pkg/scheduler/framework/events.go
import type { Node, Pod } from '../../kube/api/core-v1.ts';
import { jsonEqual } from '../../kube/machinery/json.ts';
import type { ClusterEvent } from './framework.ts';
import { podInfo } from './pod-info.ts';

export const nodeAdded = (node: Node): ClusterEvent => ({ kind: 'node', node, labels: false, taints: false, allocatable: false });
export const nodeDeleted = (old: Node): ClusterEvent => ({ kind: 'node', old, labels: false, taints: false, allocatable: false });

/** Undefined for an update that helps nobody, such as a heartbeat. */
export function nodeUpdated(old: Node, node: Node): ClusterEvent | undefined {
  const labels = !jsonEqual(old.metadata.labels, node.metadata.labels);
  const taints = !jsonEqual(old.spec.taints, node.spec.taints) || (old.spec.unschedulable ?? false) !== (node.spec.unschedulable ?? false);
  const allocatable = !jsonEqual(old.status?.allocatable, node.status?.allocatable);
  return labels || taints || allocatable ? { kind: 'node', old, node, labels, taints, allocatable } : undefined;
}

export const assignedPodAdded = (pod: Pod): ClusterEvent => ({ kind: 'assigned-pod', pod, labels: false, scaledDown: false });
export const assignedPodDeleted = (old: Pod): ClusterEvent => ({ kind: 'assigned-pod', old, labels: false, scaledDown: false });

export function assignedPodUpdated(old: Pod, pod: Pod): ClusterEvent | undefined {
  const labels = !jsonEqual(old.metadata.labels, pod.metadata.labels);
  let scaledDown = false;
  if (old.metadata.generation !== pod.metadata.generation || !jsonEqual(old.status?.containerStatuses, pod.status?.containerStatuses)) {
    const before = podInfo(old).requests;
    const now = podInfo(pod).requests;
    scaledDown = Object.keys(before).some((name) => (before[name] ?? 0) > (now[name] ?? 0));
  }
  return labels || scaledDown ? { kind: 'assigned-pod', old, pod, labels, scaledDown } : undefined;
}
