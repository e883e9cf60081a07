// Update of an object or its status, by PUT or by what a patch made of it. Models kubernetes/staging/src/k8s.io/apiserver/pkg/registry/rest/update.go
import { jsonEqual, type JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { badRequest, conflict, invalid, notFound } from '../../../kube/machinery/status-error.ts';
import type { FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateMetadataUpdate } from '../../resources/metadata.ts';
import { RevisionConflict, revisionOf } from '../../storage/store.ts';
import { admit, asDraft, type Call, type DraftObject, type ServerContext } from '../context.ts';
import { createObject } from './create.ts';
import { present, storeKey, toStored } from './present.ts';

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** Takes from the old object what a client may leave out and must not change. */
function begin(call: Call, draft: DraftObject, old: KubeObject): void {
  const { resource, name, namespace } = call;
  draft.apiVersion = resource.groupVersion;
  draft.kind = resource.kind;
  const { metadata } = draft;
  if (metadata.name !== undefined && metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (resource.namespaced && metadata.namespace !== undefined && metadata.namespace !== namespace)
    throw badRequest('the namespace of the object (' + metadata.namespace + ') does not match the namespace on the request (' + namespace + ')');
  if (metadata.resourceVersion && metadata.resourceVersion !== old.metadata.resourceVersion) throw conflict(resource, name, MODIFIED);
  if (metadata.uid && metadata.uid !== old.metadata.uid)
    throw conflict(resource, name, `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid ?? ''}`);
  metadata.name = name;
  if (resource.namespaced) metadata.namespace = namespace;
  for (const key of ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation', 'generateName'] as const) {
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

function prepareMain({ resource }: Call, draft: DraftObject, old: KubeObject): FieldError[] {
  const rules = resource.kindRules;
  if (resource.facts.subresources?.['status']) {
    const { status } = old as { status?: unknown };
    if (status === undefined) delete draft.status;
    else draft.status = status;
  }
  rules.prepareUpdate?.(draft as never, old);
  const changed =
    !jsonEqual(desired(draft as KubeObject), desired(old)) ||
    (rules.generation === 'with annotations' && !jsonEqual(draft.metadata.annotations ?? {}, old.metadata.annotations ?? {}));
  if (rules.generation && changed) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  return [...validateMetadataUpdate(draft, old), ...(rules.validateUpdate?.(draft, old) ?? [])];
}

function prepareStatus({ resource }: Call, draft: DraftObject, old: KubeObject): FieldError[] {
  const rules = resource.kindRules;
  // Only status changes here; of metadata what upstream's status strategies let through: labels and annotations stay the old ones for most kinds.
  const target = draft as Record<string, unknown>;
  for (const [key, value] of Object.entries(desired(old))) target[key] = value;
  for (const key of Object.keys(desired(draft as KubeObject))) if (!Object.hasOwn(old, key)) delete target[key];
  rules.prepareStatus?.(draft as never, old);
  return [...validateMetadataUpdate(draft, old), ...(rules.validateStatus?.(draft, old) ?? [])];
}

function prepareOther({ resource, subresource }: Call, draft: DraftObject, old: KubeObject): FieldError[] {
  resource.kindRules.subresources?.[subresource]?.(draft as never, old);
  return validateMetadataUpdate(draft, old);
}

/** True when nothing holds a deleted object any longer. */
function isReleased({ kindRules }: Call['resource'], object: KubeObject): boolean {
  return (
    Boolean(object.metadata.deletionTimestamp) &&
    !object.metadata.finalizers?.length &&
    !(object.metadata.deletionGracePeriodSeconds ?? 0) &&
    !kindRules.finalizersInSpec?.(object)
  );
}

/**
 * Brings the object to what `change` makes of the current one. A conflict with another writer is retried when the
 * client named no revision (patches), and refused otherwise.
 */
export async function updateObject(
  context: ServerContext,
  call: Call,
  change: (old: KubeObject) => JsonObject | Promise<JsonObject>,
  { mayCreate = false }: { readonly mayCreate?: boolean } = {},
): Promise<{ readonly object: KubeObject; readonly created: boolean }> {
  const { resource, namespace, name } = call;
  const { store } = context;
  const key = storeKey(resource, namespace, name);
  for (let tries = 0; ; tries++) {
    const stored = store.get(resource.shelf, key);
    if (!stored) {
      if (!mayCreate || !resource.kindRules.createOnUpdate || call.subresource) throw notFound(resource, name);
      const body = await change({ apiVersion: resource.groupVersion, kind: resource.kind, metadata: {} });
      return { object: await createObject(context, { ...call, name }, body), created: true };
    }
    const old = present(resource, stored);
    const draft = asDraft(await change(old));
    const namedRevision = Boolean(draft.metadata.resourceVersion);
    begin(call, draft, old);
    resource.kindRules.defaults?.(draft as never);
    await admit(context, 'mutate', { operation: 'UPDATE', call, object: draft, old });
    const errors =
      call.subresource === 'status' ? prepareStatus(call, draft, old) : call.subresource ? prepareOther(call, draft, old) : prepareMain(call, draft, old);
    if (errors.length) throw invalid(resource, name, errors);
    await context.allocations[resource.shelf]?.prepare(call, draft, old);
    await admit(context, 'validate', { operation: 'UPDATE', call, object: draft, old });
    draft.metadata.resourceVersion = old.metadata.resourceVersion ?? '';
    if (jsonEqual(draft, old)) return { object: old, created: false };
    if (call.dryRun) return { object: draft, created: false };
    try {
      if (isReleased(resource, draft)) {
        const deleted = store.delete(resource.shelf, key, revisionOf(stored));
        await deleted?.durable;
        await context.allocations[resource.shelf]?.released(call, old);
        return { object: draft, created: false };
      }
      const { object, durable } = store.put(resource.shelf, key, revisionOf(stored), (revision) => {
        draft.metadata.resourceVersion = String(revision);
        return toStored(resource, draft);
      });
      await durable;
      return { object: present(resource, object), created: false };
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      if (namedRevision || tries >= 5) throw conflict(resource, name, MODIFIED);
    }
  }
}
