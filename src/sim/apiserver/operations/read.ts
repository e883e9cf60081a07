// Get and list.
import { badRequest, notFound, StatusError } from '../../../kube/machinery/status-error.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import type { Call, ServerContext } from '../context.ts';
import { present, storeKey } from './present.ts';
import { selectionOf, type SelectionText } from './selection.ts';

export interface ListParameters extends SelectionText {
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
}
export interface ListResult {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly continue: string | undefined;
  readonly remainingItemCount: number | undefined;
}

export function readObject(context: ServerContext, { resource, namespace, name }: Call): KubeObject {
  const stored = context.store.get(resource.shelf, storeKey(resource, namespace, name));
  if (!stored) throw notFound(resource, name);
  return present(resource, stored);
}

interface ContinueToken {
  readonly v: string;
  readonly rv: number;
  readonly start: string;
}

function parseContinue(token: string): ContinueToken {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as ContinueToken;
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && typeof start === 'string') return { v, rv, start };
  } catch {
    /* falls through to the refusal */
  }
  throw badRequest('continue key is not valid: illegal base64 data or an unknown form');
}

/** A revision from the future: the client saw another server's, or this one lost its data. */
export function checkRevision(context: ServerContext, resourceVersion: string | undefined): number | undefined {
  if (resourceVersion === undefined || resourceVersion === '') return undefined;
  if (!/^\d+$/.test(resourceVersion))
    throw badRequest(`Invalid value: ${JSON.stringify(resourceVersion)}: strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  const revision = Number(resourceVersion);
  if (revision > context.store.revision) {
    throw new StatusError({
      code: 504,
      reason: 'Timeout',
      message: `Too large resource version: ${revision}, current: ${context.store.revision}`,
      details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
    });
  }
  return revision;
}

export function listObjects(context: ServerContext, { resource, namespace, name }: Call, parameters: ListParameters): ListResult {
  const { store } = context;
  const { labelSelector, fieldSelector, limit = 0 } = parameters;
  const token = parameters.continue ? parseContinue(parameters.continue) : undefined;
  if (!token) checkRevision(context, parameters.resourceVersion);
  const selection = selectionOf(resource, { labelSelector, fieldSelector });
  const revision = token?.rv ?? store.revision;
  const prefix = resource.namespaced && namespace ? `${namespace}/` : '';
  const wanted = name || selection.name;
  if (wanted !== undefined && (!resource.namespaced || namespace)) {
    const stored = store.get(resource.shelf, storeKey(resource, namespace, wanted));
    const object = stored && present(resource, stored);
    return {
      items: object && selection.matches(object) ? [object] : [],
      resourceVersion: String(revision),
      continue: undefined,
      remainingItemCount: undefined,
    };
  }
  const items: KubeObject[] = [];
  let last = '';
  for (const [key, stored] of store.range(resource.shelf, prefix, token?.start)) {
    const object = present(resource, stored);
    if (!selection.isEverything && !selection.matches(object)) continue;
    if (limit > 0 && items.length === limit) {
      const next: ContinueToken = { v: 'meta.k8s.io/v1', rv: revision, start: last };
      let remaining = 0;
      if (selection.isEverything) for (const each of store.range(resource.shelf, prefix, last)) remaining += each ? 1 : 0;
      return {
        items,
        resourceVersion: String(revision),
        continue: Buffer.from(JSON.stringify(next)).toString('base64url'),
        remainingItemCount: selection.isEverything ? remaining : undefined,
      };
    }
    items.push(object);
    last = key;
  }
  return { items, resourceVersion: String(revision), continue: undefined, remainingItemCount: undefined };
}
