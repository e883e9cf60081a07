// Subresources with their own ways: binding, eviction, token, finalize. Models kubernetes/pkg/registry/core/pod/storage and serviceaccount/storage
import type { Binding, Pod, ServiceAccount } from '../../kube/api/core-v1.ts';
import type { TokenRequest } from '../../kube/api/authentication-v1.ts';
import type { Eviction, PodDisruptionBudget } from '../../kube/api/policy-v1.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import { isPodReady } from '../../kube/machinery/pod-conditions.ts';
import { badRequest, conflict, internalError, invalid, isNotFound, notFound, tooManyRequests } from '../../kube/machinery/status-error.ts';
import { selects } from '../../kube/machinery/selectors.ts';
import { formatTime } from '../../kube/machinery/time.ts';
import type { AnyResource } from '../resources/descriptor.ts';
import { decodeBody, type Expected } from './serializer/body.ts';
import type { Call, DraftObject, ServerContext } from './context.ts';
import { callOf, expectedOf, type SpecialHandlers } from './handlers.ts';
import { deleteObject } from './operations/delete.ts';
import { readObject } from './operations/read.ts';
import { updateObject } from './operations/update.ts';
import type { Answer, ResourceRequest } from './request.ts';
import { ISSUER, type BoundObject, type TokenIssuer } from './authentication/tokens.ts';

const BINDING: Expected = { schema: 'io.k8s.api.core.v1.Binding', kind: 'Binding', groupVersion: 'v1' };
const EVICTION: Expected = { schema: 'io.k8s.api.policy.v1.Eviction', kind: 'Eviction', groupVersion: 'policy/v1' };
const TOKEN_REQUEST: Expected = { schema: 'io.k8s.api.authentication.v1.TokenRequest', kind: 'TokenRequest', groupVersion: 'authentication.k8s.io/v1' };
const success = (code: number): Answer => ({ kind: 'other', code, value: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code } });
const parse = <T>(expected: Expected, { body, fieldValidation, warn }: ResourceRequest): T => decodeBody(expected, body, fieldValidation, warn) as unknown as T;

async function bind(context: ServerContext, request: ResourceRequest, name: string): Promise<Answer> {
  const binding = parse<Binding>(BINDING, request);
  const { target } = binding;
  if (target.kind && target.kind !== 'Node')
    throw invalid({ group: '', kind: 'Binding' }, name, [
      {
        field: 'target.kind',
        reason: 'FieldValueNotSupported',
        detail: `Unsupported value: ${JSON.stringify(target.kind)}: supported values: "Node", "<empty>"`,
      },
    ]);
  if (!target.name) throw invalid({ group: '', kind: 'Binding' }, name, [{ field: 'target.name', reason: 'FieldValueRequired', detail: 'Required value' }]);
  const pods = podsOf(context);
  const call: Call = { ...callOf(request), resource: pods, subresource: 'binding', name };
  const old = readObject(context, call) as unknown as Pod;
  if (binding.metadata.uid && binding.metadata.uid !== old.metadata.uid)
    throw conflict(pods, name, `Precondition failed: UID in precondition: ${binding.metadata.uid}, UID in object meta: ${old.metadata.uid ?? ''}`);
  if (old.metadata.deletionTimestamp)
    throw conflict({ group: '', resource: 'pods/binding' }, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (old.spec.nodeName)
    throw conflict({ group: '', resource: 'pods/binding' }, name, `pod ${name} is already assigned to node ${JSON.stringify(old.spec.nodeName)}`);
  await rewrite(context, call, (draft) => {
    draft.spec.nodeName = target.name ?? '';
    if (binding.metadata.annotations) draft.metadata.annotations = { ...draft.metadata.annotations, ...binding.metadata.annotations };
    const scheduled = {
      type: 'PodScheduled',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: formatTime(context.clock.now()),
      ...(draft.metadata.generation ? { observedGeneration: draft.metadata.generation } : {}),
    };
    draft.status.conditions = [...(draft.status.conditions ?? []).filter((each) => each.type !== 'PodScheduled'), scheduled as never];
  });
  return success(201);
}

type PodDraft = DraftObject & { spec: { nodeName?: string }; status: { conditions?: { type: string; status: string }[] } };

/** Changes a stored object past its strategy: what only the server itself may do. */
async function rewrite(context: ServerContext, { resource, namespace, name }: Call, change: (draft: PodDraft) => void): Promise<void> {
  const { object: _object, durable } = context.store.put(resource.shelf, `${namespace}/${name}`, undefined, (revision) => {
    const stored = context.store.get(resource.shelf, `${namespace}/${name}`);
    if (!stored) throw notFound(resource, name);
    const draft = structuredClone(stored) as PodDraft;
    change(draft);
    draft.metadata.resourceVersion = String(revision);
    return draft;
  });
  await durable;
}

function podsOf({ resources }: ServerContext): AnyResource {
  const pods = resources.find('v1', 'pods');
  if (!pods) throw internalError('no pods are served');
  return pods;
}

const MAX_DISRUPTED = 2000;

async function evict(context: ServerContext, request: ResourceRequest): Promise<Answer> {
  const eviction = parse<Eviction>(EVICTION, request);
  const { name } = request;
  if (eviction.metadata.name && eviction.metadata.name !== name) throw badRequest('name in URL does not match name in Eviction object');
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

const SHORTEST_TOKEN_SECONDS = 600;
async function requestToken(context: ServerContext, request: ResourceRequest, tokens: TokenIssuer): Promise<Answer> {
  const account = readObject(context, { ...callOf(request), subresource: '' }) as unknown as ServiceAccount;
  const asked = parse<TokenRequest>(TOKEN_REQUEST, request);
  const seconds = asked.spec.expirationSeconds ?? 3600;
  const refuse = (detail: string): Error =>
    invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, request.name, [
      { field: 'spec.expirationSeconds', reason: 'FieldValueInvalid', detail: `Invalid value: ${seconds}: ${detail}` },
    ]);
  if (seconds < SHORTEST_TOKEN_SECONDS) throw refuse('may not specify a duration less than 10 minutes');
  if (seconds > 2 ** 32) throw refuse('may not specify a duration larger than 2^32 seconds');
  const audiences = asked.spec.audiences?.length ? asked.spec.audiences : [ISSUER];
  let bound: BoundObject | undefined;
  const ref = asked.spec.boundObjectRef;
  if (ref) {
    const shelf = ({ Pod: 'pods', Secret: 'secrets', Node: 'nodes' } as const)[ref.kind as 'Pod' | 'Secret' | 'Node'];
    if (!shelf) throw badRequest(`cannot bind token for serviceaccount ${JSON.stringify(request.name)} to object of type ${JSON.stringify(ref.kind)}`);
    const object = context.store.get(shelf, shelf === 'nodes' ? (ref.name ?? '') : `${request.namespace}/${ref.name ?? ''}`);
    if (!object) throw notFound({ group: '', resource: shelf }, ref.name ?? '');
    if (ref.uid && ref.uid !== object.metadata.uid)
      throw conflict(
        { group: '', resource: shelf },
        ref.name ?? '',
        `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );
    bound = { kind: ref.kind as BoundObject['kind'], name: ref.name ?? '', uid: object.metadata.uid ?? '' };
  }
  const { token, expiresAt } = tokens.issue(account, audiences, seconds, bound, context.random.uuid());
  const { name = '', namespace = '' } = account.metadata;
  return {
    kind: 'other',
    code: 201,
    value: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: formatTime(context.clock.now()) },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: (ref ?? null) as unknown as JsonObject },
      status: { token, expirationTimestamp: formatTime(expiresAt) },
    },
  };
}

export function subresourceHandlers(tokens: TokenIssuer): SpecialHandlers {
  return {
    'pods/binding': { create: (context, request) => bind(context, request, request.name) },
    bindings: {
      create: (context, request) =>
        bind(context, request, (request.body as { readonly metadata?: { readonly name?: string } } | undefined)?.metadata?.name ?? ''),
    },
    'pods/eviction': { create: evict },
    'serviceaccounts/token': { create: (context, request) => requestToken(context, request, tokens) },
    'namespaces/finalize': {
      update: async (context, request) => {
        const body = decodeBody(expectedOf(request.resource), request.body, request.fieldValidation, request.warn);
        const { object } = await updateObject(context, callOf(request), () => body);
        return { kind: 'object', code: 200, object };
      },
    },
  };
}
