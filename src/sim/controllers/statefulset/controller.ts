// Keeps the pods of a StatefulSet, each with its name, its place and its claims. Models kubernetes/pkg/controller/statefulset/stateful_set.go
import type { StatefulSet } from '../../../kube/api/apps-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { controllerRevisions, persistentVolumeClaims, pods, statefulSets } from '../../../kube/api/resources.ts';
import { claim } from '../../../kube/client/claim.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { controllerOf, keyOf } from '../../../kube/machinery/object.ts';
import { orphansOf, OWNER_INDEX, ownerIndex } from '../../../kube/machinery/owners.ts';
import { isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { selectorOf, selects } from '../../../kube/machinery/selectors.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { isMemberOf, ordinalOf } from './identity.ts';
import { StatefulPodControl } from './pod-control.ts';
import { revisionsOf, truncateHistory } from './revisions.ts';
import { Rollout } from './rollout.ts';

export function statefulSetController({ client, informers, clock, log }: ControllerContext): Component {
  const sets = informers.of(statefulSets);
  const allPods = informers.of(pods);
  const claims = informers.of(persistentVolumeClaims);
  const revisions = informers.of(controllerRevisions);
  sets.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  allPods.addIndex(OWNER_INDEX, ownerIndex);
  revisions.addIndex(OWNER_INDEX, ownerIndex);
  const recorder = new CoreEventRecorder(client, { component: 'statefulset-controller' }, clock, log);
  const control = new StatefulPodControl(client, recorder, claims);
  const queue = new WorkQueue({
    clock,
    sync,
    failed: (key, failure) => {
      const error = failure instanceof Error && failure.cause !== undefined ? failure.cause : failure;
      if (!isConflict(error) && !isAlreadyExists(error) && !isNamespaceTerminating(error)) log.warn('statefulset not synced', { key, error: messageOf(error) });
    },
  });

  const enqueue = (set: StatefulSet): void => queue.add(keyOf(set));
  const ownerOf = (pod: Pod): StatefulSet | undefined => {
    const owner = controllerOf(pod);
    const set = owner?.kind === 'StatefulSet' ? sets.get(owner.name, pod.metadata.namespace) : undefined;
    return set?.metadata.uid === owner?.uid ? set : undefined;
  };
  const enqueueMatching = ({ metadata }: Pod): void => {
    for (const set of sets.byIndex('namespace', metadata.namespace ?? '')) if (selects(set.spec.selector, metadata.labels)) enqueue(set);
  };

  function listen(): void {
    sets.addHandler({ added: enqueue, updated: enqueue, deleted: enqueue });
    const enqueueOwner = (pod: Pod): void => {
      const set = ownerOf(pod);
      if (set) enqueue(set);
    };
    allPods.addHandler({
      added(pod) {
        if (controllerOf(pod)) enqueueOwner(pod);
        else if (!pod.metadata.deletionTimestamp) enqueueMatching(pod);
      },
      updated(pod, old) {
        for (const set of new Set([ownerOf(old), ownerOf(pod)])) {
          if (!set) continue;
          enqueue(set);
          if (!isPodReady(old) && isPodReady(pod) && set.spec.minReadySeconds) queue.addAfter(keyOf(set), set.spec.minReadySeconds * 1000);
        }
        if (!controllerOf(pod) && (controllerOf(old) || !jsonEqual(pod.metadata.labels, old.metadata.labels))) enqueueMatching(pod);
      },
      deleted: enqueueOwner,
    });
  }

  async function sync(key: string): Promise<void> {
    const set = sets.getByKey(key);
    const selector = selectorOf(set?.spec.selector);
    if (!set || !selector) return;
    const { uid = '', namespace } = set.metadata;
    const owned = await claim({
      client,
      ownerResource: statefulSets,
      owner: set,
      resource: controllerRevisions,
      selector,
      objects: [...revisions.byIndex(OWNER_INDEX, uid), ...revisions.byIndex(OWNER_INDEX, orphansOf(namespace))],
    });
    const candidates = [...allPods.byIndex(OWNER_INDEX, uid), ...allPods.byIndex(OWNER_INDEX, orphansOf(namespace)).filter((pod) => isMemberOf(set, pod))];
    const members = await claim({ client, ownerResource: statefulSets, owner: set, resource: pods, selector, objects: candidates });
    const numbered = members.filter((pod) => ordinalOf(pod) >= 0);
    const history = await revisionsOf(client, set, owned);
    const { status, error } = await new Rollout({ set, pods: numbered, revisions: history, control, nowMs: clock.now() }).run();
    const { conditions } = set.status ?? {};
    const written = { ...status, ...(conditions ? { conditions } : {}) };
    if (!jsonEqual(written, withoutZeros(set.status)))
      await client.update(statefulSets, { ...set, status: written }, { subresource: 'status' }).catch(ignoreGone);
    await truncateHistory(client, set, owned, history, numbered);
    if (error !== undefined) throw error;
    if (set.spec.minReadySeconds && (status.readyReplicas ?? 0) !== status.availableReplicas) queue.addAfter(key, set.spec.minReadySeconds * 1000);
  }

  return controllerComponent({ name: 'statefulset', informers: [sets, allPods, claims, revisions], queues: [queue], listen });
}

/** Counts that the API leaves out when they are zero. */
function withoutZeros(status: StatefulSet['status'] | undefined): unknown {
  const optional = new Set(['readyReplicas', 'currentReplicas', 'updatedReplicas']);
  return Object.fromEntries(Object.entries(status ?? {}).filter(([name, value]) => value !== 0 || !optional.has(name)));
}

function ignoreGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
