// Counting each ended pod exactly once: its uid goes into the status, its finalizer goes, the counter grows; at last the Job is declared finished.
// Models kubernetes/pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers)
import type { Job, JobCondition, JobStatus } from '../../../kube/api/batch-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { jobs } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import { conditionOf } from '../../../kube/machinery/pod-conditions.ts';
import type { BackOffRecord } from './back-off.ts';
import { ensureCondition, jobCondition } from './conditions.ts';
import { completionIndexOf, countIndexes, formatIndexes, hasIndex, withIndexes } from './indexes.ts';
import { failureVerdict, isIndexed, isPodFailed } from './policies.ts';
import { isTracked, validIndex, type JobSync } from './sync-state.ts';

/** So that the list of uids in the status stays small. */
const MAX_UNCOUNTED = 500;

export interface Tracking {
  readonly client: ApiClient;
  readonly nowMs: number;
  /** Gives the uids of pods whose finalizer is off, and the first failure. */
  removeFinalizers(key: string, pods: readonly Pod[]): Promise<{ readonly removed: readonly string[]; readonly error?: unknown }>;
  keepBackOff(key: string, record: BackOffRecord): void;
  finished(job: Job, condition: JobCondition): void;
}

export async function trackStatus(sync: JobSync, changed: boolean, tracking: Tracking): Promise<void> {
  const { status } = sync;
  let needsWrite = changed;
  const tracked = new Set(sync.pods.filter((pod) => isTracked(pod) && !sync.removing.has(pod.metadata.uid ?? '')).map(({ metadata }) => metadata.uid ?? ''));
  if (moveToCounters(status, tracked)) needsWrite = true;
  const { release, indexes, full, grown } = collect(sync, tracked);
  if (grown) needsWrite = true;
  if (isIndexed(sync.job) && writeIndexes(sync, indexes)) needsWrite = true;
  if (prepareEnd(sync, tracking.nowMs)) needsWrite = true;
  if (needsWrite) {
    sync.job = await writeStatus(tracking.client, sync);
    tracking.keepBackOff(sync.key, sync.backOff);
    needsWrite = false;
  }
  const { removed, error } = release.length ? await tracking.removeFinalizers(sync.key, release) : { removed: [] };
  for (const uid of removed) tracked.delete(uid);
  if (moveToCounters(status, tracked)) needsWrite = true;
  if (error !== undefined) {
    if (needsWrite) await writeStatus(tracking.client, sync);
    throw error;
  }
  const end = full ? undefined : enactEnd(sync, tracking.nowMs);
  if (!needsWrite && !end) return;
  sync.job = await writeStatus(tracking.client, sync);
  if (end) tracking.finished(sync.job, end);
}

/** The pods whose finalizers may go, after their uids or indexes have been put into the status. */
function collect(sync: JobSync, tracked: ReadonlySet<string>) {
  const { job, status } = sync;
  const release: Pod[] = [];
  const indexes: number[] = [];
  const succeeded = [...status.uncountedTerminatedPods.succeeded];
  const failed = [...status.uncountedTerminatedPods.failed];
  const before = succeeded.length + failed.length;
  const ordered = isIndexed(job) ? [...sync.pods].sort((a, b) => (completionIndexOf(a) ?? -1) - (completionIndexOf(b) ?? -1)) : sync.pods;
  let full = false;
  for (const pod of ordered) {
    const uid = pod.metadata.uid ?? '';
    if (!tracked.has(uid) || !mayRelease(sync, pod)) continue;
    release.push(pod);
    const index = validIndex(sync, pod);
    if (pod.status.phase === 'Succeeded' && !sync.uncounted.failed.has(uid)) {
      if (!isIndexed(job)) {
        if (!sync.uncounted.succeeded.has(uid)) succeeded.push(uid);
      } else if (index !== undefined && !hasIndex(sync.previousIndexes, index)) indexes.push(index);
    } else if (isPodFailed(pod, job) || (sync.finished && sync.finished.type !== 'SuccessCriteriaMet')) {
      const countable = !sync.uncounted.failed.has(uid) && (!isIndexed(job) || index !== undefined);
      if (countable && failureVerdict(job.spec.podFailurePolicy, pod).counts) failed.push(uid);
    }
    full = indexes.length + succeeded.length + failed.length >= MAX_UNCOUNTED;
    if (full) break;
  }
  status.uncountedTerminatedPods = { succeeded, failed };
  return { release, indexes, full, grown: indexes.length > 0 || succeeded.length + failed.length > before };
}

function mayRelease(sync: JobSync, pod: Pod): boolean {
  const { job } = sync;
  if (job.metadata.deletionTimestamp || sync.finished || pod.status.phase === 'Succeeded') return true;
  if (!isPodFailed(pod, job)) return false;
  const index = job.spec.backoffLimitPerIndex === undefined ? undefined : completionIndexOf(pod);
  return index === undefined || sync.delayed.get(index)?.metadata.uid !== pod.metadata.uid;
}

function writeIndexes(sync: JobSync, added: readonly number[]): boolean {
  const { status } = sync;
  sync.succeededIndexes = withIndexes(sync.succeededIndexes, added);
  const completed = formatIndexes(sync.succeededIndexes);
  const failed = sync.failedIndexes ? formatIndexes(sync.failedIndexes) : undefined;
  const changed = completed !== (status.completedIndexes ?? '') || failed !== status.failedIndexes;
  status.succeeded = countIndexes(sync.succeededIndexes);
  status.completedIndexes = completed;
  if (failed === undefined) delete status.failedIndexes;
  else status.failedIndexes = failed;
  return changed;
}

/** Notes the interim condition before finalizers go, and makes ready the final one. */
function prepareEnd(sync: JobSync, nowMs: number): boolean {
  const { finished, status } = sync;
  if (finished?.type === 'FailureTarget') {
    status.conditions = [...(status.conditions ?? []), finished];
    sync.finished = jobCondition('Failed', 'True', finished.reason ?? '', finished.message ?? '', nowMs);
    return true;
  }
  if (finished?.type !== 'SuccessCriteriaMet') return false;
  const known = conditionOf(status.conditions, 'SuccessCriteriaMet')?.status === 'True';
  if (!known) status.conditions = [...(status.conditions ?? []), finished];
  sync.finished = jobCondition('Complete', 'True', finished.reason ?? '', finished.message ?? '', nowMs);
  return !known;
}

/** Only when everything is counted and gone. */
function enactEnd({ finished, status, terminating }: JobSync, nowMs: number): JobCondition | undefined {
  const { succeeded, failed } = status.uncountedTerminatedPods;
  if (!finished || succeeded.length + failed.length > 0 || terminating > 0) return undefined;
  const condition = jobCondition(finished.type, finished.status, finished.reason ?? '', finished.message ?? '', nowMs);
  status.conditions = ensureCondition(status.conditions, condition);
  if (finished.type === 'Complete') status.completionTime = finished.lastTransitionTime ?? '';
  return finished;
}

/** Counts the uids whose pods have lost their finalizer. */
function moveToCounters(status: JobSync['status'], tracked: ReadonlySet<string>): boolean {
  const { succeeded, failed } = status.uncountedTerminatedPods;
  const left = { succeeded: succeeded.filter((uid) => tracked.has(uid)), failed: failed.filter((uid) => tracked.has(uid)) };
  const [newlySucceeded, newlyFailed] = [succeeded.length - left.succeeded.length, failed.length - left.failed.length];
  if (newlySucceeded + newlyFailed === 0) return false;
  status.succeeded = (status.succeeded ?? 0) + newlySucceeded;
  status.failed = (status.failed ?? 0) + newlyFailed;
  status.uncountedTerminatedPods = left;
  return true;
}

const OMITTED_WHEN_EMPTY: readonly (keyof JobStatus)[] = ['active', 'succeeded', 'failed', 'completedIndexes'];

async function writeStatus(client: ApiClient, { job, status }: JobSync): Promise<Job> {
  const { succeeded, failed } = status.uncountedTerminatedPods;
  const written: JobStatus = {
    ...Object.fromEntries(Object.entries(status).filter(([name, value]) => value || !OMITTED_WHEN_EMPTY.includes(name as keyof JobStatus))),
    uncountedTerminatedPods: { ...(succeeded.length ? { succeeded } : {}), ...(failed.length ? { failed } : {}) },
  };
  return client.update(jobs, { ...job, status: written }, { subresource: 'status' });
}
