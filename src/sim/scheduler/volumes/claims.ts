// The claims of a pod, by whether they are bound. Models kubernetes/pkg/scheduler/framework/plugins/volumebinding/binder.go (GetPodVolumeClaims)
import type { PersistentVolumeClaim, Pod } from '../../../kube/api/core-v1.ts';
import type { StorageClass } from '../../../kube/api/storage-v1.ts';
import type { Informer } from '../../../kube/client/informer.ts';
import { claimNameOf, classOfClaim, isFullyBound } from '../../../kube/machinery/volume-binding.ts';

export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  readonly immediate: readonly PersistentVolumeClaim[];
  /** Bound only when the pod has a node. */
  readonly delayed: readonly PersistentVolumeClaim[];
}

/** What is wrong with a claim that the pod names, if anything. */
export function findClaims(pod: Pod, claims: Informer<PersistentVolumeClaim>): readonly PersistentVolumeClaim[] | string {
  const found: PersistentVolumeClaim[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    const claim = claims.get(name, pod.metadata.namespace);
    const quoted = JSON.stringify(name);
    if (!claim)
      return volume.ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}`
        : `persistentvolumeclaim ${quoted} not found`;
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${JSON.stringify(claim.spec.volumeName ?? '')}`;
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim ${quoted} is being deleted`;
    if (volume.ephemeral && !claim.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === pod.metadata.uid))
      return `PVC ${pod.metadata.namespace ?? ''}/${name} was not created for pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''} (pod is not owner)`;
    found.push(claim);
  }
  return found;
}

export function sortClaims(claims: readonly PersistentVolumeClaim[], classes: Informer<StorageClass>): PodClaims {
  const isDelayed = (claim: PersistentVolumeClaim): boolean =>
    !claim.spec.volumeName && classes.get(classOfClaim(claim))?.volumeBindingMode === 'WaitForFirstConsumer';
  const unbound = claims.filter((claim) => !isFullyBound(claim));
  return { bound: claims.filter(isFullyBound), immediate: unbound.filter((claim) => !isDelayed(claim)), delayed: unbound.filter(isDelayed) };
}
