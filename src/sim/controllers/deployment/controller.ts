// Watches Deployments and what belongs to them, and runs one rollout pass for each that changed. Models kubernetes/pkg/controller/deployment/deployment_controller.go
import type { Deployment, ReplicaSet } from '../../../kube/api/apps-v1.ts';
import { deployments, pods, replicaSets } from '../../../kube/api/resources.ts';
import { claim } from '../../../kube/client/claim.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { controllerOf, keyOf } from '../../../kube/machinery/object.ts';
import { orphansOf, OWNER_INDEX, ownerIndex } from '../../../kube/machinery/owners.ts';
import { matchesSelector, selectorOf } from '../../../kube/machinery/selectors.ts';
import { isAlreadyExists, isConflict } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { Rollout } from './rollout.ts';

export function deploymentController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(deployments);
  const sets = informers.of(replicaSets);
  const allPods = informers.of(pods);
  all.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  sets.addIndex(OWNER_INDEX, ownerIndex);
  allPods.addIndex(OWNER_INDEX, ownerIndex);
  const recorder = new CoreEventRecorder(client, { component: 'deployment-controller' }, clock, log);
  const queue = new WorkQueue({
    clock,
    sync,
    failed: (key, error) => {
      if (!isConflict(error) && !isAlreadyExists(error) && !isNamespaceTerminating(error)) log.warn('deployment not synced', { key, error: messageOf(error) });
    },
  });

  const ownerOf = (set: ReplicaSet): Deployment | undefined => {
    const owner = controllerOf(set);
    const found = owner?.kind === 'Deployment' ? all.get(owner.name, set.metadata.namespace) : undefined;
    return found?.metadata.uid === owner?.uid ? found : undefined;
  };
  const setChanged = (set: ReplicaSet, old?: ReplicaSet): void => {
    for (const owner of new Set([ownerOf(set), old && ownerOf(old)])) if (owner) queue.add(keyOf(owner));
    if (controllerOf(set)) return;
    for (const deployment of all.byIndex('namespace', set.metadata.namespace ?? '')) {
      const selector = selectorOf(deployment.spec.selector);
      if (selector?.length && matchesSelector(selector, set.metadata.labels)) queue.add(keyOf(deployment));
    }
  };

  function listen(): void {
    const enqueue = (deployment: Deployment): void => queue.add(keyOf(deployment));
    all.addHandler({ added: enqueue, updated: enqueue, deleted: enqueue });
    sets.addHandler({ added: (set) => setChanged(set), updated: setChanged, deleted: (set) => setChanged(set) });
    // Recreate waits for the last old pod to go.
    allPods.addHandler({
      deleted(pod) {
        const owner = controllerOf(pod);
        const set = owner?.kind === 'ReplicaSet' ? sets.get(owner.name, pod.metadata.namespace) : undefined;
        const deployment = set && ownerOf(set);
        if (deployment?.spec.strategy?.type === 'Recreate') enqueue(deployment);
      },
    });
  }

  async function sync(key: string): Promise<void> {
    const deployment = all.getByKey(key);
    if (!deployment) return;
    const selector = selectorOf(deployment.spec.selector);
    if (!selector) return;
    if (selector.length === 0) {
      recorder.event(deployment, {
        type: 'Warning',
        reason: 'SelectingAll',
        message: 'This deployment is selecting all pods. A non-empty selector is required.',
      });
      return;
    }
    const { uid = '', namespace } = deployment.metadata;
    const candidates = [...sets.byIndex(OWNER_INDEX, uid), ...sets.byIndex(OWNER_INDEX, orphansOf(namespace))];
    const owned = await claim({ client, ownerResource: deployments, owner: deployment, resource: replicaSets, selector, objects: candidates });
    const ownedPods = owned.flatMap(({ metadata }) => allPods.byIndex(OWNER_INDEX, metadata.uid ?? ''));
    const again = await new Rollout({ client, recorder, now: () => clock.now(), deployment, sets: owned, pods: ownedPods }).run();
    if (again !== undefined) queue.addAfter(key, again);
  }

  return controllerComponent({ name: 'deployment', informers: [all, sets, allPods], queues: [queue], listen });
}
