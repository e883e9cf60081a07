// What a pod's end means for its Job: pod failure policy, success policy, failure counts of an index. Models kubernetes/pkg/controller/job/pod_failure_policy.go and success_policy.go
import type { Job, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement } from '../../../kube/api/batch-v1.ts';
import type { ContainerStatus, Pod } from '../../../kube/api/core-v1.ts';
import { countCommon, countIndexes, parseIndexes, type Intervals } from './indexes.ts';

export const FAILURE_COUNT = 'batch.kubernetes.io/job-index-failure-count';
export const IGNORED_FAILURE_COUNT = 'batch.kubernetes.io/job-index-ignored-failure-count';

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
export const isSuspended = ({ spec }: Job): boolean => spec.suspend === true;
/** Whether a pod on its way out is replaced only when it has failed. */
export const replacesFailedOnly = ({ spec }: Job): boolean => spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;

/** Pods that are deleted count as failed: they may never get there. */
export const isPodFailed = ({ status, metadata }: Pod, job: Job): boolean =>
  status.phase === 'Failed' || (!replacesFailedOnly(job) && metadata.deletionTimestamp !== undefined && status.phase !== 'Succeeded');

export interface FailureVerdict {
  /** False when the failure does not count towards the back-off limit. */
  readonly counts: boolean;
  readonly action?: 'Count' | 'FailIndex' | 'FailJob' | 'Ignore';
  /** Why the whole Job fails. */
  readonly message?: string;
}

function exitCodeMatch(statuses: readonly ContainerStatus[] | undefined, { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement) {
  return statuses?.find(({ name, state }) => {
    const code = state?.terminated?.exitCode;
    if (code === undefined || code === 0 || (containerName !== undefined && containerName !== name)) return false;
    return operator === 'In' ? values.includes(code) : !values.includes(code);
  });
}

/** The first rule that matches decides. */
export function failureVerdict(policy: PodFailurePolicy | undefined, { status, metadata }: Pod): FailureVerdict {
  const pod = `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
  for (const [index, { action, onExitCodes, onPodConditions }] of (policy?.rules ?? []).entries()) {
    let why: string;
    if (onExitCodes) {
      const container = exitCodeMatch(status.containerStatuses, onExitCodes) ?? exitCodeMatch(status.initContainerStatuses, onExitCodes);
      if (!container) continue;
      why = `Container ${container.name} for pod ${pod} failed with exit code ${container.state?.terminated?.exitCode}`;
    } else {
      const condition = status.conditions?.find((each) => onPodConditions?.some((pattern) => pattern.type === each.type && pattern.status === each.status));
      if (!condition) continue;
      why = `Pod ${pod} has condition ${condition.type}`;
    }
    if (action === 'FailJob') return { counts: true, action, message: `${why} matching ${action} rule at index ${index}` };
    return { counts: action !== 'Ignore', action };
  }
  return { counts: true };
}

/** What makes the Job fail because of one of its pods. */
export function failJobMessage(job: Job, pods: readonly Pod[]): string | undefined {
  if (!job.spec.podFailurePolicy) return undefined;
  for (const pod of pods) {
    const message = isPodFailed(pod, job) ? failureVerdict(job.spec.podFailurePolicy, pod).message : undefined;
    if (message !== undefined) return message;
  }
  return undefined;
}

/** `Matched rules at index 0` once enough indexes have succeeded. */
export function successPolicyMessage({ spec }: Job, succeeded: Intervals): string | undefined {
  if (succeeded.length === 0) return undefined;
  for (const [index, { succeededCount, succeededIndexes }] of (spec.successPolicy?.rules ?? []).entries()) {
    let met: boolean;
    if (succeededIndexes !== undefined) {
      const required = parseIndexes(succeededIndexes, spec.completions ?? 0);
      const common = countCommon(required, succeeded);
      met = required.length > 0 && (common === countIndexes(required) || (succeededCount !== undefined && common >= succeededCount));
    } else met = succeededCount !== undefined && countIndexes(succeeded) >= succeededCount;
    if (met) return `Matched rules at index ${index}`;
  }
  return undefined;
}

const countIn = ({ metadata }: Pod, annotation: string): number => {
  const text = metadata.annotations?.[annotation];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 0;
};
export const indexFailures = (pod: Pod): number => countIn(pod, FAILURE_COUNT);
export const allIndexFailures = (pod: Pod): number => indexFailures(pod) + countIn(pod, IGNORED_FAILURE_COUNT);

/** The annotations of the pod that takes the place of a failed one. */
export function failureCountAnnotations({ spec }: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (!replaced) return { [FAILURE_COUNT]: '0' };
  const { counts } = failureVerdict(spec.podFailurePolicy, replaced);
  const ignored = countIn(replaced, IGNORED_FAILURE_COUNT) + (counts ? 0 : 1);
  return { [FAILURE_COUNT]: String(indexFailures(replaced) + (counts ? 1 : 0)), ...(ignored ? { [IGNORED_FAILURE_COUNT]: String(ignored) } : {}) };
}

/** Whether this pod's failure was one too many for its index. */
export function isIndexLost(job: Job, pod: Pod): boolean {
  if (!isPodFailed(pod, job)) return false;
  const { counts, action } = failureVerdict(job.spec.podFailurePolicy, pod);
  return action === 'FailIndex' || (counts && indexFailures(pod) >= (job.spec.backoffLimitPerIndex ?? 0));
}
