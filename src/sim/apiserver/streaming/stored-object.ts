// What a stream goes to, as it is stored: the filters have let the request through already.
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { notFound } from '../../../kube/machinery/status-error.ts';
import type { Exchange } from '../filters/filter.ts';

export const PODS = 'pods';

/** Throws NotFound. `shelf` is the resource, with its group. */
export function storedObject<T extends KubeObject>(exchange: Exchange, shelf: string, namespace: string, name: string): T {
  const object = exchange.api.context.store.get(shelf, `${namespace}/${name}`);
  if (!object) throw notFound({ group: '', resource: shelf }, name);
  return object as unknown as T;
}
