// Counts what quotas bound, anew when objects go: what comes is counted at admission. Models kubernetes/pkg/controller/resourcequota
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, pods, resourceQuotas, services } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { discoverResources, type DiscoveredResource } from '../../../kube/client/discovery.ts';
import type { Informer } from '../../../kube/client/informer.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { groupResourceOf, keyOf, type KubeObject, type ResourceRef } from '../../../kube/machinery/object.ts';
import { isPodEnded } from '../../../kube/machinery/pod-conditions.ts';
import { compareQuantity, quantityOf } from '../../../kube/machinery/quantity.ts';
import { quotaEvaluatorOf } from '../../../kube/machinery/quota/evaluator.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import type { Timer } from '../../../platform/clock.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { quotaUsage } from './usage.ts';

const RESYNC_MS = 300_000;
const REDISCOVER_MS = 30_000;
const NAMESPACE_INDEX = 'namespace';
const NEEDED = ['list', 'watch', 'delete'];

const namespaceIndex = ({ metadata }: KubeObject): readonly string[] => [metadata.namespace ?? ''];

/** Updates that may free something. */
const FREES: Readonly<Record<string, (object: KubeObject, old: KubeObject) => boolean>> = {
  pods: (object, old) => isPodEnded(object as Pod) && !isPodEnded(old as Pod),
  services: (object, old) => !jsonEqual((object as Service).spec, (old as Service).spec),
  persistentvolumeclaims: (object, old) =>
    !jsonEqual((object as PersistentVolumeClaim).spec.resources, (old as PersistentVolumeClaim).spec.resources) ||
    !jsonEqual((object as PersistentVolumeClaim).status, (old as PersistentVolumeClaim).status),
};

export function resourceQuotaController({ client, informers, clock, log }: ControllerContext): Component {
  const quotas = informers.of(resourceQuotas);
  quotas.addIndex(NAMESPACE_INDEX, namespaceIndex);
  const watched = new Map<string, Informer<KubeObject>>();
  let timer: Timer | undefined;
  let discovered: { readonly at: number; readonly resources: Promise<readonly DiscoveredResource[]> } | undefined;
  const queue = new WorkQueue({
    clock,
    sync,
    failed: (key, error) => {
      if (!isConflict(error)) log.warn('quota not counted', { key, error: messageOf(error) });
    },
  });

  /** Looks again at the quotas of a namespace that count this kind. */
  function replenish(kind: ResourceRef, namespace: string): void {
    const evaluator = quotaEvaluatorOf(groupResourceOf(kind));
    for (const quota of quotas.byIndex(NAMESPACE_INDEX, namespace))
      if (evaluator.matching(Object.keys(quota.status?.hard ?? quota.spec.hard ?? {})).length) queue.add(keyOf(quota));
  }

  function watch(kind: ResourceRef): Informer<KubeObject> {
    const key = groupResourceOf(kind);
    const known = watched.get(key);
    if (known) return known;
    const informer = informers.of(kind);
    watched.set(key, informer);
    informer.addIndex(NAMESPACE_INDEX, namespaceIndex);
    informer.addHandler({
      deleted: ({ metadata }) => replenish(kind, metadata.namespace ?? ''),
      updated(object, old) {
        if (FREES[key]?.(object, old)) replenish(kind, object.metadata.namespace ?? '');
      },
    });
    return informer;
  }

  /** What the server serves, asked again after a while. */
  function served(): Promise<readonly DiscoveredResource[]> {
    if (!discovered || clock.now() - discovered.at > REDISCOVER_MS) {
      const resources = discoverResources(client).then((found) => found.resources);
      discovered = { at: clock.now(), resources };
      resources.catch(() => (discovered = undefined));
    }
    return discovered.resources;
  }

  /** The kinds that a quota counts: its own three, and others by what the server serves. */
  async function kindsOf(quota: ResourceQuota): Promise<readonly ResourceRef[]> {
    const hard = Object.keys(quota.spec.hard ?? {});
    const counts = (kind: ResourceRef): boolean => quotaEvaluatorOf(groupResourceOf(kind)).matching(hard).length > 0;
    const usual: readonly ResourceRef[] = [pods, services, persistentVolumeClaims].filter(counts);
    const matched = new Set(usual.flatMap((kind) => quotaEvaluatorOf(groupResourceOf(kind)).matching(hard)));
    if (hard.every((name) => matched.has(name))) return usual;
    const others = (await served()).filter(({ ref, verbs }) => ref.namespaced && NEEDED.every((verb) => verbs.has(verb)) && counts(ref)).map(({ ref }) => ref);
    const own = new Set(usual.map(groupResourceOf));
    return [...usual, ...others.filter((kind) => !own.has(groupResourceOf(kind)))];
  }

  async function sync(key: string): Promise<void> {
    const quota = quotas.getByKey(key);
    if (!quota) return;
    const kinds = await kindsOf(quota);
    await Promise.all(kinds.map((kind) => watch(kind).synced));
    const { hard = {} } = quota.spec;
    const counted = quotaUsage(quota, kinds, (kind) => watch(kind).byIndex(NAMESPACE_INDEX, quota.metadata.namespace ?? ''), clock.now());
    const kept = Object.entries(quota.status?.used ?? {}).filter(([name]) => hard[name] !== undefined);
    const used = { ...Object.fromEntries(kept), ...counted };
    if (jsonEqual(hard, quota.status?.hard) && sameAmounts(used, quota.status?.used)) return;
    await client.update(resourceQuotas, { ...quota, status: { hard, used } }, { subresource: 'status' }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  function resync(): void {
    for (const quota of quotas.list()) queue.add(keyOf(quota));
    timer = clock.after(RESYNC_MS, resync);
  }

  return controllerComponent({
    name: 'resourcequota',
    informers: [quotas],
    queues: [queue],
    listen() {
      quotas.addHandler({
        added: (quota) => queue.add(keyOf(quota)),
        updated(quota, old) {
          if (!jsonEqual(quota.spec.hard, old.spec.hard)) queue.add(keyOf(quota));
        },
      });
    },
    run: () => {
      void served().catch(() => undefined);
      timer = clock.after(RESYNC_MS, resync);
    },
    stop: () => timer?.cancel(),
  });
}

function sameAmounts(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>> | undefined): boolean {
  if (!b || Object.keys(a).length !== Object.keys(b).length) return false;
  return Object.entries(a).every(([name, amount]) => b[name] !== undefined && compareQuantity(quantityOf(amount), quantityOf(b[name])) === 0);
}
