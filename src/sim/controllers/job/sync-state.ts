// What one look at a Job works with: its pods, its counts, and the status that is being written. Models kubernetes/pkg/controller/job/job_controller.go (syncJobCtx)
import type { Job, JobCondition, JobStatus } from '../../../kube/api/batch-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { isPodActive, isPodEnded, isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { finishedAt, type BackOffRecord } from './back-off.ts';
import { completionIndexOf, hasIndex, type Intervals } from './indexes.ts';
import { allIndexFailures, isIndexed, isPodFailed } from './policies.ts';

export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export interface JobSync {
  readonly key: string;
  /** As last read or written. */
  job: Job;
  readonly status: Writable<JobStatus> & { uncountedTerminatedPods: { succeeded: readonly string[]; failed: readonly string[] } };
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  ready: number;
  terminating: number;
  /** Uids that were in the status when the look began. */
  readonly uncounted: { readonly succeeded: ReadonlySet<string>; readonly failed: ReadonlySet<string> };
  /** Uids whose finalizer was removed, though the informer has not seen it yet. */
  readonly removing: ReadonlySet<string>;
  succeeded: number;
  failed: number;
  previousIndexes: Intervals;
  succeededIndexes: Intervals;
  failedIndexes: Intervals | undefined;
  /** Failed pods kept until their index has a new one, which inherits their count of failures. */
  delayed: ReadonlyMap<number, Pod>;
  backOff: BackOffRecord;
  finished: JobCondition | undefined;
}

export function beginSync(key: string, job: Job, pods: readonly Pod[], removing: ReadonlySet<string>, backOff: BackOffRecord): JobSync {
  const active = pods.filter(isPodActive);
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  return {
    key,
    job,
    status: { ...job.status, uncountedTerminatedPods: { succeeded, failed } },
    pods,
    active,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter((pod) => pod.metadata.deletionTimestamp && !isPodEnded(pod)).length,
    uncounted: { succeeded: new Set(succeeded), failed: new Set(failed) },
    removing,
    succeeded: 0,
    failed: 0,
    previousIndexes: [],
    succeededIndexes: [],
    failedIndexes: undefined,
    delayed: new Map(),
    backOff,
    finished: undefined,
  };
}

/** The completion index where it counts; undefined where the Job has no such index. */
export function validIndex({ job }: JobSync, pod: Pod): number | undefined {
  const index = completionIndexOf(pod);
  return index !== undefined && index < (job.spec.completions ?? 0) ? index : undefined;
}

/** Pods that are not in the counts yet. */
export function uncountedPods(sync: JobSync, counted: ReadonlySet<string>, matches: (pod: Pod) => boolean): Pod[] {
  return sync.pods.filter((pod) => {
    const uid = pod.metadata.uid ?? '';
    if (!isTracked(pod) || counted.has(uid) || sync.removing.has(uid)) return false;
    return (!isIndexed(sync.job) || validIndex(sync, pod) !== undefined) && matches(pod);
  });
}

/** The last failed pod of each index that waits for a new one. */
export function delayedPods(sync: JobSync): Map<number, Pod> {
  const running = new Set(sync.active.map(completionIndexOf));
  const delayed = new Map<number, Pod>();
  for (const pod of uncountedPods(sync, new Set(), (each) => isPodFailed(each, sync.job))) {
    const index = validIndex(sync, pod);
    if (index === undefined || running.has(index) || hasIndex(sync.succeededIndexes, index) || hasIndex(sync.failedIndexes ?? [], index)) continue;
    const other = delayed.get(index);
    if (!other || (allIndexFailures(other) <= allIndexFailures(pod) && finishedAt(pod) >= finishedAt(other))) delayed.set(index, pod);
  }
  return delayed;
}
