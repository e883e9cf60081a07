// Where a Job stands: failed, done, suspended, or in need of pods. Models kubernetes/pkg/controller/job/job_controller.go (syncJob)
import type { Job } from '../../../kube/api/batch-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { conditionOf } from '../../../kube/machinery/pod-conditions.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { nextRecord } from './back-off.ts';
import { deadlineInMs, ensureCondition, isPastBackoffOnRestarts, jobCondition } from './conditions.ts';
import { countIndexes, parseIndexes, withIndexes } from './indexes.ts';
import { failJobMessage, failureVerdict, isIndexed, isIndexLost, isPodFailed, isSuspended, successPolicyMessage } from './policies.ts';
import type { JobPods } from './pods.ts';
import { delayedPods, isTracked, uncountedPods, validIndex, type JobSync } from './sync-state.ts';

export interface Evaluation {
  readonly nowMs: number;
  /** Whether the informers have seen all that was asked for. */
  readonly settled: boolean;
  readonly pods: JobPods;
  again(key: string, delayMs: number): void;
  event(job: Job, reason: string, message: string): void;
}

/** Acts on pods and fills in `sync`; tells whether the status has changed, and what went wrong. */
export async function evaluate(sync: JobSync, context: Evaluation): Promise<{ readonly changed: boolean; readonly error?: unknown }> {
  const { job, status } = sync;
  const { nowMs } = context;
  countPods(sync);
  if (status.startTime === undefined && !isSuspended(job)) status.startTime = formatTime(nowMs);
  decideFailure(sync, context);
  if (isIndexed(job)) decideByIndexes(sync, nowMs);
  let active = sync.active.length;
  let conditionsChanged = false;
  let failure: unknown;
  if (sync.finished) {
    const { deleted, error } = await context.pods.endActive(sync);
    // What the informer does not know yet may still come; and what could not be deleted is still there.
    if (deleted !== active || !context.settled) sync.finished = undefined;
    active -= deleted;
    failure = error;
  } else {
    const manages = context.settled && !job.metadata.deletionTimestamp;
    if (manages) ({ active, error: failure } = await context.pods.manage(sync));
    const { completions } = job.spec;
    const complete = active === 0 && (completions === undefined ? sync.succeeded > 0 : sync.succeeded >= completions);
    if (complete) sync.finished = jobCondition('SuccessCriteriaMet', 'True', 'CompletionsReached', 'Reached expected number of succeeded pods', nowMs);
    else if (manages) conditionsChanged = noteSuspension(sync, context);
  }
  const changed = conditionsChanged || active !== (status.active ?? 0) || sync.ready !== status.ready || sync.terminating !== status.terminating;
  status.active = active;
  status.ready = sync.ready;
  status.terminating = sync.terminating;
  return { changed, ...(failure === undefined ? {} : { error: failure }) };
}

function countPods(sync: JobSync): void {
  const { job, status, uncounted } = sync;
  const succeeded = uncountedPods(sync, uncounted.succeeded, (pod) => pod.status.phase === 'Succeeded');
  const failed = uncountedPods(sync, uncounted.failed, (pod) => isPodFailed(pod, job));
  const counted = failed.filter((pod: Pod) => failureVerdict(job.spec.podFailurePolicy, pod).counts);
  sync.succeeded = (status.succeeded ?? 0) + succeeded.length + uncounted.succeeded.size;
  sync.failed = (status.failed ?? 0) + counted.length + uncounted.failed.size;
  sync.backOff = nextRecord(sync.backOff, succeeded, failed);
}

function decideFailure(sync: JobSync, { nowMs, again }: Evaluation): void {
  const { job, status } = sync;
  const fail = (reason: string, message: string): void => {
    sync.finished = jobCondition('FailureTarget', 'True', reason, message, nowMs);
  };
  const met = conditionOf(status.conditions, 'SuccessCriteriaMet');
  if (met?.status === 'True') {
    sync.finished = met;
    return;
  }
  const target = conditionOf(status.conditions, 'FailureTarget');
  if (target?.status === 'True') {
    sync.finished = jobCondition('Failed', 'True', target.reason ?? '', target.message ?? '', nowMs);
    return;
  }
  const byPolicy = failJobMessage(job, sync.pods);
  const deadline = deadlineInMs(job, status.startTime, nowMs);
  if (byPolicy !== undefined) fail('PodFailurePolicy', byPolicy);
  else if (sync.failed > (job.spec.backoffLimit ?? 6) || isPastBackoffOnRestarts(job, sync.pods))
    fail('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  else if (deadline !== undefined && deadline <= 0) fail('DeadlineExceeded', 'Job was active longer than specified deadline');
  else if (deadline !== undefined) again(sync.key, deadline);
}

function decideByIndexes(sync: JobSync, nowMs: number): void {
  const { job, status, pods } = sync;
  const { completions = 0, backoffLimitPerIndex, maxFailedIndexes } = job.spec;
  const indexesOf = (matches: (pod: Pod) => boolean): number[] =>
    pods.filter((pod) => isTracked(pod) && matches(pod)).flatMap((pod) => validIndex(sync, pod) ?? []);
  sync.previousIndexes = parseIndexes(status.completedIndexes, completions);
  sync.succeededIndexes = withIndexes(
    sync.previousIndexes,
    indexesOf((pod) => pod.status.phase === 'Succeeded'),
  );
  sync.succeeded = countIndexes(sync.succeededIndexes);
  if (backoffLimitPerIndex !== undefined) {
    sync.failedIndexes = withIndexes(
      parseIndexes(status.failedIndexes, completions),
      indexesOf((pod) => isIndexLost(job, pod)),
    );
    const lost = countIndexes(sync.failedIndexes);
    if (!sync.finished) {
      if (maxFailedIndexes !== undefined && lost > maxFailedIndexes)
        sync.finished = jobCondition(
          'FailureTarget',
          'True',
          'MaxFailedIndexesExceeded',
          'Job has exceeded the specified maximal number of failed indexes',
          nowMs,
        );
      else if (lost > 0 && lost + sync.succeeded >= completions)
        sync.finished = jobCondition('FailureTarget', 'True', 'FailedIndexes', 'Job has failed indexes', nowMs);
    }
    sync.delayed = delayedPods(sync);
  }
  const message = sync.finished ? undefined : successPolicyMessage(job, sync.succeededIndexes);
  if (message !== undefined) sync.finished = jobCondition('SuccessCriteriaMet', 'True', 'SuccessPolicy', message, nowMs);
}

function noteSuspension({ job, status }: JobSync, { nowMs, event }: Evaluation): boolean {
  const suspended = isSuspended(job);
  const [word, message] = suspended ? ['Suspended', 'Job suspended'] : ['Resumed', 'Job resumed'];
  const before = status.conditions ?? [];
  const conditions = ensureCondition(before, jobCondition('Suspended', suspended ? 'True' : 'False', `Job${word}`, message, nowMs));
  if (conditions === before) return false;
  status.conditions = conditions;
  event(job, word, message);
  // The deadline runs from the moment it is resumed.
  if (!suspended) status.startTime = formatTime(nowMs);
  return true;
}
