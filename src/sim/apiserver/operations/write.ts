// What every write of an object shares: whom fields belong to, owners without doubles, guards, names, and the way into the store.
import { groupResourceOf, type KubeObject } from '../../../kube/machinery/object.ts';
import { jsonEqual, type JsonObject } from '../../../kube/machinery/json.ts';
import type { AnyResource } from '../../resources/descriptor.ts';
import { hubOf } from '../../resources/descriptor.ts';
import { withoutEmpties } from '../../resources/empties.ts';
import type { Call, DraftObject, ServerContext, Transaction } from '../context.ts';
import { targetOf } from '../admission/plugin.ts';

const NOTHING: Transaction = { commit() {}, revert() {} };

/** Puts the draft under its key as the next revision. Throws RevisionConflict. */
export async function put(
  context: Pick<ServerContext, 'store' | 'clock'>,
  resource: AnyResource,
  key: string,
  expected: number,
  draft: DraftObject,
): Promise<KubeObject> {
  const { lifetimeMs } = hubOf(resource).kindRules;
  const { object, durable } = context.store.put(
    resource.shelf,
    key,
    expected,
    (revision) => {
      draft.metadata.resourceVersion = String(revision);
      return draft;
    },
    lifetimeMs === undefined ? undefined : context.clock.now() + lifetimeMs,
  );
  await durable;
  return object;
}

/**
 * Runs `write` with what the kind hands out to its objects: kept when `write` gives the stored object, given back when it throws
 * or stores nothing (`undefined`: a dry run).
 */
export async function withAllocation(
  context: ServerContext,
  call: Call,
  draft: DraftObject,
  old: KubeObject | undefined,
  write: () => Promise<KubeObject | undefined>,
): Promise<KubeObject | undefined> {
  const transaction = (await context.allocations[targetOf(call)]?.begin(call, draft, old)) ?? NOTHING;
  let stored: KubeObject | undefined;
  try {
    stored = await write();
  } finally {
    if (!stored) transaction.revert();
  }
  if (stored) await transaction.commit(stored);
  return stored;
}

/** Takes an object out of the store, and back what it held. Throws RevisionConflict. */
export async function remove(context: ServerContext, call: Call, key: string, expected: number, object: KubeObject): Promise<KubeObject> {
  const deleted = context.store.delete(call.resource.shelf, key, expected);
  await deleted?.durable;
  await context.allocations[groupResourceOf(hubOf(call.resource))]?.released(call, object);
  return deleted?.object ?? object;
}

/** The draft in the form it comes back from the store in. */
export function forgetEmpties(resource: AnyResource, draft: DraftObject): void {
  const { codec, kindRules } = hubOf(resource);
  const kept = withoutEmpties(codec.type, draft as unknown as JsonObject, kindRules.storedAsJson ? 'json' : 'protobuf');
  if (kept === (draft as unknown)) return;
  for (const key of Object.keys(draft)) if (!Object.hasOwn(kept, key)) delete (draft as unknown as Record<string, unknown>)[key];
  Object.assign(draft, kept);
}

/** An owner counts once; saying it twice is worth a warning. */
export function dedupeOwners({ warn }: Call, { metadata }: DraftObject): void {
  const owners = metadata.ownerReferences ?? [];
  const kept = owners.filter((owner, i) => owners.findIndex((each) => jsonEqual(each, owner)) === i);
  if (kept.length === owners.length) return;
  for (const { uid } of owners.filter((owner) => !kept.includes(owner)))
    warn(
      `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uid}`,
    );
  metadata.ownerReferences = kept;
}

/** True when nothing holds a deleted object any longer. */
export function isReleased(resource: AnyResource, object: KubeObject): boolean {
  const { metadata } = object;
  return (
    Boolean(metadata.deletionTimestamp) &&
    !metadata.finalizers?.length &&
    !(metadata.deletionGracePeriodSeconds ?? 0) &&
    !hubOf(resource).kindRules.finalizersInSpec?.(object)
  );
}
