// Keeps the status of PodDisruptionBudgets: how many pods may be evicted now. Models kubernetes/pkg/controller/disruption/disruption.go
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { OwnerReference } from '../../../kube/api/meta-v1.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../../kube/api/policy-v1.ts';
import { deployments, podDisruptionBudgets, pods, replicaSets, replicationControllers, statefulSets } from '../../../kube/api/resources.ts';
import type { Scale } from '../../../kube/api/autoscaling-v1.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { discoverResources } from '../../../kube/client/discovery.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { controllerOf, groupResourceOf, groupVersionOf, keyOf, splitKey, type ResourceRef } from '../../../kube/machinery/object.ts';
import { isPodEnded, podCondition, withCondition } from '../../../kube/machinery/pod-conditions.ts';
import { selects } from '../../../kube/machinery/selectors.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { budgetStatus, disruptedPods, expectation, failSafeStatus, goSelector, healthyCount, needsScale } from './budget.ts';

const STALE_MS = 120_000;

export function disruptionController({ client, informers, clock, log }: ControllerContext): Component {
  const budgets = informers.of(podDisruptionBudgets);
  const allPods = informers.of(pods);
  const [sets, deploys, stateful, replicating] = [
    informers.of(replicaSets),
    informers.of(deployments),
    informers.of(statefulSets),
    informers.of(replicationControllers),
  ];
  budgets.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  allPods.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  const recorder = new CoreEventRecorder(client, { component: 'controllermanager' }, clock, log);
  const queue = new WorkQueue({
    clock,
    sync,
    workers: 1,
    failed: (key, error) => {
      if (!isConflict(error)) log.warn('disruption budget not synced', { key, error: messageOf(error) });
    },
  });
  const stale = new WorkQueue({
    clock,
    sync: clearStale,
    workers: 1,
    failed: (key, error) => {
      if (!isConflict(error)) log.warn('disruption condition not cleared', { key, error: messageOf(error) });
    },
  });

  const budgetOf = ({ metadata }: Pod): PodDisruptionBudget | undefined => {
    if (!metadata.labels || Object.keys(metadata.labels).length === 0) return undefined;
    return budgets.byIndex('namespace', metadata.namespace ?? '').find(({ spec }) => spec.selector && selects(spec.selector, metadata.labels));
  };

  function listen(): void {
    const enqueue = (budget: PodDisruptionBudget): void => queue.add(keyOf(budget));
    budgets.addHandler({ added: enqueue, updated: enqueue, deleted: enqueue });
    const podChanged = (pod: Pod): void => {
      const budget = budgetOf(pod);
      if (budget) enqueue(budget);
    };
    const watchStale = (pod: Pod): void => {
      const waitMs = staleIn(pod);
      if (waitMs !== undefined) stale.addAfter(keyOf(pod), waitMs);
    };
    allPods.addHandler({
      added(pod) {
        podChanged(pod);
        watchStale(pod);
      },
      updated(pod, old) {
        podChanged(pod);
        if (!jsonEqual(pod.metadata.labels, old.metadata.labels)) podChanged(old);
        watchStale(pod);
      },
      deleted: podChanged,
    });
  }

  async function sync(key: string): Promise<void> {
    const budget = budgets.getByKey(key);
    if (!budget) return;
    try {
      await refresh(key, budget);
    } catch (error) {
      if (isConflict(error) || isNotFound(error)) throw error;
      await write(budget, failSafeStatus(budget, messageOf(error), clock.now()));
    }
  }

  async function refresh(key: string, budget: PodDisruptionBudget): Promise<void> {
    const covered = allPods.byIndex('namespace', budget.metadata.namespace ?? '').filter(({ metadata }) => selects(budget.spec.selector, metadata.labels));
    if (covered.length === 0) recorder.event(budget, { type: 'Normal', reason: 'NoPods', message: 'No matching pods found' });
    let scale = 0;
    if (needsScale(budget)) {
      try {
        scale = await scaleOf(budget, covered);
      } catch (error) {
        recorder.event(budget, {
          type: 'Warning',
          reason: 'CalculateExpectedPodCountFailed',
          message: `Failed to calculate the number of expected pods: ${messageOf(error)}`,
        });
        throw error;
      }
    }
    const nowMs = clock.now();
    const disrupted = disruptedPods(covered, budget.status?.disruptedPods, nowMs);
    const namespace = budget.metadata.namespace ?? '';
    for (const pod of disrupted.overdue)
      recorder.event(pod, { type: 'Warning', reason: 'NotDeleted', message: `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't` });
    await write(
      budget,
      budgetStatus(budget, {
        ...expectation(budget, covered.length, scale),
        currentHealthy: healthyCount(covered, disrupted.pods),
        disrupted: disrupted.pods,
        nowMs,
      }),
    );
    if (disrupted.recheckAtMs !== undefined) queue.addAfter(key, disrupted.recheckAtMs - nowMs);
  }

  async function write(budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus): Promise<void> {
    if (!jsonEqual(status, budget.status)) await client.update(podDisruptionBudgets, { ...budget, status }, { subresource: 'status' });
  }

  /** How many pods the controllers of these pods want together. */
  async function scaleOf(budget: PodDisruptionBudget, covered: readonly Pod[]): Promise<number> {
    const scales = new Map<string, number>();
    const seen = new Set<string>();
    let unmanaged = false;
    for (const pod of covered) {
      const owner = controllerOf(pod);
      if (!owner) {
        unmanaged = true;
        continue;
      }
      if (seen.has(owner.uid)) continue;
      seen.add(owner.uid);
      const found = knownScale(owner, pod.metadata.namespace) ?? (await subresourceScale(owner, pod.metadata.namespace ?? ''));
      if (!found) throw new Error(`found no controllers for pod "${pod.metadata.name ?? ''}"`);
      scales.set(found.uid, found.replicas);
    }
    if (unmanaged) {
      recorder.event(budget, {
        type: 'Warning',
        reason: 'UnmanagedPods',
        message: `Pods selected by this PodDisruptionBudget (selector: ${goSelector(budget.spec.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`,
      });
    }
    return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
  }

  function knownScale(
    { apiVersion, kind, name, uid }: OwnerReference,
    namespace: string | undefined,
  ): { readonly uid: string; readonly replicas: number } | undefined {
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    const informer =
      group === 'apps' && kind === 'ReplicaSet'
        ? sets
        : group === 'apps' && kind === 'StatefulSet'
          ? stateful
          : group === '' && kind === 'ReplicationController'
            ? replicating
            : undefined;
    const object = informer?.get(name, namespace);
    if (!object || object.metadata.uid !== uid) return undefined;
    const above = kind === 'ReplicaSet' ? controllerOf(object) : undefined;
    const deployment = above?.kind === 'Deployment' ? deploys.get(above.name, namespace) : undefined;
    if (above?.kind === 'Deployment') return deployment?.metadata.uid === above.uid ? { uid: above.uid, replicas: deployment.spec.replicas ?? 1 } : undefined;
    return { uid, replicas: object.spec?.replicas ?? 1 };
  }

  async function subresourceScale(
    { apiVersion, kind, name, uid }: OwnerReference,
    namespace: string,
  ): Promise<{ readonly uid: string; readonly replicas: number } | undefined> {
    const { resources } = await discoverResources(client);
    const found = resources.find(({ ref }) => groupVersionOf(ref) === apiVersion && ref.kind === kind)?.ref;
    if (!found) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
    try {
      const scale = await client.get(found as ResourceRef<Scale>, name, { namespace, subresource: 'scale' });
      return scale.metadata.uid === uid ? { uid, replicas: scale.spec?.replicas ?? 0 } : undefined;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      throw new Error(`${groupResourceOf(found)} does not implement the scale subresource`, { cause: error });
    }
  }

  /** Milliseconds until the mark of a disruption that never came is taken back. */
  function staleIn(pod: Pod): number | undefined {
    const target = podCondition(pod, 'DisruptionTarget');
    if (pod.metadata.deletionTimestamp || target?.status !== 'True' || target.reason === 'TerminationByKubelet' || isPodEnded(pod)) return undefined;
    return Math.max(0, parseTime(target.lastTransitionTime) + STALE_MS - clock.now());
  }

  async function clearStale(key: string): Promise<void> {
    const pod = allPods.getByKey(key);
    const waitMs = pod && staleIn(pod);
    if (!pod || waitMs === undefined) return;
    if (waitMs > 0) {
      stale.addAfter(key, waitMs);
      return;
    }
    const { generation } = pod.metadata;
    const conditions = withCondition(
      pod.status.conditions,
      { type: 'DisruptionTarget', status: 'False', ...(generation === undefined ? {} : { observedGeneration: generation }) },
      clock.now(),
    );
    await client
      .update(pods, { ...pod, status: { ...pod.status, conditions } }, { subresource: 'status', namespace: splitKey(key).namespace ?? '' })
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
  }

  // Servers may lack the older workloads; nobody waits for these.
  return controllerComponent({ name: 'disruption', informers: [budgets, allPods, sets, deploys], queues: [queue, stale], listen });
}
