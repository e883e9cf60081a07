// The arithmetic of disruption budgets. Models kubernetes/pkg/controller/disruption/disruption.go
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { LabelSelector } from '../../../kube/api/meta-v1.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../../kube/api/policy-v1.ts';
import { scaledValue } from '../../../kube/machinery/int-or-percent.ts';
import { isPodReady, withCondition } from '../../../kube/machinery/pod-conditions.ts';
import { parseTime } from '../../../kube/machinery/time.ts';

/** An evicted pod that is not being deleted after this long will not be. */
export const DELETION_TIMEOUT_MS = 120_000;

/** True when the budget depends on how many pods there should be, not only on how many there are. */
export const needsScale = ({ spec }: PodDisruptionBudget): boolean => spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';

/** How many pods there should be, and how many of them healthy. `scale` is the sum over the pods' controllers. */
export function expectation({ spec }: PodDisruptionBudget, podCount: number, scale: number): { readonly expected: number; readonly desiredHealthy: number } {
  if (spec.maxUnavailable !== undefined) return { expected: scale, desiredHealthy: Math.max(0, scale - (scaledValue(spec.maxUnavailable, scale, true) ?? 0)) };
  if (typeof spec.minAvailable === 'number') return { expected: podCount, desiredHealthy: spec.minAvailable };
  return spec.minAvailable === undefined
    ? { expected: 0, desiredHealthy: 0 }
    : { expected: scale, desiredHealthy: scaledValue(spec.minAvailable, scale, true) ?? 0 };
}

export interface Disrupted {
  /** Evictions under way, by pod name. */
  readonly pods: Readonly<Record<string, string>>;
  /** Pods that were to go and did not. */
  readonly overdue: readonly Pod[];
  readonly recheckAtMs: number | undefined;
}

export function disruptedPods(pods: readonly Pod[], known: Readonly<Record<string, string>> | undefined, nowMs: number): Disrupted {
  const left: Record<string, string> = {};
  const overdue: Pod[] = [];
  let recheckAtMs: number | undefined;
  for (const pod of pods) {
    const { name = '', deletionTimestamp } = pod.metadata;
    const since = known?.[name];
    if (deletionTimestamp || since === undefined) continue;
    const due = parseTime(since) + DELETION_TIMEOUT_MS;
    if (due < nowMs) {
      overdue.push(pod);
      continue;
    }
    left[name] = since;
    recheckAtMs = Math.min(recheckAtMs ?? due, due);
  }
  return { pods: left, overdue, recheckAtMs };
}

export const healthyCount = (pods: readonly Pod[], disrupted: Readonly<Record<string, string>>): number =>
  pods.filter((pod) => !pod.metadata.deletionTimestamp && disrupted[pod.metadata.name ?? ''] === undefined && isPodReady(pod)).length;

export interface StatusInput {
  readonly expected: number;
  readonly desiredHealthy: number;
  readonly currentHealthy: number;
  readonly disrupted: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

export function budgetStatus(
  { metadata, status }: PodDisruptionBudget,
  { expected, desiredHealthy, currentHealthy, disrupted, nowMs }: StatusInput,
): PodDisruptionBudgetStatus {
  const allowed = expected <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const generation = metadata.generation === undefined ? {} : { observedGeneration: metadata.generation };
  const condition = {
    type: 'DisruptionAllowed',
    status: allowed > 0 ? 'True' : 'False',
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    lastTransitionTime: '',
    ...generation,
  };
  return {
    conditions: withCondition(status?.conditions, withoutEmptyTime(condition), nowMs),
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    ...generation,
    ...(Object.keys(disrupted).length ? { disruptedPods: disrupted } : {}),
  };
}

/** The status when the budget cannot be told: nothing may be disrupted. */
export function failSafeStatus({ status }: PodDisruptionBudget, message: string, nowMs: number): PodDisruptionBudgetStatus {
  const generation = status?.observedGeneration === undefined ? {} : { observedGeneration: status.observedGeneration };
  const condition = { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message, lastTransitionTime: '', ...generation };
  return {
    ...status,
    currentHealthy: status?.currentHealthy ?? 0,
    desiredHealthy: status?.desiredHealthy ?? 0,
    expectedPods: status?.expectedPods ?? 0,
    disruptionsAllowed: 0,
    conditions: withCondition(status?.conditions, withoutEmptyTime(condition), nowMs),
  };
}

/** The type asks for a time that `withCondition` is to fill in. */
function withoutEmptyTime<C extends { readonly lastTransitionTime: string }>(condition: C): C {
  const { lastTransitionTime: _unset, ...rest } = condition;
  return rest as unknown as C;
}

/** The selector as Go prints it, which an event quotes. */
export function goSelector(selector: LabelSelector | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
    .join('');
  const expressions = (selector.matchExpressions ?? [])
    .map(({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`)
    .join('');
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}
