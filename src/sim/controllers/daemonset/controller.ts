// One pod of a DaemonSet on every node that wants it. Models kubernetes/pkg/controller/daemon/daemon_controller.go
import type { DaemonSet, DaemonSetStatus } from '../../../kube/api/apps-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { controllerRevisions, daemonSets, nodes, pods } from '../../../kube/api/resources.ts';
import { claim } from '../../../kube/client/claim.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { Expectations } from '../../../kube/client/expectations.ts';
import { isNamespaceTerminating, PodControl, podFromTemplate, slowStart } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { controllerOf, keyOf } from '../../../kube/machinery/object.ts';
import { controllerReference, orphansOf, OWNER_INDEX, ownerIndex } from '../../../kube/machinery/owners.ts';
import { isPodAvailable, isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { selectorOf, selects } from '../../../kube/machinery/selectors.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { byScheduledAndAge, daemonTemplate, isUpdated, nodeWants, planNode, targetNodeOf } from './daemon-pods.ts';
import { cleanUpHistory, constructHistory } from './history.ts';
import { planUpdate, surgeCount } from './rolling-update.ts';

const BURST = 250;
const FAILED_BACKOFF_MS = 1000;
const FAILED_BACKOFF_MAX_MS = 900_000;

export function daemonSetController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(daemonSets);
  const allPods = informers.of(pods);
  const allNodes = informers.of(nodes);
  const revisions = informers.of(controllerRevisions);
  all.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  allPods.addIndex(OWNER_INDEX, ownerIndex);
  revisions.addIndex(OWNER_INDEX, ownerIndex);
  const recorder = new CoreEventRecorder(client, { component: 'daemonset-controller' }, clock, log);
  const podControl = new PodControl(client, recorder);
  const expectations = new Expectations(clock);
  /** When a failed pod on a node was last replaced, and how long to wait before the next. */
  const failures = new Map<string, { at: number; delayMs: number }>();
  const queue = new WorkQueue({
    clock,
    sync,
    workers: 2,
    failed: (key, error) => {
      if (!isConflict(error) && !isAlreadyExists(error) && !isNamespaceTerminating(error)) log.warn('daemonset not synced', { key, error: messageOf(error) });
    },
  });

  const enqueue = (set: DaemonSet): void => queue.add(keyOf(set));
  const ownerOf = (object: Pod): DaemonSet | undefined => {
    const owner = controllerOf(object);
    const set = owner?.kind === 'DaemonSet' ? all.get(owner.name, object.metadata.namespace) : undefined;
    return set?.metadata.uid === owner?.uid ? set : undefined;
  };
  const podGoes = (pod: Pod): void => {
    const set = ownerOf(pod);
    if (!set) return;
    expectations.deleted(keyOf(set), pod.metadata.uid ?? '');
    enqueue(set);
  };

  function listen(): void {
    all.addHandler({
      added: enqueue,
      updated: enqueue,
      deleted: (set) => {
        expectations.forget(keyOf(set));
        enqueue(set);
      },
    });
    allPods.addHandler({
      added(pod) {
        if (pod.metadata.deletionTimestamp) {
          podGoes(pod);
          return;
        }
        const set = ownerOf(pod);
        if (set) {
          expectations.created(keyOf(set));
          enqueue(set);
        } else if (!controllerOf(pod)) {
          for (const each of all.byIndex('namespace', pod.metadata.namespace ?? '')) if (selects(each.spec.selector, pod.metadata.labels)) enqueue(each);
        }
      },
      updated(pod, old) {
        if (pod.metadata.deletionTimestamp) {
          podGoes(pod);
          return;
        }
        for (const set of new Set([ownerOf(pod), ownerOf(old)])) {
          if (!set) continue;
          enqueue(set);
          if (!isPodReady(old) && isPodReady(pod) && set.spec.minReadySeconds) queue.addAfter(keyOf(set), (set.spec.minReadySeconds + 1) * 1000);
        }
      },
      deleted: podGoes,
    });
    const everySet = (): void => {
      for (const set of all.list()) enqueue(set);
    };
    allNodes.addHandler({
      added: everySet,
      deleted: everySet,
      updated(node, old) {
        if (!jsonEqual(node.metadata.labels, old.metadata.labels) || !jsonEqual(node.spec.taints, old.spec.taints)) everySet();
      },
    });
  }

  async function podsByNode(set: DaemonSet): Promise<Map<string, Pod[]>> {
    const { uid = '', namespace } = set.metadata;
    const objects = [...allPods.byIndex(OWNER_INDEX, uid), ...allPods.byIndex(OWNER_INDEX, orphansOf(namespace))];
    const owned = await claim({ client, ownerResource: daemonSets, owner: set, resource: pods, selector: selectorOf(set.spec.selector) ?? [], objects });
    return Map.groupBy(owned, targetNodeOf);
  }

  async function sync(key: string): Promise<void> {
    const set = all.getByKey(key);
    if (!set) {
      expectations.forget(key);
      return;
    }
    const selector = selectorOf(set.spec.selector);
    if (!selector || set.metadata.deletionTimestamp) return;
    if (selector.length === 0) {
      recorder.event(set, { type: 'Warning', reason: 'SelectingAll', message: 'This daemon set is selecting all pods. A non-empty selector is required.' });
      return;
    }
    const { uid = '', namespace } = set.metadata;
    const candidates = [...revisions.byIndex(OWNER_INDEX, uid), ...revisions.byIndex(OWNER_INDEX, orphansOf(namespace))];
    const owned = await claim({ client, ownerResource: daemonSets, owner: set, resource: controllerRevisions, selector, objects: candidates });
    const { hash, old } = await constructHistory(client, set, owned, [...allPods.byIndex(OWNER_INDEX, uid)]);
    if (!expectations.satisfied(key)) {
      await writeStatus(set, hash, false);
      return;
    }
    try {
      await manage(key, set, hash);
      if (expectations.satisfied(key) && (set.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate') {
        const { remove, createOn } = planUpdate({ set, nodes: [...allNodes.list()], podsByNode: await podsByNode(set), hash, nowMs: clock.now() });
        await apply(key, set, hash, createOn, remove);
      }
      await cleanUpHistory(client, set, old, [...allPods.byIndex(OWNER_INDEX, uid)]);
    } finally {
      await writeStatus(set, hash, true);
    }
  }

  async function manage(key: string, set: DaemonSet, hash: string): Promise<void> {
    const found = await podsByNode(set);
    const surges = surgeCount(set, 1) > 0;
    const nowMs = clock.now();
    const createOn: string[] = [];
    const remove: Pod[] = [];
    for (const node of allNodes.list()) {
      const name = node.metadata.name ?? '';
      const plan = planNode({ set, node, pods: found.get(name), hash, surges, nowMs });
      if (plan.create) createOn.push(name);
      remove.push(...plan.remove, ...plan.failed.filter((pod) => mayReplaceFailed(key, set, pod, name, nowMs)));
      for (const pod of plan.succeeded) {
        recorder.event(set, {
          type: 'Normal',
          reason: 'SucceededDaemonPod',
          message: `Found succeeded daemon pod ${keyOf(pod)} on node ${name}, will try to delete it`,
        });
        remove.push(pod);
      }
    }
    // Pods that wait for a node which is gone.
    for (const [name, waiting] of found)
      if (!allNodes.get(name)) remove.push(...waiting.filter(({ spec, metadata }) => !spec.nodeName && !metadata.deletionTimestamp));
    await apply(key, set, hash, createOn, remove);
  }

  function mayReplaceFailed(key: string, set: DaemonSet, pod: Pod, node: string, nowMs: number): boolean {
    const id = `${set.metadata.uid ?? ''}/${node}`;
    const last = failures.get(id);
    if (last && nowMs < last.at + last.delayMs) {
      queue.addAfter(key, last.at + last.delayMs - nowMs);
      return false;
    }
    failures.set(id, {
      at: nowMs,
      delayMs: last && nowMs < last.at + 2 * FAILED_BACKOFF_MAX_MS ? Math.min(last.delayMs * 2, FAILED_BACKOFF_MAX_MS) : FAILED_BACKOFF_MS,
    });
    recorder.event(set, { type: 'Warning', reason: 'FailedDaemonPod', message: `Found failed daemon pod ${keyOf(pod)} on node ${node}, will try to kill it` });
    return true;
  }

  async function apply(key: string, set: DaemonSet, hash: string, createOn: readonly string[], remove: readonly Pod[]): Promise<void> {
    const targets = createOn.slice(0, BURST);
    const doomed = remove.slice(0, BURST);
    if (targets.length + doomed.length === 0) return;
    expectations.expect(
      key,
      targets.length,
      doomed.map(({ metadata }) => metadata.uid ?? ''),
    );
    const owner = controllerReference(daemonSets, set);
    const { succeeded, error } = await slowStart(targets.length, (i) =>
      podControl.create(podFromTemplate(daemonTemplate(set, hash, targets[i] ?? ''), set.metadata.name ?? '', owner), set),
    );
    if (succeeded < targets.length) expectations.created(key, targets.length - succeeded);
    const outcomes = await Promise.allSettled(
      doomed.map(async (pod) => {
        try {
          await podControl.delete(pod, set);
        } catch (refusal) {
          expectations.deleted(key, pod.metadata.uid ?? '');
          if (!isNotFound(refusal)) throw refusal;
        }
      }),
    );
    const failure = error ?? outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
    if (failure !== undefined) throw failure;
  }

  async function writeStatus(set: DaemonSet, hash: string, observed: boolean): Promise<void> {
    const found = await podsByNode(set);
    const nowMs = clock.now();
    const minReadySeconds = set.spec.minReadySeconds ?? 0;
    let [desired, current, misscheduled, ready, updated, available] = [0, 0, 0, 0, 0, 0];
    for (const node of allNodes.list()) {
      const [first] = [...(found.get(node.metadata.name ?? '') ?? [])].sort(byScheduledAndAge);
      if (!nodeWants(set, node).run) {
        if (first) misscheduled += 1;
        continue;
      }
      desired += 1;
      if (!first) continue;
      current += 1;
      if (isPodReady(first)) ready += 1;
      if (isPodAvailable(first, minReadySeconds, nowMs)) available += 1;
      if (isUpdated(first, set, hash)) updated += 1;
    }
    const generation = observed ? set.metadata.generation : set.status?.observedGeneration;
    const { collisionCount, conditions } = set.status ?? {};
    const status: DaemonSetStatus = {
      currentNumberScheduled: current,
      numberMisscheduled: misscheduled,
      desiredNumberScheduled: desired,
      numberReady: ready,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      ...(updated ? { updatedNumberScheduled: updated } : {}),
      ...(available ? { numberAvailable: available } : {}),
      ...(desired - available ? { numberUnavailable: desired - available } : {}),
      ...(collisionCount === undefined ? {} : { collisionCount }),
      ...(conditions ? { conditions } : {}),
    };
    if (!jsonEqual(status, set.status))
      await client.update(daemonSets, { ...set, status }, { subresource: 'status' }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    if (minReadySeconds > 0 && ready !== available) queue.addAfter(keyOf(set), minReadySeconds * 1000);
  }

  return controllerComponent({ name: 'daemonset', informers: [all, allPods, allNodes, revisions], queues: [queue], listen });
}
