// What a pod's status says: ready, available, active, ended; and how a condition is set in a list of them.
// Models kubernetes/pkg/api/v1/pod/util.go
import type { Pod, PodCondition } from '../api/core-v1.ts';
import { formatTime, parseTime } from './time.ts';

export interface AnyCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

export const conditionOf = <C extends { readonly type: string }>(conditions: readonly C[] | undefined, type: string): C | undefined =>
  conditions?.find((each) => each.type === type);

export const podCondition = (pod: Pod, type: string): PodCondition | undefined => conditionOf(pod.status?.conditions, type);

export const isPodReady = (pod: Pod): boolean => podCondition(pod, 'Ready')?.status === 'True';

/** Ready for `minReadySeconds` without a break. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const ready = podCondition(pod, 'Ready');
  if (ready?.status !== 'True') return false;
  if (minReadySeconds === 0) return true;
  const since = parseTime(ready.lastTransitionTime);
  return !Number.isNaN(since) && since + minReadySeconds * 1000 <= nowMs;
}

/** Succeeded or Failed: it will not run again. */
export const isPodEnded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
export const isPodTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
/** Neither ended nor on its way out. */
export const isPodActive = (pod: Pod): boolean => !isPodEnded(pod) && !isPodTerminating(pod);

/**
 * The list with this condition set: in place of one of its type, else at the end. The transition time is kept while the status stays the same.
 * Gives the same list back when nothing changes.
 */
export function withCondition<C extends AnyCondition>(conditions: readonly C[] | undefined, condition: C, nowMs: number): readonly C[] {
  const list = conditions ?? [];
  const at = list.findIndex((each) => each.type === condition.type);
  const old = list[at];
  const transition =
    old && old.status === condition.status && old.lastTransitionTime ? old.lastTransitionTime : (condition.lastTransitionTime ?? formatTime(nowMs));
  const next: C = { ...condition, lastTransitionTime: transition };
  if (!old) return [...list, next];
  const keys = new Set([...Object.keys(old), ...Object.keys(next)]) as Set<keyof C>;
  if ([...keys].every((key) => (old[key] ?? undefined) === (next[key] ?? undefined))) return list;
  return list.map((each, i) => (i === at ? next : each));
}
