// Deletes what nobody owns any more: watches every kind that can be listed and deleted, and keeps the graph of owners.
// Models kubernetes/pkg/controller/garbagecollector/garbagecollector.go
import type { Component } from '../../../kube/client/component.ts';
import { discoverResources } from '../../../kube/client/discovery.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { groupVersionOf, type ResourceRef } from '../../../kube/machinery/object.ts';
import { isConflict } from '../../../kube/machinery/status-error.ts';
import type { Timer } from '../../../platform/clock.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { Collector } from './collector.ts';
import { OwnerGraph } from './graph.ts';

const REDISCOVER_MS = 30_000;
/** Discovery is tried sooner while there is none yet. */
const FIRST_RETRY_MS = 1000;
const SYNC_LIMIT_MS = 30_000;

export function garbageCollector({ client, informers, clock, log }: ControllerContext): Component {
  const watched = new Map<string, ResourceRef>();
  let byKind = new Map<string, ResourceRef>();
  let timer: Timer | undefined;
  let stopped = false;

  const failed =
    (what: string) =>
    (uid: string, error: unknown): void => {
      const node = graph.get(uid);
      if (!isConflict(error)) log.warn(what, { object: node ? `${node.kind} ${node.namespace}/${node.name}` : uid, error: messageOf(error) });
    };
  const deletions = new WorkQueue({
    clock,
    workers: 20,
    maxDelayMs: 30_000,
    failed: failed('object not collected'),
    async sync(uid) {
      const node = graph.get(uid);
      if (node) await collector.attemptToDelete(node);
    },
  });
  const orphanings = new WorkQueue({
    clock,
    workers: 20,
    maxDelayMs: 30_000,
    failed: failed('dependents not orphaned'),
    async sync(uid) {
      const node = graph.get(uid);
      if (node) await collector.orphanDependents(node);
    },
  });
  const graph = new OwnerGraph({ delete: ({ uid }) => deletions.add(uid), orphan: ({ uid }) => orphanings.add(uid) });
  const collector: Collector = new Collector({
    client,
    graph: () => graph,
    resourceOf: (apiVersion, kind) => byKind.get(`${apiVersion}/${kind}`),
    enqueue: ({ uid }) => deletions.add(uid),
  });

  function watch(ref: ResourceRef): Promise<void> {
    const informer = informers.of(ref);
    informer.addHandler({
      added: (object) => graph.observe(object, ref),
      updated: (object) => graph.observe(object, ref),
      deleted: ({ metadata: { uid = '', name = '', namespace = '' } }) => {
        collector.noteAbsent({ apiVersion: groupVersionOf(ref), kind: ref.kind, namespace, name, uid });
        graph.remove(uid);
      },
    });
    return informer.synced;
  }

  async function rediscover(): Promise<void> {
    try {
      const { resources, failures } = await discoverResources(client);
      if (stopped) return;
      byKind = new Map(resources.map(({ ref }) => [`${groupVersionOf(ref)}/${ref.kind}`, ref]));
      const present = new Set<string>();
      const fresh: Promise<void>[] = [];
      for (const { ref, verbs } of resources) {
        // Events own nothing and nobody owns them, and there are many.
        if (ref.resource === 'events' || !['list', 'watch', 'delete'].every((verb) => verbs.has(verb))) continue;
        const key = `${groupVersionOf(ref)}/${ref.resource}`;
        present.add(key);
        if (watched.has(key)) continue;
        watched.set(key, ref);
        fresh.push(watch(ref));
      }
      for (const [key, ref] of watched) {
        if (present.has(key) || failures.has(groupVersionOf(ref))) continue;
        watched.delete(key);
        informers.drop(ref);
      }
      schedule(REDISCOVER_MS);
      // One kind that cannot be listed must not hold up the rest for ever.
      await Promise.race([
        Promise.all(fresh),
        new Promise<void>((resolve) => {
          clock.after(SYNC_LIMIT_MS, resolve);
        }),
      ]);
      if (stopped) return;
      deletions.start();
      orphanings.start();
    } catch (error) {
      log.warn('garbage collector cannot discover resources', { error: messageOf(error) });
      schedule(watched.size ? REDISCOVER_MS : FIRST_RETRY_MS);
    }
  }
  function schedule(delayMs: number): void {
    if (!stopped) timer = clock.after(delayMs, () => void rediscover());
  }

  return {
    name: 'garbage-collector',
    start: () => void rediscover(),
    stop() {
      stopped = true;
      timer?.cancel();
      deletions.stop();
      orphanings.stop();
    },
  };
}
