// The sentence that says why no node took a pod. Models kubernetes/pkg/scheduler/framework/types.go (FitError)
import type { NodeVerdicts, Rejection } from './framework.ts';

export interface FitFailure {
  readonly nodeCount: number;
  readonly verdicts: NodeVerdicts;
  /** Set when PreFilter rejected the pod before nodes were looked at. */
  readonly preFilter?: Rejection;
  /** What PostFilter plugins said, one reason each. */
  readonly postFilter?: readonly string[];
}

/** `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. preemption: …` */
export function fitSentence({ nodeCount, verdicts, preFilter, postFilter = [] }: FitFailure): string {
  let sentence = `0/${nodeCount} nodes are available:`;
  const preFilterText = preFilter?.reasons.join(', ') ?? '';
  if (preFilterText) sentence += ` ${preFilterText}.`;
  else {
    const counts = new Map<string, number>();
    const count = (reason: string, nodes: number): void => {
      counts.set(reason, (counts.get(reason) ?? 0) + nodes);
    };
    for (const { reasons } of verdicts.byNode.values()) for (const reason of reasons) count(reason, 1);
    const absent = nodeCount - verdicts.byNode.size;
    if (absent > 0) for (const reason of verdicts.absent.reasons) count(reason, absent);
    const parts = [...counts].map(([reason, nodes]) => `${nodes} ${reason}`).sort();
    if (parts.length) sentence += ` ${parts.join(', ')}.`;
  }
  return postFilter.length ? `${sentence} ${postFilter.join(', ')}` : sentence;
}
