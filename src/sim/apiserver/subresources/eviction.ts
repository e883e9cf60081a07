// Eviction: a deletion that asks the disruption budgets first. Models kubernetes/pkg/registry/core/pod/storage/eviction.go
import { codecOf } from '../../resources/codec.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { Eviction, PodDisruptionBudget } from '../../../kube/api/policy-v1.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { selects } from '../../../kube/machinery/selectors.ts';
import { badRequest, internalError, isNotFound, tooManyRequests } from '../../../kube/machinery/status-error.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { admit } from '../admission/plugin.ts';
import { asDraft, type Call, type ServerContext } from '../context.ts';
import { callOf, type SpecialHandlers } from '../handlers.ts';
import { deleteObject } from '../operations/delete.ts';
import { readObject } from '../operations/read.ts';
import { updateObject } from '../operations/update.ts';
import type { Answer, ResourceRequest } from '../request.ts';
import { decodeBody, type Expected } from '../serializer/body.ts';
import { success } from './success.ts';

const EVICTION: Expected = { codec: codecOf('io.k8s.api.policy.v1.Eviction'), kind: 'Eviction', groupVersion: 'policy/v1' };
const MAX_DISRUPTED = 2000;

async function evict(context: ServerContext, request: ResourceRequest): Promise<Answer> {
  const eviction = decodeBody(EVICTION, request.body, request.fieldValidation, request.warn) as unknown as Eviction;
  const { name } = request;
  if (eviction.metadata.name && eviction.metadata.name !== name) throw badRequest('name in URL does not match name in Eviction object');
  const admission = { operation: 'CREATE', call: callOf(request), object: asDraft(eviction as unknown as JsonObject), old: undefined } as const;
  await admit(context, 'admit', admission);
  await admit(context, 'validate', admission);
  const call: Call = { ...callOf(request), subresource: '' };
  const pod = readObject(context, call) as unknown as Pod;
  const options = eviction.deleteOptions ?? {};
  const isOver = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed' || pod.status.phase === 'Pending' || Boolean(pod.metadata.deletionTimestamp);
  if (!isOver) await claimDisruption(context, call, pod);
  if (!isOver && !request.dryRun) await markDisrupted(context, call);
  await deleteObject(context, call, options);
  return success(201);
}

/** Counts the eviction against the budget that covers the pod. Throws 429 when it allows none. */
async function claimDisruption(context: ServerContext, call: Call, pod: Pod): Promise<void> {
  const { namespace } = call;
  const budgets = context.resources.find('policy/v1', 'poddisruptionbudgets');
  if (!budgets) return;
  const covering = [...context.store.range(budgets.shelf, `${namespace}/`)]
    .map(([, object]) => object as unknown as PodDisruptionBudget)
    .filter(({ spec }) => selects(spec.selector, pod.metadata.labels));
  if (covering.length > 1) throw internalError('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
  const budget = covering[0];
  if (!budget) return;
  const budgetName = budget.metadata.name ?? '';
  const ready = isPodReady(pod);
  const { status } = budget;
  const healthy = status.currentHealthy >= status.desiredHealthy && status.desiredHealthy > 0;
  if (!ready && (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || healthy)) return;
  const wait = "Cannot evict pod as it would violate the pod's disruption budget.";
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0))
    throw tooManyRequests(wait, 10, [{ reason: 'DisruptionBudget', message: `The disruption budget ${budgetName} is still being processed by the server.` }]);
  if (status.disruptionsAllowed <= 0) {
    const condition = status.conditions?.find((each) => each.type === 'DisruptionAllowed' && each.status === 'False');
    const why = condition?.reason === 'SyncFailed' ? ` and does not allow evicting pods currently because it failed sync: ${condition.message}` : '';
    throw tooManyRequests(wait, 0, [
      {
        reason: 'DisruptionBudget',
        message: why
          ? `The disruption budget ${budgetName}${why}`
          : `The disruption budget ${budgetName} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`,
      },
    ]);
  }
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED) throw tooManyRequests(wait, 0);
  if (call.dryRun) return;
  await updateObject(context, { ...call, resource: budgets, subresource: 'status', name: budgetName }, (old) => {
    const current = old as unknown as PodDisruptionBudget;
    if (current.status.disruptionsAllowed <= 0)
      throw tooManyRequests(wait, 0, [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${budgetName} needs ${current.status.desiredHealthy} healthy pods and has ${current.status.currentHealthy} currently`,
        },
      ]);
    return changed(old, {
      ...current.status,
      disruptionsAllowed: current.status.disruptionsAllowed - 1,
      disruptedPods: { ...current.status.disruptedPods, [call.name]: formatTime(context.clock.now()) },
    });
  });
}

/** A copy with another status that applies to whatever revision is there. */
function changed(object: KubeObject, status: object): JsonObject {
  return structuredClone({ ...object, metadata: { ...object.metadata, resourceVersion: '' }, status }) as unknown as JsonObject;
}

async function markDisrupted(context: ServerContext, call: Call): Promise<void> {
  try {
    await updateObject(context, { ...call, subresource: 'status' }, (old) => {
      const pod = old as unknown as Pod;
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'EvictionByEvictionAPI',
        message: 'Eviction API: evicting',
        lastProbeTime: null,
        lastTransitionTime: formatTime(context.clock.now()),
        ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
      };
      const conditions = [...(pod.status.conditions ?? []).filter((each) => each.type !== 'DisruptionTarget'), condition];
      return changed(old, { ...pod.status, conditions });
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

export const evictionHandlers: SpecialHandlers = { 'pods/eviction': { create: evict } };
