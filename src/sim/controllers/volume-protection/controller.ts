// Keeps claims that pods use, and volumes that are bound, from vanishing. Models kubernetes/pkg/controller/volume/{pvcprotection,pvprotection}
import type { PersistentVolumeClaim, Pod } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes, pods } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent, onAnyChange } from '../../../kube/client/controller.ts';
import type { Informer } from '../../../kube/client/informer.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { keyOf, type KubeObject, type ResourceRef } from '../../../kube/machinery/object.ts';
import { isPodEnded } from '../../../kube/machinery/pod-conditions.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { CLAIM_INDEX, claimIndex, claimNameOf } from '../../../kube/machinery/volume-binding.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

interface Protection<T extends KubeObject> {
  readonly resource: ResourceRef<T>;
  readonly finalizer: string;
  isUsed(object: T): Promise<boolean> | boolean;
}

function protect<T extends KubeObject>({ client, informers, clock, log }: ControllerContext, protection: Protection<T>) {
  const { resource, finalizer, isUsed } = protection;
  const objects = informers.of(resource);
  const queue = new WorkQueue({
    clock,
    sync,
    failed: (key, error) => {
      if (!isConflict(error)) log.warn('finalizer not written', { key, error: messageOf(error) });
    },
  });

  async function sync(key: string): Promise<void> {
    const object = objects.getByKey(key);
    if (!object) return;
    const { finalizers = [], deletionTimestamp } = object.metadata;
    const has = finalizers.includes(finalizer);
    if (deletionTimestamp ? !has || (await isUsed(object)) : has) return;
    const next = deletionTimestamp ? finalizers.filter((each) => each !== finalizer) : [...finalizers, finalizer];
    await client.update(resource, { ...object, metadata: { ...object.metadata, finalizers: next } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
  const listen = (): void => onAnyChange(objects, (object) => queue.add(keyOf(object)));
  return { objects, queue, listen };
}

/** Pods count once they have a node; the claim of an ephemeral volume, only until its pod is through. */
function usesClaim(pod: Pod, claim: PersistentVolumeClaim): boolean {
  if (!pod.spec.nodeName) return false;
  const isShutDown = pod.metadata.deletionTimestamp !== undefined && pod.metadata.deletionGracePeriodSeconds === 0;
  return (pod.spec.volumes ?? []).some((volume) => claimNameOf(pod, volume) === claim.metadata.name && (volume.persistentVolumeClaim || !isShutDown));
}

export function claimProtectionController(context: ControllerContext): Component {
  const allPods: Informer<Pod> = context.informers.of(pods);
  allPods.addIndex(CLAIM_INDEX, claimIndex);
  const { objects, queue, listen } = protect(context, {
    resource: persistentVolumeClaims,
    finalizer: 'kubernetes.io/pvc-protection',
    async isUsed(claim) {
      if (allPods.byIndex(CLAIM_INDEX, keyOf(claim)).some((pod) => usesClaim(pod, claim))) return true;
      // The informer may be behind: whether a pod has just been started is known to the API server alone.
      const { items } = await context.client.list(pods, { namespace: claim.metadata.namespace ?? '' });
      return items.some((pod) => usesClaim(pod, claim));
    },
  });
  return controllerComponent({
    name: 'pvc-protection',
    informers: [objects, allPods],
    queues: [queue],
    listen() {
      listen();
      const enqueueClaims = (pod: Pod): void => {
        for (const key of claimIndex(pod)) queue.add(key);
      };
      allPods.addHandler({
        deleted: enqueueClaims,
        updated: (pod) => {
          if (isPodEnded(pod)) enqueueClaims(pod);
        },
      });
    },
  });
}

export function volumeProtectionController(context: ControllerContext): Component {
  const { objects, queue, listen } = protect(context, {
    resource: persistentVolumes,
    finalizer: 'kubernetes.io/pv-protection',
    isUsed: ({ status }) => status?.phase === 'Bound',
  });
  return controllerComponent({ name: 'pv-protection', informers: [objects], queues: [queue], listen });
}
