// Delete with preconditions, grace, finalizers and propagation. Models kubernetes/staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go
import type { DeleteOptions } from '../../../kube/api/meta-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { badRequest, conflict, isNotFound, notFound } from '../../../kube/machinery/status-error.ts';
import { formatTime, parseTime, secondsToMs } from '../../../kube/machinery/time.ts';
import { revisionOf } from '../../storage/store.ts';
import { hubOf } from '../../resources/descriptor.ts';
import { admit } from '../admission/plugin.ts';
import type { Call, DraftObject, ServerContext } from '../context.ts';
import { listObjects, type ListParameters } from './read.ts';
import { present, storeKey } from './present.ts';
import { put, remove } from './write.ts';

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

/** Of kinds that do not count it, a client may have said anything that fits 64 bits. */
const next = (generation: number | bigint): number => (typeof generation === 'bigint' ? ((generation + 1n) as unknown as number) : generation + 1);

/** The object marked as being deleted, or undefined when it may go at once. */
function marked(context: ServerContext, call: Call, object: KubeObject, options: DeleteOptions): DraftObject | undefined {
  const rules = hubOf(call.resource).kindRules;
  const now = context.clock.now();
  const { metadata } = object;
  const added = metadata.deletionTimestamp ? [] : (rules.deletionFinalizers ?? []).filter((each) => !metadata.finalizers?.includes(each));
  const finalizers = finalizersFor([...(metadata.finalizers ?? []), ...added], options);
  const grace = rules.deletionGrace?.(object, options.gracePeriodSeconds ?? undefined) ?? 0;
  const held = grace > 0 || finalizers.length > 0 || rules.finalizersInSpec?.(object);
  if (!held) return undefined;
  const draft = structuredClone(object) as DraftObject;
  if (finalizers.length) draft.metadata.finalizers = finalizers;
  else delete draft.metadata.finalizers;
  const deletionTime = now + secondsToMs(grace);
  if (!metadata.deletionTimestamp || (rules.deletionGrace && deletionTime < parseTime(metadata.deletionTimestamp))) {
    draft.metadata.deletionTimestamp = formatTime(deletionTime);
    draft.metadata.deletionGracePeriodSeconds = grace;
    if (metadata.generation && metadata.generation > 0 && !metadata.deletionTimestamp) draft.metadata.generation = next(metadata.generation);
  }
  if (!metadata.deletionTimestamp) rules.beginDeletion?.(draft as never, now);
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
    checkPreconditions(call, stored, options);
    const request = { operation: 'DELETE', call, object: undefined, old: stored } as const;
    await admit(context, 'admit', request);
    await admit(context, 'validate', request);
    // Somebody wrote while admission was at work: look again. From here on nothing is awaited before the store is written.
    if (store.get(resource.shelf, key) !== stored) continue;
    const draft = marked(context, call, stored, options);
    if (call.dryRun) return { object: present(resource, draft ?? stored), gone: !draft };
    if (!draft) return { object: present(resource, await remove(context, call, key, revisionOf(stored), stored)), gone: true };
    if (jsonEqual(draft, stored)) return { object: present(resource, stored), gone: false };
    return { object: present(resource, await put(context, resource, key, revisionOf(stored), draft)), gone: false };
  }
}

/** How many objects of a collection are deleted at a time: each waits for the disk. */
const DELETE_WORKERS = 32;

export async function deleteCollection(context: ServerContext, call: Call, options: DeleteOptions, parameters: ListParameters): Promise<readonly KubeObject[]> {
  const { items } = listObjects(context, call, parameters);
  const deleted: KubeObject[] = [];
  const deleteOne = async (item: KubeObject): Promise<void> => {
    try {
      const { object } = await deleteObject(context, { ...call, namespace: item.metadata.namespace ?? '', name: item.metadata.name ?? '' }, options);
      deleted.push(object);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };
  for (let i = 0; i < items.length; i += DELETE_WORKERS) await Promise.all(items.slice(i, i + DELETE_WORKERS).map(deleteOne));
  return deleted;
}
