// Writes a pod's condition and nomination as the scheduler does: a strategic merge patch of what changed. Models kubernetes/pkg/scheduler/util/utils.go (PatchPodStatus)
import type { Pod, PodCondition } from '../../kube/api/core-v1.ts';
import { pods } from '../../kube/api/resources.ts';
import type { ApiClient } from '../../kube/client/api-client.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import { conditionOf, withCondition } from '../../kube/machinery/pod-conditions.ts';
import type { Clock } from '../../platform/clock.ts';

export interface PodStatusChange {
  readonly condition?: PodCondition;
  /** '' removes the nomination. */
  readonly nominatedNodeName?: string;
}

/** Does nothing when the pod says so already. */
export async function patchPodStatus(
  { client, clock }: { readonly client: ApiClient; readonly clock: Clock },
  pod: Pod,
  change: PodStatusChange,
): Promise<void> {
  const { name = '', namespace = '', uid } = pod.metadata;
  const status: Record<string, JsonObject[keyof JsonObject]> = {};
  if (change.condition) {
    const conditions = withCondition(pod.status?.conditions, change.condition, clock.now());
    const changed = conditions === pod.status?.conditions ? undefined : conditionOf(conditions, change.condition.type);
    if (changed) status['conditions'] = [{ lastProbeTime: null, ...changed }];
  }
  if (change.nominatedNodeName !== undefined && change.nominatedNodeName !== (pod.status?.nominatedNodeName ?? ''))
    status['nominatedNodeName'] = change.nominatedNodeName || null;
  if (Object.keys(status).length === 0) return;
  await client.patch(pods, name, 'strategic', { ...(uid ? { metadata: { uid } } : {}), status }, { namespace, subresource: 'status' });
}
