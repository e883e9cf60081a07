// Watch: events of one resource from a revision on, with objects entering and leaving the selection. Models kubernetes/staging/src/k8s.io/apiserver/pkg/storage/cacher
import type { WatchEvent } from '../../../kube/client/api-client.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { deepFreeze } from '../../../kube/machinery/json.ts';
import { expired } from '../../../kube/machinery/status-error.ts';
import { RevisionCompacted, type StoreEvent } from '../../storage/store.ts';
import type { Call, ServerContext } from '../context.ts';
import { present } from './present.ts';
import { revisionAsked, validateListOptions } from './list-options.ts';
import { selectionOf, type Selection, type SelectionText } from './selection.ts';

export interface WatchParameters extends SelectionText {
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
  readonly sendInitialEvents?: boolean | undefined;
  readonly allowBookmarks?: boolean | undefined;
}

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';
const BOOKMARK_INTERVAL_MS = 60_000;

export function bookmark(resource: Call['resource'], revision: number, endsInitialEvents: boolean): WatchEvent<KubeObject> {
  return {
    type: 'BOOKMARK',
    object: {
      kind: resource.kind,
      apiVersion: resource.groupVersion,
      metadata: { resourceVersion: String(revision), ...(endsInitialEvents ? { annotations: { [INITIAL_EVENTS_END]: 'true' } } : {}) },
    },
  };
}

/** What a stored change means to a watcher that sees only what it selects. */
function translate(resource: Call['resource'], selection: Selection, event: StoreEvent): WatchEvent<KubeObject> | undefined {
  const object = present(resource, event.object);
  const was = event.previous !== undefined && selection.matches(present(resource, event.previous));
  if (event.type === 'delete') return was ? { type: 'DELETED', object } : undefined;
  const is = selection.matches(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  return was ? { type: 'DELETED', object: departed(resource, event) } : undefined;
}

/** The last form that was selected, at the revision where the object left: one for all watchers. */
const departures = new WeakMap<StoreEvent, Map<string, KubeObject>>();
function departed(resource: Call['resource'], event: StoreEvent): KubeObject {
  let versions = departures.get(event);
  if (!versions) departures.set(event, (versions = new Map()));
  let object = versions.get(resource.groupVersion);
  if (!object) {
    const last = present(resource, event.previous as KubeObject);
    versions.set(resource.groupVersion, (object = deepFreeze({ ...last, metadata: { ...last.metadata, resourceVersion: String(event.revision) } })));
  }
  return object;
}

/**
 * Delivers events to `send` until the returned function is called; those of the present or the past before this returns.
 * Throws StatusError 410 when the revision is no longer kept.
 */
export function watchObjects(context: ServerContext, call: Call, parameters: WatchParameters, send: (event: WatchEvent<KubeObject>) => void): () => void {
  const { store, clock } = context;
  const { resource, namespace, name } = call;
  validateListOptions(parameters, true);
  const requested = revisionAsked(parameters.resourceVersion, true);
  const selection = selectionOf(resource, parameters);
  const prefix = resource.namespaced && namespace ? `${namespace}/` : '';
  const isOurs = (key: string): boolean => key.startsWith(prefix) && (!name || key === (resource.namespaced ? `${namespace}/${name}` : name));
  let from = requested ?? 0;
  const wantsPresent = parameters.sendInitialEvents ?? (requested === undefined || requested === 0);
  if (wantsPresent) {
    from = store.revision;
    for (const [key, stored] of store.range(resource.shelf, prefix)) {
      if (!isOurs(key)) continue;
      const object = present(resource, stored);
      if (selection.matches(object)) send({ type: 'ADDED', object });
    }
    if (parameters.sendInitialEvents && parameters.allowBookmarks) send(bookmark(resource, from, true));
  }
  let stop: () => void;
  try {
    stop = store.watch(resource.shelf, from, (event) => {
      if (!isOurs(event.key)) return;
      const translated = translate(resource, selection, event);
      if (translated) send(translated);
    });
  } catch (error) {
    if (error instanceof RevisionCompacted) throw expired(`too old resource version: ${from} (${error.oldest})`);
    throw error;
  }
  if (!parameters.allowBookmarks) return stop;
  const mark = (): void => {
    // Nothing of this resource is still to come from before it.
    send(bookmark(resource, Math.max(from, store.toldRevision), false));
    timer = clock.after(BOOKMARK_INTERVAL_MS, mark);
  };
  let timer = clock.after(BOOKMARK_INTERVAL_MS, mark);
  return () => {
    timer.cancel();
    stop();
  };
}
