// Keeps as many pods of a ReplicaSet as it asks for. Models kubernetes/pkg/controller/replicaset/replica_set.go
import type { ReplicaSet, ReplicaSetStatus } from '../../../kube/api/apps-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { pods, replicaSets } from '../../../kube/api/resources.ts';
import { claim } from '../../../kube/client/claim.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { Expectations } from '../../../kube/client/expectations.ts';
import { isNamespaceTerminating, PodControl, podFromTemplate, slowStart } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { deletionOrder } from '../../../kube/machinery/deletion-order.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { controllerOf, keyOf, type KubeObject, type ResourceRef } from '../../../kube/machinery/object.ts';
import { controllerReference, orphansOf, OWNER_INDEX, ownerIndex } from '../../../kube/machinery/owners.ts';
import { isPodActive, isPodEnded, isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { selectorOf, selects } from '../../../kube/machinery/selectors.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { nextAvailabilityMs, replicaSetStatus } from './status.ts';

/** Pods made or removed in one go at most. */
const BURST = 500;

/** ReplicationControllers are kept by the same loop, seen as sets. */
export interface Flavour<T extends KubeObject> {
  readonly name: string;
  readonly resource: ResourceRef<T>;
  setOf(object: T): ReplicaSet;
  statusOf(status: ReplicaSetStatus): unknown;
}

export const replicaSetController = (context: ControllerContext): Component =>
  replicaController(context, { name: 'replicaset', resource: replicaSets, setOf: (set) => set, statusOf: (status) => status });

export function replicaController<T extends KubeObject>({ client, informers, clock, log }: ControllerContext, flavour: Flavour<T>): Component {
  const { name: flavourName, resource, setOf } = flavour;
  const sets = informers.of(resource);
  const allPods = informers.of(pods);
  sets.addIndex(OWNER_INDEX, ownerIndex);
  sets.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  allPods.addIndex(OWNER_INDEX, ownerIndex);
  const recorder = new CoreEventRecorder(client, { component: `${flavourName}-controller` }, clock, log);
  const podControl = new PodControl(client, recorder);
  const expectations = new Expectations(clock);
  const queue = new WorkQueue({
    clock,
    sync,
    failed: (key, error) => {
      if (!isConflict(error) && !isNamespaceTerminating(error)) log.warn(`${flavourName} not synced`, { key, error: messageOf(error) });
    },
  });

  const ownerOf = (pod: Pod): ReplicaSet | undefined => {
    const owner = controllerOf(pod);
    if (owner?.kind !== resource.kind) return undefined;
    const found = sets.get(owner.name, pod.metadata.namespace);
    return found?.metadata.uid === owner.uid ? setOf(found) : undefined;
  };
  /** An orphan may belong to any set whose selector matches. */
  const enqueueMatching = ({ metadata }: Pod): void => {
    for (const each of sets.byIndex('namespace', metadata.namespace ?? '')) if (selects(setOf(each).spec.selector, metadata.labels)) queue.add(keyOf(each));
  };
  const podGoes = (pod: Pod): void => {
    const set = ownerOf(pod);
    if (!set) return;
    expectations.deleted(keyOf(set), pod.metadata.uid ?? '');
    queue.add(keyOf(set));
  };

  function listen(): void {
    sets.addHandler({
      added: (set) => queue.add(keyOf(set)),
      updated: (set) => queue.add(keyOf(set)),
      deleted: (set) => {
        expectations.forget(keyOf(set));
        queue.add(keyOf(set));
      },
    });
    allPods.addHandler({
      added(pod) {
        if (pod.metadata.deletionTimestamp) {
          podGoes(pod);
          return;
        }
        if (!controllerOf(pod)) {
          enqueueMatching(pod);
          return;
        }
        const set = ownerOf(pod);
        if (!set) return;
        expectations.created(keyOf(set));
        queue.add(keyOf(set));
      },
      updated(pod, old) {
        if (pod.metadata.deletionTimestamp) {
          podGoes(pod);
          return;
        }
        const released = controllerOf(old)?.uid !== controllerOf(pod)?.uid ? ownerOf(old) : undefined;
        if (released) queue.add(keyOf(released));
        const set = ownerOf(pod);
        if (set) {
          queue.add(keyOf(set));
          if (!isPodReady(old) && isPodReady(pod) && set.spec.minReadySeconds) queue.addAfter(keyOf(set), set.spec.minReadySeconds * 1000);
        } else if (!controllerOf(pod) && (released || !jsonEqual(old.metadata.labels, pod.metadata.labels))) enqueueMatching(pod);
      },
      deleted: podGoes,
    });
  }

  async function sync(key: string): Promise<void> {
    const found = sets.getByKey(key);
    if (!found) {
      expectations.forget(key);
      return;
    }
    const set = setOf(found);
    const selector = selectorOf(set.spec.selector);
    if (!selector) return;
    // Whether the informer has seen all that was asked for is decided before the pods are looked at.
    const current = expectations.satisfied(key);
    const { uid = '', namespace } = set.metadata;
    const owned = [...allPods.byIndex(OWNER_INDEX, uid), ...allPods.byIndex(OWNER_INDEX, orphansOf(namespace))];
    const active = await claim({ client, ownerResource: resource, owner: found, resource: pods, selector, objects: owned.filter(isPodActive) });
    const terminating = owned.filter(
      (pod) => pod.metadata.deletionTimestamp && !isPodEnded(pod) && controllerOf(pod)?.uid === uid && selects(set.spec.selector, pod.metadata.labels),
    ).length;
    const failure = current && !set.metadata.deletionTimestamp ? await manage(key, set, active) : undefined;
    const nowMs = clock.now();
    const status = replicaSetStatus(set, { active, terminating, nowMs, ...(failure === undefined ? {} : { failure: messageOf(failure) }) });
    const written = flavour.statusOf(status);
    if (!jsonEqual(written, withoutZeros(set.status)))
      await client.update(resource, { ...found, status: written }, { subresource: 'status' }).catch(ignoreGone);
    if (failure !== undefined) throw failure;
    if ((status.readyReplicas ?? 0) !== (status.availableReplicas ?? 0)) {
      const next = nextAvailabilityMs(active, set.spec.minReadySeconds ?? 0, nowMs);
      if (next !== undefined) queue.addAfter(key, next);
    }
  }

  /** What went wrong, if anything. */
  async function manage(key: string, set: ReplicaSet, active: readonly Pod[]): Promise<unknown> {
    const surplus = active.length - (set.spec.replicas ?? 1);
    if (surplus < 0) {
      const count = Math.min(-surplus, BURST);
      const draft = podFromTemplate(set.spec.template ?? {}, set.metadata.name ?? '', controllerReference(resource, set));
      expectations.expectCreations(key, count);
      const { succeeded, error } = await slowStart(count, () =>
        podControl.create(draft, set).catch((refusal: unknown) => {
          if (!isNamespaceTerminating(refusal)) throw refusal;
          expectations.created(key);
        }),
      );
      // Those never tried, and those refused, will not be seen.
      if (succeeded < count) expectations.created(key, count - succeeded);
      return error;
    }
    if (surplus === 0) return undefined;
    const doomed = (surplus < active.length ? deletionOrder(active, crowding(set), clock.now()) : active).slice(0, Math.min(surplus, BURST));
    expectations.expectDeletions(
      key,
      doomed.map(({ metadata }) => metadata.uid ?? ''),
    );
    const outcomes = await Promise.allSettled(
      doomed.map(async (pod) => {
        try {
          await podControl.delete(pod, set);
        } catch (error) {
          expectations.deleted(key, pod.metadata.uid ?? '');
          if (!isNotFound(error)) throw error;
        }
      }),
    );
    return outcomes.find((outcome) => outcome.status === 'rejected')?.reason as unknown;
  }

  /** Running pods per node, over all the sets of one Deployment. */
  function crowding(set: ReplicaSet): (pod: Pod) => number {
    const owner = controllerOf(set);
    const related: readonly KubeObject[] = owner ? sets.byIndex(OWNER_INDEX, owner.uid) : [set];
    const perNode = new Map<string, number>();
    for (const { metadata } of related) {
      for (const pod of allPods.byIndex(OWNER_INDEX, metadata.uid ?? ''))
        if (isPodActive(pod) && pod.spec.nodeName) perNode.set(pod.spec.nodeName, (perNode.get(pod.spec.nodeName) ?? 0) + 1);
    }
    return (pod) => perNode.get(pod.spec.nodeName ?? '') ?? 0;
  }

  return controllerComponent({ name: flavourName, informers: [sets, allPods], queues: [queue], listen });
}

/** The status as this controller writes it: counts of zero left out. */
function withoutZeros(status: ReplicaSet['status'] | undefined): unknown {
  if (!status) return undefined;
  const { fullyLabeledReplicas, readyReplicas, availableReplicas, ...rest } = status;
  return {
    ...rest,
    ...(fullyLabeledReplicas ? { fullyLabeledReplicas } : {}),
    ...(readyReplicas ? { readyReplicas } : {}),
    ...(availableReplicas ? { availableReplicas } : {}),
  };
}

const ignoreGone = (error: unknown): void => {
  if (!isNotFound(error)) throw error;
};
