// Conditions of a Job: interim ones that decide its end, and those that tell it. Models kubernetes/pkg/controller/job/job_controller.go (newCondition)
import type { Job, JobCondition } from '../../../kube/api/batch-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { conditionOf } from '../../../kube/machinery/pod-conditions.ts';
import { formatTime, parseTime, secondsToMs } from '../../../kube/machinery/time.ts';
import { isSuspended } from './policies.ts';

export type Conditions = readonly JobCondition[] | undefined;

export function jobCondition(type: string, status: string, reason: string, message: string, nowMs: number): JobCondition {
  const now = formatTime(nowMs);
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

export const isTrue = (conditions: Conditions, type: string): boolean => conditionOf(conditions, type)?.status === 'True';
export const isJobFinished = ({ status }: Job): boolean => isTrue(status?.conditions, 'Complete') || isTrue(status?.conditions, 'Failed');

/** The same list when nothing changes; a condition that would be false from the start is left out. */
export function ensureCondition(conditions: Conditions, wanted: JobCondition): readonly JobCondition[] {
  const list = conditions ?? [];
  const found = conditionOf(list, wanted.type);
  if (!found) return wanted.status === 'False' ? list : [...list, wanted];
  if (found.status === wanted.status && found.reason === wanted.reason && found.message === wanted.message) return list;
  return list.map((each) => (each === found ? wanted : each));
}

/** Restarts of containers count against the limit where the kubelet restarts them. */
export function isPastBackoffOnRestarts({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const limit = spec.backoffLimit ?? 6;
  let restarts = 0;
  for (const { status } of pods) {
    if (status.phase !== 'Running' && status.phase !== 'Pending') continue;
    for (const { restartCount } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) restarts += restartCount;
  }
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Milliseconds until the Job has been active too long; undefined without a deadline. */
export function deadlineInMs(job: Job, startTime: string | undefined, nowMs: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds === undefined || startTime === undefined || isSuspended(job)) return undefined;
  return secondsToMs(activeDeadlineSeconds) - (nowMs - parseTime(startTime));
}
