// Which pods have to go so that one of higher priority fits, and on which node this hurts least.
// Models kubernetes/pkg/scheduler/framework/preemption/preemption.go and plugins/defaultpreemption/default_preemption.go
import type { Pod } from '../../kube/api/core-v1.ts';
import type { PodDisruptionBudget } from '../../kube/api/policy-v1.ts';
import { matchesSelector, selectorOf } from '../../kube/machinery/selectors.ts';
import { parseTime } from '../../kube/machinery/time.ts';
import { unresolvable, type CycleState, type Rejection } from './framework.ts';
import type { SchedulerHandle } from './handle.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

export interface Candidate {
  readonly node: string;
  /** Most important first; never empty. */
  readonly victims: readonly PodInfo[];
  /** How many of them a disruption budget would have spared. */
  readonly violations: number;
}

const startOf = ({ status }: Pod): number => {
  const started = parseTime(status?.startTime);
  return Number.isNaN(started) ? Number.MAX_SAFE_INTEGER : started;
};

/** Higher priority first, then longer running. */
export const byImportance = (a: PodInfo, b: PodInfo): number => b.priority - a.priority || startOf(a.pod) - startOf(b.pod);

/** Divides pods into those whose eviction would break a budget, counting the budgets down, and the rest. */
export function splitByBudgets(
  pods: readonly PodInfo[],
  budgets: readonly PodDisruptionBudget[],
): { readonly violating: readonly PodInfo[]; readonly free: readonly PodInfo[] } {
  const allowed = new Map(budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]));
  const violating: PodInfo[] = [];
  const free: PodInfo[] = [];
  for (const info of pods) {
    const { namespace, name = '', labels } = info.pod.metadata;
    let violated = false;
    for (const budget of labels && Object.keys(labels).length ? budgets : []) {
      const selector = selectorOf(budget.spec.selector);
      if (budget.metadata.namespace !== namespace || !selector?.length || !matchesSelector(selector, labels)) continue;
      // Already on its way out through the API: counted there.
      if (budget.status?.disruptedPods?.[name]) continue;
      const left = (allowed.get(budget) ?? 0) - 1;
      allowed.set(budget, left);
      if (left < 0) violated = true;
    }
    (violated ? violating : free).push(info);
  }
  return { violating, free };
}

/** The fewest pods of lower priority whose leaving lets the pod fit; works on copies of state and node. */
export function selectVictims(
  handle: Pick<SchedulerHandle, 'filter' | 'addPod' | 'removePod'>,
  state: CycleState,
  pod: PodInfo,
  node: NodeInfo,
  budgets: readonly PodDisruptionBudget[],
): Candidate | Rejection {
  const lower = [...node.pods].filter(({ priority }) => priority < pod.priority);
  if (lower.length === 0) return unresolvable('No preemption victims found for incoming pod');
  for (const victim of lower) handle.removePod(state, pod, victim, node);
  const rejection = handle.filter(state, pod, node);
  if (rejection) return rejection;
  const { violating, free } = splitByBudgets(lower.sort(byImportance), budgets);
  const victims: PodInfo[] = [];
  const mustGo = (victim: PodInfo): boolean => {
    handle.addPod(state, pod, victim, node);
    if (!handle.filter(state, pod, node)) return false;
    handle.removePod(state, pod, victim, node);
    victims.push(victim);
    return true;
  };
  // Those that a budget protects are spared first.
  const violations = violating.filter(mustGo).length;
  free.forEach(mustGo);
  return { node: node.name, victims: victims.sort(byImportance), violations };
}

const lowestFirst =
  (score: (candidate: Candidate) => number) =>
  (candidates: readonly Candidate[]): readonly Candidate[] => {
    const least = Math.min(...candidates.map(score));
    return candidates.filter((candidate) => score(candidate) === least);
  };
// Moved up so that a few pods of negative priority do not look better than one.
const priorityWeight = ({ priority }: PodInfo): number => priority + 2 ** 31;
const topPriority = ({ victims }: Candidate): number => victims[0]?.priority ?? 0;
const earliestStartOfTop = ({ victims }: Candidate): number =>
  Math.min(...victims.filter(({ priority }) => priority === victims[0]?.priority).map(({ pod }) => startOf(pod)));

const CRITERIA = [
  lowestFirst(({ violations }) => violations),
  lowestFirst(topPriority),
  lowestFirst(({ victims }) => victims.reduce((sum, victim) => sum + priorityWeight(victim), 0)),
  lowestFirst(({ victims }) => victims.length),
  lowestFirst((candidate) => -earliestStartOfTop(candidate)),
];

/** The candidate that hurts least; the first of several that are equal in everything. */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let left = candidates;
  for (const narrow of CRITERIA) {
    if (left.length <= 1) break;
    left = narrow(left);
  }
  return left[0];
}
