// A ReplicaSet's status from its pods. Models kubernetes/pkg/controller/replicaset/replica_set_utils.go
import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '../../../kube/api/apps-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { conditionOf, isPodAvailable, isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { formatTime } from '../../../kube/machinery/time.ts';

export interface StatusInput {
  readonly active: readonly Pod[];
  readonly terminating: number;
  /** Why pods could not be made or removed. */
  readonly failure?: string;
  readonly nowMs: number;
}

export function replicaSetStatus(set: ReplicaSet, { active, terminating, failure, nowMs }: StatusInput): ReplicaSetStatus {
  const templateLabels = Object.entries(set.spec.template?.metadata?.labels ?? {});
  const fullyLabeled = active.filter(({ metadata }) => templateLabels.every(([key, value]) => metadata.labels?.[key] === value)).length;
  const ready = active.filter(isPodReady);
  const available = ready.filter((pod) => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs)).length;
  const conditions = withFailure(set.status?.conditions, active.length - (set.spec.replicas ?? 1), failure, nowMs);
  return {
    replicas: active.length,
    ...(fullyLabeled ? { fullyLabeledReplicas: fullyLabeled } : {}),
    ...(ready.length ? { readyReplicas: ready.length } : {}),
    ...(available ? { availableReplicas: available } : {}),
    terminatingReplicas: terminating,
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...(conditions?.length ? { conditions } : {}),
  };
}

function withFailure(
  conditions: readonly ReplicaSetCondition[] | undefined,
  surplus: number,
  failure: string | undefined,
  nowMs: number,
): readonly ReplicaSetCondition[] | undefined {
  const failed = conditionOf(conditions, 'ReplicaFailure');
  if (failure === undefined) return failed ? conditions?.filter((each) => each !== failed) : conditions;
  if (failed) return conditions;
  const reason = surplus < 0 ? 'FailedCreate' : surplus > 0 ? 'FailedDelete' : '';
  return [
    ...(conditions ?? []),
    { type: 'ReplicaFailure', status: 'True', lastTransitionTime: formatTime(nowMs), ...(reason ? { reason } : {}), message: failure },
  ];
}

/** When the next ready pod will have been so for long enough; undefined when none waits. */
export function nextAvailabilityMs(active: readonly Pod[], minReadySeconds: number, nowMs: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  const waits = active.flatMap((pod) => {
    const ready = conditionOf(pod.status?.conditions, 'Ready');
    if (ready?.status !== 'True' || isPodAvailable(pod, minReadySeconds, nowMs)) return [];
    return [Date.parse(ready.lastTransitionTime ?? '') + minReadySeconds * 1000 - nowMs];
  });
  return waits.length ? Math.max(0, Math.min(...waits)) : undefined;
}
