// Prefers nodes where CPU and memory fill up evenly. Models kubernetes/pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go
import { MAX_NODE_SCORE, type Plugin } from '../framework.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

const RESOURCES = ['cpu', 'memory'] as const;

export function balance(node: NodeInfo, pod: PodInfo): number {
  const fractions = RESOURCES.flatMap((name) => {
    const capacity = node.allocatable(name);
    return capacity === 0 ? [] : [Math.min(1, (node.requested(name) + (pod.requests[name] ?? 0)) / capacity)];
  });
  const [first = 0, second = first] = fractions;
  return Math.floor((1 - Math.abs(first - second) / 2) * MAX_NODE_SCORE);
}

export const nodeResourcesBalancedAllocation = (): Plugin => ({
  name: 'NodeResourcesBalancedAllocation',
  preScore: (_state, { requests }) => (RESOURCES.some((name) => requests[name]) ? undefined : 'skip'),
  score: (_state, pod, node) => balance(node, pod),
});
