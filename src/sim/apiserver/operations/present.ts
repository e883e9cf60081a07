// Between the stored form of an object and the version a call speaks.
import { deepFreeze } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import type { AnyResource } from '../../resources/descriptor.ts';
import type { DraftObject } from '../context.ts';

/** The converted object is made once per stored one, so that it is encoded once too. */
const converted = new WeakMap<KubeObject, Map<string, KubeObject>>();

export function present(resource: AnyResource, stored: KubeObject): KubeObject {
  const { hub } = resource.kindRules;
  if (!hub) return stored;
  let versions = converted.get(stored);
  if (!versions) converted.set(stored, (versions = new Map()));
  let object = versions.get(resource.groupVersion);
  if (!object) versions.set(resource.groupVersion, (object = deepFreeze(hub.fromHub(stored))));
  return object;
}

/** The draft in the version that is stored; the same draft where that is the version it is in. */
export const toHub = (resource: AnyResource, draft: DraftObject): DraftObject => (resource.kindRules.hub?.toHub(draft) ?? draft) as DraftObject;

export const storeKey = (resource: AnyResource, namespace: string, name: string): string => (resource.namespaced ? `${namespace}/${name}` : name);
