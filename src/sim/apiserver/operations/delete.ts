// Delete with preconditions, grace, finalizers and propagation. Models kubernetes/staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go
import type { DeleteOptions } from '../../../kube/api/meta-v1.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { badRequest, conflict, notFound } from '../../../kube/machinery/status-error.ts';
import { formatTime, parseTime } from '../../../kube/machinery/time.ts';
import { RevisionConflict, revisionOf } from '../../storage/store.ts';
import { admit, type Call, type DraftObject, type ServerContext } from '../context.ts';
import { listObjects, type ListParameters } from './read.ts';
import { present, storeKey, toStored } from './present.ts';

export interface DeleteResult {
  readonly object: KubeObject;
  /** False while grace or finalizers keep the object. */
  readonly gone: boolean;
}

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';
const POLICIES = ['Orphan', 'Background', 'Foreground'];

function finalizersFor(current: readonly string[], { propagationPolicy, orphanDependents }: DeleteOptions): string[] {
  const kept = current.filter((each) => each !== ORPHAN && each !== FOREGROUND);
  if (propagationPolicy === 'Orphan' || orphanDependents === true) return [...kept, ORPHAN];
  if (propagationPolicy === 'Foreground') return [...kept, FOREGROUND];
  if (propagationPolicy === 'Background' || orphanDependents === false) return kept;
  return [...current];
}

function checkPreconditions({ resource, name }: Call, object: KubeObject, { preconditions }: DeleteOptions): void {
  if (preconditions?.uid && preconditions.uid !== object.metadata.uid)
    throw conflict(resource, name, `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${object.metadata.uid ?? ''}`);
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== object.metadata.resourceVersion)
    throw conflict(
      resource,
      name,
      `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${object.metadata.resourceVersion ?? ''}`,
    );
}

/** The object marked as being deleted, or undefined when it may go at once. */
function marked(context: ServerContext, call: Call, object: KubeObject, options: DeleteOptions): DraftObject | undefined {
  const rules = call.resource.kindRules;
  const now = context.clock.now();
  const { metadata } = object;
  const finalizers = finalizersFor(metadata.finalizers ?? [], options);
  const grace = rules.deletionGrace?.(object, options.gracePeriodSeconds ?? undefined) ?? 0;
  const held = grace > 0 || finalizers.length > 0 || rules.finalizersInSpec?.(object);
  if (!held) return undefined;
  const draft = structuredClone(object) as DraftObject;
  if (finalizers.length) draft.metadata.finalizers = finalizers;
  else delete draft.metadata.finalizers;
  const deletionTime = now + grace * 1000;
  if (!metadata.deletionTimestamp || (rules.deletionGrace && deletionTime < parseTime(metadata.deletionTimestamp))) {
    draft.metadata.deletionTimestamp = formatTime(deletionTime);
    draft.metadata.deletionGracePeriodSeconds = grace;
    if (metadata.generation !== undefined && !metadata.deletionTimestamp) draft.metadata.generation = metadata.generation + 1;
  }
  if (rules.finalizersInSpec) (draft as { status?: { phase?: string } }).status = { ...(draft.status as object), phase: 'Terminating' };
  return draft;
}

export async function deleteObject(context: ServerContext, call: Call, options: DeleteOptions): Promise<DeleteResult> {
  const { resource, namespace, name } = call;
  const { store } = context;
  if (options.propagationPolicy && !POLICIES.includes(options.propagationPolicy))
    throw badRequest(
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(options.propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
    );
  const key = storeKey(resource, namespace, name);
  for (;;) {
    const stored = store.get(resource.shelf, key);
    if (!stored) throw notFound(resource, name);
    const object = present(resource, stored);
    checkPreconditions(call, object, options);
    await admit(context, 'validate', { operation: 'DELETE', call, object: undefined, old: object });
    const draft = marked(context, call, object, options);
    if (call.dryRun) return { object: draft ?? object, gone: !draft };
    try {
      if (!draft) {
        const deleted = store.delete(resource.shelf, key, revisionOf(stored));
        await deleted?.durable;
        await context.allocations[resource.shelf]?.released(call, object);
        return { object, gone: true };
      }
      if (JSON.stringify(draft) === JSON.stringify(object)) return { object, gone: false };
      const { object: updated, durable } = store.put(resource.shelf, key, revisionOf(stored), (revision) => {
        draft.metadata.resourceVersion = String(revision);
        return toStored(resource, draft);
      });
      await durable;
      return { object: present(resource, updated), gone: false };
    } catch (error) {
      // Somebody wrote in between: look again.
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}

export async function deleteCollection(context: ServerContext, call: Call, options: DeleteOptions, parameters: ListParameters): Promise<readonly KubeObject[]> {
  const { items } = listObjects(context, call, parameters);
  const deleted: KubeObject[] = [];
  for (const item of items) {
    try {
      const { object } = await deleteObject(context, { ...call, namespace: item.metadata.namespace ?? '', name: item.metadata.name ?? '' }, options);
      deleted.push(object);
    } catch (error) {
      if (!(error instanceof Error && 'reason' in error && error.reason === 'NotFound')) throw error;
    }
  }
  return deleted;
}
