// Who owns the claims of a StatefulSet's pods, and so whether they go with the set or with the pod. Models kubernetes/pkg/controller/statefulset/stateful_set_utils.go
import type { StatefulSet } from '../../../kube/api/apps-v1.ts';
import type { PersistentVolumeClaim, Pod } from '../../../kube/api/core-v1.ts';
import type { ObjectMeta, OwnerReference } from '../../../kube/api/meta-v1.ts';
import { pods, statefulSets } from '../../../kube/api/resources.ts';
import { groupVersionOf, type ResourceRef } from '../../../kube/machinery/object.ts';
import { controllerReference } from '../../../kube/machinery/owners.ts';
import { isInRange } from './identity.ts';

type Owner = { readonly metadata: ObjectMeta };

const policyOf = ({ spec }: StatefulSet): { deletesOnScale: boolean; deletesWithSet: boolean } => ({
  deletesOnScale: spec.persistentVolumeClaimRetentionPolicy?.whenScaled === 'Delete',
  deletesWithSet: spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete',
});
const refersTo = (reference: OwnerReference, resource: ResourceRef, { metadata }: Owner): boolean =>
  reference.apiVersion === groupVersionOf(resource) && reference.kind === resource.kind && reference.name === metadata.name;
const isOwnedBy = ({ metadata }: PersistentVolumeClaim, owner: Owner): boolean =>
  metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;

/** An owner of the same name that is another object. */
export const hasStaleOwner = ({ metadata }: PersistentVolumeClaim, resource: ResourceRef, owner: Owner): boolean => {
  const found = metadata.ownerReferences?.find((reference) => refersTo(reference, resource, owner));
  return found !== undefined && found.uid !== owner.metadata.uid;
};

export function hasUnexpectedController({ metadata }: PersistentVolumeClaim, set: StatefulSet, pod: Owner): boolean {
  const { deletesOnScale, deletesWithSet } = policyOf(set);
  if (!deletesOnScale && !deletesWithSet) return false;
  return (metadata.ownerReferences ?? []).some((reference) => {
    if (refersTo(reference, statefulSets, set)) return reference.uid !== set.metadata.uid;
    if (refersTo(reference, pods, pod)) return reference.uid !== pod.metadata.uid;
    return reference.controller === true;
  });
}

/** What the policy asks for: the set as owner, the pod, both never. */
function wantedOwners(set: StatefulSet, pod: Pick<Pod, 'metadata'>): { readonly set: boolean; readonly pod: boolean } {
  const { deletesOnScale, deletesWithSet } = policyOf(set);
  const scaledDown = deletesOnScale && !isInRange(set, pod);
  return { set: deletesWithSet && !scaledDown, pod: scaledDown };
}

export function ownersAreRight(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pick<Pod, 'metadata'>): boolean {
  if (hasStaleOwner(claim, statefulSets, set) || hasStaleOwner(claim, pods, pod)) return true;
  if (hasUnexpectedController(claim, set, pod)) return !isOwnedBy(claim, set) && !isOwnedBy(claim, pod);
  const half = claim.metadata.ownerReferences?.some(({ uid, controller }) => (uid === set.metadata.uid || uid === pod.metadata.uid) && !controller);
  if (half) return false;
  const wanted = wantedOwners(set, pod);
  return isOwnedBy(claim, set) === wanted.set && isOwnedBy(claim, pod) === wanted.pod;
}

export function withRightOwners(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pick<Pod, 'metadata'>): PersistentVolumeClaim {
  const others = (claim.metadata.ownerReferences ?? []).filter((reference) => !refersTo(reference, statefulSets, set) && !refersTo(reference, pods, pod));
  const wanted = hasUnexpectedController(claim, set, pod) ? { set: false, pod: false } : wantedOwners(set, pod);
  const ownerReferences = [...others, ...(wanted.pod ? [controllerReference(pods, pod)] : []), ...(wanted.set ? [controllerReference(statefulSets, set)] : [])];
  const { ownerReferences: _old, ...metadata } = claim.metadata;
  return { ...claim, metadata: { ...metadata, ...(ownerReferences.length ? { ownerReferences } : {}) } };
}
