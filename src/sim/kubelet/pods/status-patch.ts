// The strategic merge patch that turns one pod status into another, no larger than it must be. Models kubernetes/pkg/util/pod/pod.go (PatchPodStatus)
import type { PodCondition, PodStatus } from '../../../kube/api/core-v1.ts';
import { jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';

/** Undefined when nothing changes. `uid` guards against a new pod of the same name. */
export function podStatusPatch(uid: string | undefined, from: PodStatus, to: PodStatus): JsonObject | undefined {
  const status: Record<string, JsonValue> = {};
  const before = from as Readonly<Record<string, JsonValue | undefined>>;
  const after = to as unknown as Readonly<Record<string, JsonValue | undefined>>;
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (key === 'conditions' || FOREIGN.has(key) || jsonEqual(before[key], after[key])) continue;
    status[key] =
      after[key] === undefined
        ? null
        : key === 'podIPs' && before[key] !== undefined
          ? [{ $patch: 'replace' }, ...(after[key] as readonly JsonValue[])]
          : after[key];
  }
  const conditions = conditionsPatch(from.conditions ?? [], to.conditions ?? []);
  if (conditions.length) {
    status['$setElementOrder/conditions'] = (to.conditions ?? []).map(({ type }) => ({ type }));
    status['conditions'] = conditions;
  }
  if (!Object.keys(status).length) return undefined;
  return { metadata: uid ? { uid } : {}, status };
}

/** Written by others: the API server, the scheduler, the resource claim controller. */
const FOREIGN: ReadonlySet<string> = new Set([
  'qosClass',
  'nominatedNodeName',
  'resourceClaimStatuses',
  'extendedResourceClaimStatus',
  'resize',
  'resources',
  'allocatedResources',
]);

function conditionsPatch(from: readonly PodCondition[], to: readonly PodCondition[]): readonly JsonValue[] {
  return to.flatMap((condition): JsonValue[] => {
    const before = from.find(({ type }) => type === condition.type);
    if (!before) return [{ lastProbeTime: null, ...condition } as unknown as JsonValue];
    const changes: Record<string, JsonValue> = {};
    for (const field of ['status', 'reason', 'message', 'lastTransitionTime', 'observedGeneration'] as const) {
      if (before[field] !== condition[field]) changes[field] = condition[field] ?? null;
    }
    return Object.keys(changes).length ? [{ type: condition.type, ...changes }] : [];
  });
}
