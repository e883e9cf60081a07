// Between the stored form of an object and the version a call speaks.
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { deepFreeze } from '../../../kube/machinery/json.ts';
import type { AnyResource } from '../../resources/descriptor.ts';

/** The converted object is made once per stored one, so that it is encoded once too. */
const converted = new WeakMap<KubeObject, Map<string, KubeObject>>();

export function present(resource: AnyResource, stored: KubeObject): KubeObject {
  const conversion = resource.kindRules.stored;
  if (!conversion) return stored;
  let versions = converted.get(stored);
  if (!versions) converted.set(stored, (versions = new Map()));
  let object = versions.get(resource.groupVersion);
  if (!object) versions.set(resource.groupVersion, (object = deepFreeze(conversion.from(stored))));
  return object;
}

export const toStored = (resource: AnyResource, object: KubeObject): KubeObject => resource.kindRules.stored?.to(object) ?? object;

export const storeKey = (resource: AnyResource, namespace: string, name: string): string => (resource.namespaced ? `${namespace}/${name}` : name);
