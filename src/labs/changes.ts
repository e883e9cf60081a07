// Tells when something that a lab's checks look at has changed, so that it need not be graded again before.
import { clusterRoleBindings, clusterRoles, nodes, pods, roleBindings, roles, serviceAccounts } from '../kube/api/resources.ts';
import type { ApiClient, WatchHandle } from '../kube/client/api-client.ts';
import { canonicalJson } from '../kube/machinery/hash.ts';
import { groupResourceOf, keyOf, type KubeObject, type ResourceRef } from '../kube/machinery/object.ts';
import { type Clock, delay } from '../platform/clock.ts';
import { resourceOf } from './kinds.ts';
import type { Check } from './lab-schema.ts';

/** One command changes several objects, one after the other. */
const GATHER_MS = 300;
const RECONNECT_MS = 1_000;

export interface Changes {
  /** Resolves after the next change, at once when there was one since the last call; rejects when the signal aborts. */
  next(signal: AbortSignal): Promise<void>;
  stop(): void;
}

/** What the checks read, and what decides about rights and places. */
export function watchedResources(checks: readonly Check[]): readonly ResourceRef[] {
  const found = new Map<string, ResourceRef>();
  const add = (...resources: readonly ResourceRef[]): void => {
    for (const resource of resources) found.set(groupResourceOf(resource), resource);
  };
  for (const { get, list, canI, behaviour } of checks) {
    const query = get ?? list;
    if (query) add(resourceOf(query.kind, query.apiVersion));
    if (canI) add(roles, roleBindings, clusterRoles, clusterRoleBindings, serviceAccounts);
    if (behaviour) add(pods, nodes);
  }
  return [...found.values()];
}

/** `isOwn` names objects that grading itself makes, such as probe pods. */
export function followChanges(client: ApiClient, resources: readonly ResourceRef[], clock: Clock, isOwn: (object: KubeObject) => boolean): Changes {
  const handles = new Map<ResourceRef, WatchHandle>();
  const seen = new Map<string, string>();
  let stopped = false;
  let changed = Promise.withResolvers<void>();

  const follow = (resource: ResourceRef): void => {
    if (stopped) return;
    const handle = client.watch(
      resource,
      {},
      {
        event({ type, object }) {
          if (type === 'BOOKMARK' || isOwn(object)) return;
          const key = `${groupResourceOf(resource)} ${keyOf(object)}`;
          const now = type === 'DELETED' ? undefined : meaningful(object);
          if (seen.get(key) === now) return;
          if (now === undefined) seen.delete(key);
          else seen.set(key, now);
          changed.resolve();
        },
        end() {
          if (!stopped) clock.after(RECONNECT_MS, () => follow(resource));
        },
      },
    );
    handles.set(resource, handle);
  };
  for (const resource of resources) follow(resource);

  return {
    async next(signal) {
      const aborted = Promise.withResolvers<never>();
      const onAbort = (): void => aborted.reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        signal.throwIfAborted();
        await Promise.race([changed.promise, aborted.promise]);
        await delay(clock, GATHER_MS, signal);
        changed = Promise.withResolvers();
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    stop() {
      stopped = true;
      for (const handle of handles.values()) handle.stop();
    },
  };
}

/** Without what changes by itself all the time: the heartbeats of nodes, and book-keeping. */
function meaningful(object: KubeObject): string {
  const { resourceVersion: _version, managedFields: _fields, generation: _generation, ...metadata } = object.metadata;
  const { status, ...rest } = object as KubeObject & { readonly status?: unknown };
  return canonicalJson({ ...rest, metadata, ...(object.kind === nodes.kind ? {} : { status }) });
}
