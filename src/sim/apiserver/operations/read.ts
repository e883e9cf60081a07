// Get and list. Models kubernetes/staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go (GetList) and storage/cacher
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { badRequest, expired, notFound } from '../../../kube/machinery/status-error.ts';
import { RevisionCompacted, type Entry } from '../../storage/store.ts';
import type { Call, ServerContext } from '../context.ts';
import { continueExpired, continueToken, parseContinue, revisionAsked, tooLarge, validateListOptions, type ListParameters } from './list-options.ts';
import { present, storeKey } from './present.ts';
import { selectionOf, type Selection } from './selection.ts';

export type { ListParameters } from './list-options.ts';
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

/** The moment a list is of, and where it begins: `revision` undefined is the present. */
interface Start {
  readonly revision: number | undefined;
  readonly after: string | undefined;
}

function startOf({ store }: ServerContext, parameters: ListParameters): Start {
  validateListOptions(parameters, false);
  const { resourceVersion, resourceVersionMatch } = parameters;
  if (parameters.continue) {
    if (resourceVersion && resourceVersion !== '0') throw badRequest('specifying resource version is not allowed when using continue');
    const { revision, after } = parseContinue(parameters.continue);
    return { revision: revision < 0 ? undefined : revision, after };
  }
  const asked = revisionAsked(resourceVersion);
  if (asked !== undefined && asked > store.revision) throw tooLarge(asked, store.revision);
  // With a limit, a revision has always meant that very one.
  const exact = resourceVersionMatch === 'Exact' || (!resourceVersionMatch && Boolean(parameters.limit) && asked !== undefined && asked > 0);
  return { revision: exact ? asked : undefined, after: undefined };
}

/** What may be selected, in key order: by look-up where the selection names one object or an index knows its value. */
function candidates(
  { store }: ServerContext,
  { resource, namespace, name }: Call,
  selection: Selection,
  prefix: string,
  { revision, after }: Start,
): Iterable<Entry> {
  if (revision !== undefined && revision < store.revision) return store.rangeAt(revision, resource.shelf, prefix, after);
  const wanted = name || selection.name;
  if (wanted !== undefined && (!resource.namespaced || namespace)) {
    const key = storeKey(resource, namespace, wanted);
    const stored = store.get(resource.shelf, key);
    return stored && (after === undefined || key > after) ? [[key, stored]] : [];
  }
  const { indexed } = selection;
  if (!indexed) return store.range(resource.shelf, prefix, after);
  if (!store.hasIndex(resource.shelf, indexed.field)) {
    const read = resource.kindRules.selectableFields?.[indexed.field];
    if (read) store.addIndex(resource.shelf, indexed.field, (stored) => [read(present(resource, stored))]);
  }
  return filtered(store.byIndex(resource.shelf, indexed.field, indexed.value), prefix, after);
}

function* filtered(entries: Iterable<Entry>, prefix: string, after: string | undefined): Generator<Entry> {
  for (const entry of entries) if (entry[0].startsWith(prefix) && (after === undefined || entry[0] > after)) yield entry;
}

export function listObjects(context: ServerContext, call: Call, parameters: ListParameters): ListResult {
  const { resource, namespace, name } = call;
  const { limit = 0 } = parameters;
  const selection = selectionOf(resource, parameters);
  const start = startOf(context, parameters);
  const prefix = resource.namespaced && namespace ? `${namespace}/` : '';
  const revision = start.revision ?? context.store.revision;
  const items: KubeObject[] = [];
  let last = '';
  let remaining = 0;
  try {
    for (const [key, stored] of candidates(context, call, selection, prefix, {
      ...start,
      after: start.after === undefined ? undefined : prefix + start.after,
    })) {
      if (limit > 0 && items.length === limit && selection.isEverything) {
        remaining += 1;
        continue;
      }
      const object = present(resource, stored);
      if ((name && object.metadata.name !== name) || !selection.matches(object)) continue;
      if (limit > 0 && items.length === limit) {
        remaining = 1;
        break;
      }
      items.push(object);
      last = key;
    }
  } catch (error) {
    if (!(error instanceof RevisionCompacted)) throw error;
    throw parameters.continue ? continueExpired(start.after ?? '') : expired('The resourceVersion for the provided list is too old.');
  }
  return {
    items,
    resourceVersion: String(revision),
    continue: remaining ? continueToken({ revision, after: last.slice(prefix.length) }) : undefined,
    remainingItemCount: remaining && selection.isEverything ? remaining : undefined,
  };
}
