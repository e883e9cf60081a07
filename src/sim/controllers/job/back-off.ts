// How long a Job waits before it replaces failed pods: 10 s, doubling, at most 10 minutes. Models kubernetes/pkg/controller/job/backoff_utils.go
import type { ContainerStatus, Pod } from '../../../kube/api/core-v1.ts';
import { podCondition } from '../../../kube/machinery/pod-conditions.ts';
import { parseTime, secondsToMs } from '../../../kube/machinery/time.ts';
import { allIndexFailures } from './policies.ts';

const FIRST_MS = 10_000;
const LONGEST_MS = 600_000;

export interface BackOffRecord {
  readonly failures: number;
  readonly lastFailureMs: number;
}
export const NO_FAILURES: BackOffRecord = { failures: 0, lastFailureMs: 0 };

function lastFinish(statuses: readonly ContainerStatus[]): number | undefined {
  let last: number | undefined;
  for (const { state } of statuses) {
    const at = parseTime(state?.terminated?.finishedAt);
    if (Number.isNaN(at)) return undefined;
    last = Math.max(last ?? at, at);
  }
  return last;
}

/** When the pod ended, in milliseconds, by the best of what its status tells. */
export function finishedAt(pod: Pod): number {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status;
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  const byContainers = lastFinish([...containerStatuses, ...initContainerStatuses.filter(({ name }) => sidecars.has(name))]);
  if (byContainers !== undefined) return byContainers;
  const ready = podCondition(pod, 'Ready');
  const unreadySince = ready?.status === 'False' ? parseTime(ready.lastTransitionTime) : Number.NaN;
  if (!Number.isNaN(unreadySince)) return unreadySince;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata;
  return deletionTimestamp ? parseTime(deletionTimestamp) - secondsToMs(deletionGracePeriodSeconds) : parseTime(creationTimestamp);
}

/** A success starts the count of failures anew. */
export function nextRecord(old: BackOffRecord, succeeded: readonly Pod[], failed: readonly Pod[]): BackOffRecord {
  if (succeeded.length + failed.length === 0) return old;
  const failures = failed.map(finishedAt);
  if (succeeded.length === 0) return { failures: old.failures + failures.length, lastFailureMs: Math.max(...failures) };
  const lastSuccess = Math.max(...succeeded.map(finishedAt));
  const later = failures.filter((at) => at > lastSuccess);
  return later.length ? { failures: later.length, lastFailureMs: Math.max(...later) } : NO_FAILURES;
}

/** Milliseconds still to wait. */
export function remainingMs({ failures, lastFailureMs }: BackOffRecord, nowMs: number): number {
  if (failures === 0) return 0;
  const delay = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), LONGEST_MS);
  return Math.max(0, delay - (nowMs - lastFailureMs));
}

export const remainingForIndexMs = (lastFailed: Pod | undefined, nowMs: number): number =>
  lastFailed ? remainingMs({ failures: allIndexFailures(lastFailed) + 1, lastFailureMs: finishedAt(lastFailed) }, nowMs) : 0;
