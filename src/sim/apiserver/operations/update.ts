// Update of an object or one of its subresources, by PUT or by what a patch made of it.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/update.go and registry/rest/update.go
import type { FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual, type JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { badRequest, conflict, invalid, notFound } from '../../../kube/machinery/status-error.ts';
import { hubOf, strategyOf } from '../../resources/descriptor.ts';
import { withoutEmpties } from '../../resources/empties.ts';
import { validateChangedMetadata, type MetadataCheck } from '../../resources/validation/object-meta.ts';
import { RevisionConflict, revisionOf } from '../../storage/store.ts';
import { admit } from '../admission/plugin.ts';
import { asDraft, strategyContext, type Call, type DraftObject, type ServerContext } from '../context.ts';
import { createObject } from './create.ts';
import { sameButForTimes, trackFields } from './managed-fields.ts';
import { present, storeKey, toHub } from './present.ts';
import { dedupeOwners, forgetEmpties, isReleased, put, remove, withAllocation } from './write.ts';

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';
const TRIES = 5;

export interface UpdateOptions {
  /** Where nothing has the name, what `change` makes of nothing is created, if the kind allows that; `always`: as server-side apply does. */
  readonly mayCreate?: boolean | 'always';
  /** The client sends the whole object: kinds that want it must be told on which revision that is based. */
  readonly isPut?: boolean;
  /** `change` has said already whom the fields belong to. */
  readonly managed?: boolean;
}
export interface UpdateResult {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** Takes from the old object what a client may leave out and must not change. A patch that changes who the object is, is refused in words of its own. */
function begin(call: Call, draft: DraftObject, old: KubeObject, isPut: boolean): void {
  const { resource, name, namespace } = call;
  draft.apiVersion = resource.groupVersion;
  draft.kind = resource.kind;
  const { metadata } = draft;
  if (metadata.name !== undefined && metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (resource.namespaced && metadata.namespace !== undefined && metadata.namespace !== namespace)
    throw badRequest(
      isPut
        ? `the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`
        : 'the namespace of the provided object does not match the namespace sent on the request',
    );
  if (metadata.resourceVersion && metadata.resourceVersion !== old.metadata.resourceVersion) throw conflict(resource, name, MODIFIED);
  if (isPut && metadata.uid && metadata.uid !== old.metadata.uid)
    throw conflict(resource, name, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid ?? ''}`);
  metadata.name = name;
  if (resource.namespaced) metadata.namespace = namespace;
  if (!metadata.uid && old.metadata.uid !== undefined) metadata.uid = old.metadata.uid;
  for (const key of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation', 'generateName'] as const) {
    const value = old.metadata[key];
    if (value === undefined || value === null) delete metadata[key];
    else (metadata as Record<string, unknown>)[key] = value;
  }
  delete metadata.selfLink;
}

/** Everything but metadata and status: what the generation counts. */
function desired(object: KubeObject): Record<string, unknown> {
  const { metadata: _metadata, status: _status, ...rest } = object as KubeObject & { status?: unknown };
  return rest;
}

const ONCE: readonly MetadataCheck[] = ['as changed'];

function validateMetadata({ resource }: Call, draft: DraftObject, old: KubeObject, checks = ONCE): FieldError[] {
  const { names = 'dns-subdomain', bareFinalizers = false } = strategyOf(resource);
  return validateChangedMetadata(draft, old, { namespaced: resource.namespaced, names, bareFinalizers, checks });
}

function prepareMain(context: ServerContext, call: Call, draft: DraftObject, old: KubeObject): FieldError[] {
  const { facts } = call.resource;
  const strategy = strategyOf(call.resource);
  const own = strategyContext(context, call);
  if (facts.subresources?.['status']) {
    const { status } = old as { status?: unknown };
    if (status === undefined) delete draft.status;
    else draft.status = status;
  }
  strategy.prepareForUpdate?.(draft as never, old, own);
  const changed =
    !jsonEqual(desired(withoutEmpties(hubOf(call.resource).codec.type, draft as unknown as JsonObject, 'protobuf') as unknown as KubeObject), desired(old)) ||
    (strategy.generation === 'with status' && !jsonEqual(draft.status ?? null, (old as { status?: unknown }).status ?? null)) ||
    (strategy.generation === 'with annotations' && !jsonEqual(draft.metadata.annotations ?? {}, old.metadata.annotations ?? {}));
  if (strategy.generation && changed) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  const errors = [...validateMetadata(call, draft, old, strategy.metadataChecks), ...(strategy.validateUpdate?.(draft, old, own) ?? [])];
  if (!errors.length) for (const text of strategy.warningsOnUpdate?.(draft, old) ?? []) call.warn(text);
  return errors;
}

function prepareSubresource(context: ServerContext, call: Call, draft: DraftObject, old: KubeObject): FieldError[] {
  const strategy = strategyOf(call.resource).subresources?.[call.subresource];
  const own = strategyContext(context, call);
  if (call.subresource === 'status') {
    const target = draft as Record<string, unknown>;
    for (const [key, value] of Object.entries(desired(old))) target[key] = value;
    for (const key of Object.keys(desired(draft as KubeObject))) if (!Object.hasOwn(old, key)) delete target[key];
  }
  strategy?.prepareForUpdate?.(draft as never, old, own);
  const errors = [...validateMetadata(call, draft, old, strategy?.metadataChecks), ...(strategy?.validateUpdate?.(draft, old, own) ?? [])];
  if (!errors.length) for (const text of strategy?.warningsOnUpdate?.(draft, old) ?? []) call.warn(text);
  return errors;
}

/** One try on the object as it is now. Rejects with RevisionConflict when somebody wrote in between. */
async function attempt(
  context: ServerContext,
  call: Call,
  stored: KubeObject,
  asked: DraftObject,
  { managed = false, isPut = false }: UpdateOptions,
): Promise<KubeObject> {
  const { resource, name, namespace } = call;
  const { store } = context;
  const key = storeKey(resource, namespace, name);
  const old = present(resource, stored);
  if (isPut && !asked.metadata.resourceVersion && strategyOf(resource).unconditionalUpdate === false)
    throw invalid({ group: resource.group, kind: resource.resource }, name, [
      { field: 'metadata.resourceVersion', reason: 'FieldValueInvalid', detail: 'Invalid value: 0: must be specified for an update' },
    ]);
  begin(call, asked, old, isPut);
  resource.kindRules.defaults?.(asked as never);
  dedupeOwners(call, asked);
  if (!managed) trackFields(context, call, old, asked);
  const draft = toHub(resource, asked);
  await admit(context, 'admit', { operation: 'UPDATE', call, object: draft, old: stored });
  dedupeOwners(call, draft);
  context.guard(call, draft, stored);
  const written = await withAllocation(context, call, draft, stored, async () => {
    const errors = call.subresource ? prepareSubresource(context, call, draft, stored) : prepareMain(context, call, draft, stored);
    if (errors.length) throw invalid(resource, name, errors);
    await admit(context, 'validate', { operation: 'UPDATE', call, object: draft, old: stored });
    forgetEmpties(resource, draft);
    draft.metadata.resourceVersion = stored.metadata.resourceVersion ?? '';
    if (call.dryRun) return undefined;
    if (sameButForTimes(draft, stored)) return store.get(resource.shelf, key) === stored ? stored : Promise.reject(new RevisionConflict());
    if (isReleased(resource, draft)) return remove(context, call, key, revisionOf(stored), draft);
    return put(context, resource, key, revisionOf(stored), draft);
  });
  return written === undefined ? present(resource, draft) : present(resource, written);
}

/**
 * Brings the object to what `change` makes of the current one. A conflict with another writer is retried when the
 * client named no revision (patches), and refused otherwise.
 */
export async function updateObject(
  context: ServerContext,
  call: Call,
  change: (old: KubeObject) => JsonObject | Promise<JsonObject>,
  options: UpdateOptions = {},
): Promise<UpdateResult> {
  const { mayCreate = false, managed = false } = options;
  const { resource, namespace, name } = call;
  for (let tries = 1; ; tries++) {
    const stored = context.store.get(resource.shelf, storeKey(resource, namespace, name));
    if (!stored) {
      const creates = mayCreate === 'always' || (mayCreate && resource.kindRules.createOnUpdate);
      if (!creates || call.subresource) throw notFound(resource, name);
      const body = await change({ apiVersion: resource.groupVersion, kind: resource.kind, metadata: {} });
      return { object: await createObject(context, { ...call, name }, body, managed), created: true };
    }
    const asked = asDraft(await change(present(resource, stored)));
    const named = Boolean(asked.metadata.resourceVersion);
    try {
      return { object: await attempt(context, call, stored, asked, options), created: false };
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      if (named || tries === TRIES) throw conflict(resource, name, MODIFIED);
    }
  }
}
