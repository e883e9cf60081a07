// Makes room for a pod that fits nowhere by evicting pods of lower priority. Models kubernetes/pkg/scheduler/framework/plugins/defaultpreemption
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { PodDisruptionBudget } from '../../../kube/api/policy-v1.ts';
import { podDisruptionBudgets, pods } from '../../../kube/api/resources.ts';
import { podCondition } from '../../../kube/machinery/pod-conditions.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { fitSentence } from '../fit-error.ts';
import { unresolvable, unschedulable, type CycleState, type NodeVerdicts, type Plugin, type Rejection } from '../framework.ts';
import type { SchedulerHandle } from '../handle.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import { patchPodStatus } from '../pod-status.ts';
import { pickCandidate, selectVictims, type Candidate } from '../preemption.ts';

const LEAST_CANDIDATES = 100;
const CANDIDATES_PERCENT = 10;
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';

const wasPreempted = (pod: Pod): boolean => {
  const target = podCondition(pod, 'DisruptionTarget');
  return pod.metadata.deletionTimestamp !== undefined && target?.status === 'True' && target.reason === 'PreemptionByScheduler';
};

export function defaultPreemption(handle: SchedulerHandle): Plugin {
  const budgets = handle.informers.of(podDisruptionBudgets);
  const known = handle.informers.of(pods);
  /** Pods whose victims are being evicted right now: trying them again would only pick more. */
  const preempting = new Set<string>();

  /** Why the pod may not preempt, if so. */
  const ineligible = ({ pod, priority }: PodInfo, verdicts: NodeVerdicts): string | undefined => {
    if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
    const nominated = pod.status?.nominatedNodeName;
    if (!nominated || (verdicts.byNode.get(nominated) ?? verdicts.absent).code === 'unresolvable') return undefined;
    for (const other of handle.cache.node(nominated)?.pods ?? [])
      if (other.priority < priority && wasPreempted(other.pod)) return 'not eligible due to a terminating pod on the nominated node.';
    return undefined;
  };

  const tryNodes = (
    state: CycleState,
    pod: PodInfo,
    nodes: readonly NodeInfo[],
    protectedBy: readonly PodDisruptionBudget[],
  ): { candidates: Candidate[]; refused: Map<string, Rejection> } => {
    const candidates: Candidate[] = [];
    const refused = new Map<string, Rejection>();
    const enough = Math.max(LEAST_CANDIDATES, Math.floor((nodes.length * CANDIDATES_PERCENT) / 100));
    const offset = handle.random.below(nodes.length);
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[(offset + i) % nodes.length];
      if (!node) continue;
      const outcome = selectVictims(handle, state.clone(), pod, node.clone(), protectedBy);
      if ('code' in outcome) refused.set(node.name, outcome);
      else candidates.push(outcome);
      if (candidates.length >= enough && candidates.some(({ violations }) => violations === 0)) break;
    }
    return { candidates, refused };
  };

  const evict = async ({ pod: victim }: PodInfo, preemptor: PodInfo, node: string): Promise<void> => {
    const { name = '', namespace = '', uid } = victim.metadata;
    try {
      await patchPodStatus(handle, victim, {
        condition: {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'PreemptionByScheduler',
          message: `${preemptor.pod.spec.schedulerName ?? ''}: preempting to accommodate a higher priority pod`,
          ...(victim.metadata.generation === undefined ? {} : { observedGeneration: victim.metadata.generation }),
        },
      });
      await handle.client.delete(pods, name, { namespace, ...(uid ? { preconditions: { uid } } : {}) });
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    handle.recorder.event(victim, {
      type: 'Normal',
      reason: 'Preempted',
      action: 'Preempting',
      note: `Preempted by pod ${preemptor.uid} on node ${node}`,
      related: preemptor.pod,
    });
  };

  const carryOut = async ({ node, victims }: Candidate, pod: PodInfo): Promise<void> => {
    const waiting = victims.filter((victim) => victim.pod.metadata.deletionTimestamp === undefined);
    if (waiting.length === 0) return;
    preempting.add(pod.uid);
    try {
      // Pods of lower priority that counted on this node look for another one.
      const displaced = [...handle.nominator.on(node)].filter(({ priority }) => priority < pod.priority);
      await Promise.all(displaced.map((other) => patchPodStatus(handle, other.pod, { nominatedNodeName: '' })));
      const [last, ...others] = waiting.toReversed();
      await Promise.all(others.map((victim) => evict(victim, pod, node)));
      // From the last eviction on the pod may be woken by it.
      preempting.delete(pod.uid);
      if (last) await evict(last, pod, node);
    } catch (error) {
      handle.log.warn('preemption not carried out', { pod: pod.pod.metadata.name, error: messageOf(error) });
      preempting.delete(pod.uid);
      handle.retry(pod.uid);
    }
  };

  return {
    name: 'DefaultPreemption',
    preEnqueue: ({ metadata }) => (preempting.has(metadata.uid ?? '') ? unresolvable('waiting for the preemption for this pod to be finished') : undefined),
    postFilter(state, info, verdicts) {
      const latest = known.get(info.pod.metadata.name ?? '', info.pod.metadata.namespace);
      const pod: PodInfo = latest ? { ...info, pod: latest } : info;
      const reason = ineligible(pod, verdicts);
      if (reason) return { rejection: unschedulable(`preemption: ${reason}`) };
      const nodes = handle.cache.nodes;
      const hopeful = nodes.filter(({ name }) => (verdicts.byNode.get(name) ?? verdicts.absent).code === 'unschedulable');
      const { candidates, refused } = hopeful.length
        ? tryNodes(state, pod, hopeful, [...budgets.list()])
        : { candidates: [], refused: new Map<string, Rejection>() };
      const best = pickCandidate([...candidates.filter(({ violations }) => violations === 0), ...candidates.filter(({ violations }) => violations > 0)]);
      if (!best) {
        const sentence = fitSentence({ nodeCount: nodes.length, verdicts: { byNode: refused, absent: unresolvable(NOT_HELPFUL) } });
        return { rejection: unschedulable(`preemption: ${sentence}`), nominate: '' };
      }
      void carryOut(best, pod);
      return { nominate: best.node };
    },
    helps: () => false,
  };
}
