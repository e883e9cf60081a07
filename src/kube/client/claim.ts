// Taking in what a selector matches and nobody owns, letting go of what it no longer matches. Models kubernetes/pkg/controller/controller_ref_manager.go
import { controllerReference } from '../machinery/owners.ts';
import { controllerOf, type KubeObject, type ResourceRef } from '../machinery/object.ts';
import { matchesSelector, type Selector } from '../machinery/selectors.ts';
import { isNotFound, isStatusError } from '../machinery/status-error.ts';
import type { ApiClient } from './api-client.ts';

export interface ClaimOptions<O extends KubeObject, T extends KubeObject> {
  readonly client: ApiClient;
  readonly ownerResource: ResourceRef<O>;
  readonly owner: O;
  readonly resource: ResourceRef<T>;
  readonly selector: Selector;
  /** Owned ones, and those without a controller in the owner's namespace. */
  readonly objects: Iterable<T>;
}

/** Those that are the owner's now. Rejects when an adoption fails for another reason than the object being gone. */
export async function claim<O extends KubeObject, T extends KubeObject>({
  client,
  ownerResource,
  owner,
  resource,
  selector,
  objects,
}: ClaimOptions<O, T>): Promise<T[]> {
  const { name = '', namespace = '', uid = '' } = owner.metadata;
  let adoptable: Promise<void> | undefined;
  /** The owner as the API server has it must still be there and wanted: the informer may be behind. */
  const ensureAdoptable = (): Promise<void> =>
    (adoptable ??= client.get(ownerResource, name, { namespace }).then((fresh) => {
      if (fresh.metadata.uid !== uid)
        throw new Error(`original ${ownerResource.kind} ${namespace}/${name} is gone: got uid ${fresh.metadata.uid ?? ''}, wanted ${uid}`);
      if (fresh.metadata.deletionTimestamp) throw new Error(`${namespace}/${name} has just been deleted at ${fresh.metadata.deletionTimestamp}`);
    }));

  const claimed: T[] = [];
  for (const object of objects) {
    const { metadata } = object;
    const controller = controllerOf(object);
    const matches = matchesSelector(selector, metadata.labels);
    if (controller) {
      if (controller.uid !== uid) continue;
      if (matches) {
        claimed.push(object);
        continue;
      }
      if (owner.metadata.deletionTimestamp) continue;
      await release(client, resource, object, uid);
      continue;
    }
    if (owner.metadata.deletionTimestamp || !matches || metadata.deletionTimestamp) continue;
    await ensureAdoptable();
    try {
      const patch = { metadata: { ownerReferences: [{ ...controllerReference(ownerResource, owner) }], uid: metadata.uid } };
      claimed.push(await client.patch(resource, metadata.name ?? '', 'strategic', patch, { namespace }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return claimed;
}

async function release<T extends KubeObject>(client: ApiClient, resource: ResourceRef<T>, { metadata }: T, ownerUid: string): Promise<void> {
  try {
    await client.patch(
      resource,
      metadata.name ?? '',
      'strategic',
      { metadata: { ownerReferences: [{ $patch: 'delete', uid: ownerUid }], uid: metadata.uid } },
      { namespace: metadata.namespace ?? '' },
    );
  } catch (error) {
    // Gone, or another object of this name by now, or without the reference: nothing to let go of.
    if (!isNotFound(error) && !isStatusError(error, 'Invalid') && !isStatusError(error, 'Conflict')) throw error;
  }
}
