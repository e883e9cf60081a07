// Whether a node has enough left of what the pod requests; scores nodes by how much stays free. Models kubernetes/pkg/scheduler/framework/plugins/noderesources/fit.go
import type { Node } from '../../../kube/api/core-v1.ts';
import { MAX_NODE_SCORE, unschedulable, type Plugin, type Rejection } from '../framework.ts';
import { NodeInfo } from '../node-info.ts';
import { podInfo, type PodInfo } from '../pod-info.ts';

/** Undefined when the pod fits. What is larger than the whole node is unresolvable: no other pod's leaving helps. */
export function resourceShortage({ requests }: PodInfo, node: NodeInfo): Rejection | undefined {
  const reasons: string[] = [];
  let unresolvable = false;
  if (node.podCount + 1 > node.allocatable('pods')) reasons.push('Too many pods');
  for (const name in requests) {
    const wanted = requests[name] ?? 0;
    if (wanted === 0 || wanted <= node.allocatable(name) - node.requested(name)) continue;
    reasons.push(`Insufficient ${name}`);
    unresolvable ||= wanted > node.allocatable(name);
  }
  if (reasons.length === 0) return undefined;
  return { ...unschedulable(...reasons), code: unresolvable ? 'unresolvable' : 'unschedulable' };
}

export function leastAllocated(node: NodeInfo, pod: PodInfo): number {
  let sum = 0;
  let weights = 0;
  for (const name of ['cpu', 'memory'] as const) {
    const capacity = node.allocatable(name);
    if (capacity === 0) continue;
    const requested = node.scoreRequested(name) + (pod.scoreRequests[name] ?? 0);
    sum += requested > capacity ? 0 : Math.floor(((capacity - requested) * MAX_NODE_SCORE) / capacity);
    weights += 1;
  }
  return weights === 0 ? 0 : Math.floor(sum / weights);
}

function emptyNode(node: Node): NodeInfo {
  const info = new NodeInfo(node.metadata.name ?? '');
  info.setNode(node);
  return info;
}

export const nodeResourcesFit = (): Plugin => ({
  name: 'NodeResourcesFit',
  filter: (_state, pod, node) => resourceShortage(pod, node),
  score: (_state, pod, node) => leastAllocated(node, pod),
  helps(event, pod) {
    if (event.kind === 'assigned-pod') return event.pod === undefined || event.scaledDown;
    if (event.kind === 'own-update') {
      const before = podInfo(event.old).requests;
      return Object.keys(before).some((name) => (before[name] ?? 0) > (pod.requests[name] ?? 0));
    }
    if (event.kind !== 'node' || !event.node) return false;
    const now = emptyNode(event.node);
    if (resourceShortage(pod, now)) return false;
    if (!event.old) return true;
    const before = emptyNode(event.old);
    return ['pods', ...Object.keys(pod.requests)].some((name) => now.allocatable(name) > before.allocatable(name));
  },
});
