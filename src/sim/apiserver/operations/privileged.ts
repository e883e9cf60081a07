// Writes that only the server itself makes, past validation and admission: what a fresh cluster holds, bindings, bookkeeping.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go (GuaranteedUpdate as storage itself offers it)
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { notFound } from '../../../kube/machinery/status-error.ts';
import { hubOf, strategyOf, type AnyResource } from '../../resources/descriptor.ts';
import { revisionOf } from '../../storage/store.ts';
import { authenticated, MASTERS } from '../authentication/user.ts';
import { asDraft, strategyContext, type Call, type DraftObject, type ServerContext } from '../context.ts';
import { fillSystemFields } from './create.ts';
import { trackFields } from './managed-fields.ts';
import { storeKey, toHub } from './present.ts';
import { put } from './write.ts';

const SERVER = 'kube-apiserver';
const USER = authenticated('system:apiserver', [MASTERS]);

/** Stores an object as the server itself: undefined when the name is taken. Resolves when it is on disk. */
export async function createAsServer(context: ServerContext, resource: AnyResource, object: KubeObject): Promise<KubeObject | undefined> {
  const { namespace = '', name = '' } = object.metadata;
  const key = storeKey(resource, namespace, name);
  if (context.store.get(resource.shelf, key)) return undefined;
  const draft = asDraft({ ...resource.codec.decode(object as unknown as JsonObject).value, apiVersion: resource.groupVersion, kind: resource.kind });
  resource.kindRules.defaults?.(draft as never);
  trackFields(context, { resource, subresource: '', fieldManager: SERVER }, undefined, draft);
  fillSystemFields(context, hubOf(resource), draft);
  strategyOf(resource).prepareForCreate?.(draft as never, strategyContext(context, { user: USER }));
  return put(context, resource, key, 0, toHub(resource, draft));
}

/** Changes a stored object as the server itself; `change` may throw StatusError. What is returned is not stored in a dry run. */
export async function changeAsServer(
  context: Pick<ServerContext, 'store' | 'clock'>,
  { resource, namespace, name, dryRun }: Pick<Call, 'resource' | 'namespace' | 'name' | 'dryRun'>,
  change: (draft: DraftObject, old: KubeObject) => void,
): Promise<KubeObject> {
  const key = storeKey(resource, namespace, name);
  const stored = context.store.get(resource.shelf, key);
  if (!stored) throw notFound(resource, name);
  const draft = structuredClone(stored) as DraftObject;
  change(draft, stored);
  // Nothing is awaited between reading and writing: there is nobody to conflict with.
  return dryRun ? draft : put(context, resource, key, revisionOf(stored), draft);
}
