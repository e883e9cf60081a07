// A Deployment's status from its ReplicaSets, with the conditions that say whether it is available and getting on.
// Models kubernetes/pkg/controller/deployment/progress.go and sync.go
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../../kube/api/apps-v1.ts';
import { conditionOf } from '../../../kube/machinery/pod-conditions.ts';
import { formatTime, parseTime } from '../../../kube/machinery/time.ts';
import { available, desired, maxUnavailable, sumOf } from './rolling-math.ts';

const FOREVER_SECONDS = 2 ** 31 - 1;
const NEW_SET_AVAILABLE = 'NewReplicaSetAvailable';
const TIMED_OUT = 'ProgressDeadlineExceeded';

export interface ConditionFields {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}
type Conditions = readonly DeploymentCondition[];

export const hasProgressDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== FOREVER_SECONDS;

/** Sets a condition at the end of the list; one that says the same already stays untouched, whatever its message. */
export function setCondition(
  conditions: Conditions | undefined,
  fields: ConditionFields,
  nowMs: number,
  times: Pick<DeploymentCondition, 'lastTransitionTime' | 'lastUpdateTime'> = {},
): Conditions {
  const list = conditions ?? [];
  const old = conditionOf(list, fields.type);
  if (old && old.status === fields.status && old.reason === fields.reason) return list;
  const now = formatTime(nowMs);
  const transition = old && old.status === fields.status ? old.lastTransitionTime : (times.lastTransitionTime ?? now);
  return [...list.filter((each) => each !== old), { lastTransitionTime: transition ?? now, lastUpdateTime: times.lastUpdateTime ?? now, ...fields }];
}

const without = (conditions: Conditions, type: string): Conditions =>
  conditionOf(conditions, type) ? conditions.filter((each) => each.type !== type) : conditions;

const terminatingOf = (sets: readonly ReplicaSet[]): number | undefined => {
  let sum = 0;
  for (const { status } of sets) {
    if (status?.terminatingReplicas !== undefined) sum += status.terminatingReplicas;
    else if (status?.observedGeneration) return undefined;
  }
  return sum;
};

/** Counts, and whether enough pods are available; other conditions are kept. */
export function basicStatus(deployment: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet | undefined, nowMs: number): DeploymentStatus {
  const availableReplicas = sumOf(sets, available);
  const unavailableReplicas = Math.max(0, sumOf(sets, desired) - availableReplicas);
  const replicas = sumOf(sets, ({ status }) => status?.replicas);
  const updatedReplicas = newSet?.status?.replicas ?? 0;
  const readyReplicas = sumOf(sets, ({ status }) => status?.readyReplicas);
  const terminatingReplicas = terminatingOf(sets);
  const enough = availableReplicas >= desired(deployment) - maxUnavailable(deployment);
  const conditions = setCondition(
    deployment.status?.conditions,
    enough
      ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
      : { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' },
    nowMs,
  );
  const { collisionCount } = deployment.status ?? {};
  return {
    ...(deployment.metadata.generation === undefined ? {} : { observedGeneration: deployment.metadata.generation }),
    ...(replicas ? { replicas } : {}),
    ...(updatedReplicas ? { updatedReplicas } : {}),
    ...(readyReplicas ? { readyReplicas } : {}),
    ...(availableReplicas ? { availableReplicas } : {}),
    ...(unavailableReplicas ? { unavailableReplicas } : {}),
    ...(terminatingReplicas === undefined ? {} : { terminatingReplicas }),
    conditions,
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

export const isComplete = (deployment: Deployment, status: DeploymentStatus | undefined): boolean =>
  (status?.updatedReplicas ?? 0) === desired(deployment) &&
  (status?.replicas ?? 0) === desired(deployment) &&
  (status?.availableReplicas ?? 0) === desired(deployment) &&
  (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);

function isProgressing(old: DeploymentStatus | undefined, now: DeploymentStatus): boolean {
  const outdated = (status: DeploymentStatus | undefined): number => (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);
  const grew = (key: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): boolean => (now[key] ?? 0) > (old?.[key] ?? 0);
  return grew('updatedReplicas') || outdated(now) < outdated(old) || grew('readyReplicas') || grew('availableReplicas');
}

function hasTimedOut(deployment: Deployment, conditions: Conditions | undefined, nowMs: number): boolean {
  const condition = conditionOf(conditions, 'Progressing');
  if (!condition || condition.reason === NEW_SET_AVAILABLE) return false;
  return condition.reason === TIMED_OUT || parseTime(condition.lastUpdateTime) + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 < nowMs;
}

/** The status during a rollout: also whether it is done, moves, or is stuck, and what keeps pods from being made. */
export function rolloutStatus(deployment: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet | undefined, nowMs: number): DeploymentStatus {
  const status = basicStatus(deployment, sets, newSet, nowMs);
  let conditions = status.conditions ?? [];
  const current = conditionOf(deployment.status?.conditions, 'Progressing');
  const subject = newSet ? `ReplicaSet "${newSet.metadata.name ?? ''}"` : `Deployment "${deployment.metadata.name ?? ''}"`;
  const done = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === NEW_SET_AVAILABLE;
  if (!hasProgressDeadline(deployment)) conditions = without(conditions, 'Progressing');
  else if (!done) {
    if (isComplete(deployment, status)) {
      conditions = setCondition(
        conditions,
        { type: 'Progressing', status: 'True', reason: NEW_SET_AVAILABLE, message: `${subject} has successfully progressed.` },
        nowMs,
      );
    } else if (isProgressing(deployment.status, status)) {
      // Written anew each time, so that its update time tells when something last moved.
      const since = current?.status === 'True' && current.lastTransitionTime ? { lastTransitionTime: current.lastTransitionTime } : {};
      conditions = setCondition(
        without(conditions, 'Progressing'),
        { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` },
        nowMs,
        since,
      );
    } else if (hasTimedOut(deployment, conditions, nowMs)) {
      conditions = setCondition(
        conditions,
        { type: 'Progressing', status: 'False', reason: TIMED_OUT, message: `${subject} has timed out progressing.` },
        nowMs,
      );
    }
  }
  const failure = [...(newSet ? [newSet] : []), ...sets].flatMap((set) => set.status?.conditions?.filter(({ type }) => type === 'ReplicaFailure') ?? [])[0];
  if (failure) {
    const { lastTransitionTime } = failure;
    const times = lastTransitionTime ? { lastTransitionTime, lastUpdateTime: lastTransitionTime } : {};
    conditions = setCondition(
      conditions,
      { type: 'ReplicaFailure', status: failure.status, reason: failure.reason ?? '', message: failure.message ?? '' },
      nowMs,
      times,
    );
  } else conditions = without(conditions, 'ReplicaFailure');
  return { ...status, conditions };
}

/** How long until a rollout that does not move has to be called stuck; undefined when there is nothing to wait for. */
export function progressCheckMs(deployment: Deployment, nowMs: number): number | undefined {
  const current = conditionOf(deployment.status?.conditions, 'Progressing');
  if (!hasProgressDeadline(deployment) || !current || current.reason === TIMED_OUT || isComplete(deployment, deployment.status)) return undefined;
  const after = parseTime(current.lastUpdateTime) + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - nowMs;
  return Math.max(0, after) + 1000;
}
