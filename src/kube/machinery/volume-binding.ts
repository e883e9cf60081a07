// Which volume suits a claim, and how the two are tied together: shared by the binder and the scheduler. Models kubernetes/staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go
import type { ObjectReference, PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../api/core-v1.ts';
import type { StorageClass } from '../api/storage-v1.ts';
import type { Labels } from './selectors.ts';
import { matchesNodeSelector } from './node-affinity.ts';
import { compareQuantity, quantityOf, type Quantity } from './quantity.ts';
import { selects } from './selectors.ts';

export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
export const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
const OLD_DEFAULT_CLASS = 'storageclass.beta.kubernetes.io/is-default-class';
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

type Claim = Pick<PersistentVolumeClaim, 'metadata' | 'spec'>;
type OfVolume = Pick<PersistentVolume, 'metadata' | 'spec'>;

export const hasAnnotation = ({ metadata }: Pick<Claim, 'metadata'>, name: string): boolean => metadata.annotations?.[name] !== undefined;
/** Empty where none is asked for. */
export const classOfClaim = ({ metadata, spec }: Claim): string => metadata.annotations?.[OLD_CLASS] ?? spec.storageClassName ?? '';
export const namesClass = (claim: Claim): boolean => hasAnnotation(claim, OLD_CLASS) || claim.spec.storageClassName !== undefined;
export const classOfVolume = ({ metadata, spec }: OfVolume): string => metadata.annotations?.[OLD_CLASS] ?? spec.storageClassName ?? '';

const storage = (amounts: Readonly<Record<string, string>> | undefined): Quantity => quantityOf(amounts?.['storage']);
export const sizeOfClaim = ({ spec }: Claim): Quantity => storage(spec.resources?.requests);
export const sizeOfVolume = ({ spec }: OfVolume): Quantity => storage(spec.capacity);

/** The newest of the classes marked as default, by name among those of one second. */
export function defaultClass(classes: Iterable<StorageClass>): StorageClass | undefined {
  const marked = [...classes].filter(
    ({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true' || metadata.annotations?.[OLD_DEFAULT_CLASS] === 'true',
  );
  return marked.sort(
    (a, b) =>
      (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') || (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''),
  )[0];
}

export const volumeModesDiffer = (claim: Claim, volume: OfVolume): boolean =>
  (claim.spec.volumeMode ?? 'Filesystem') !== (volume.spec.volumeMode ?? 'Filesystem');
export const hasAccessModes = (claim: Claim, volume: OfVolume): boolean =>
  (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode));

/** The claim that the volume names is this one; a reference without uid waits for it. */
export function isBoundToClaim({ spec: { claimRef } }: OfVolume, { metadata }: Pick<Claim, 'metadata'>): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

export const isFullyBound = (claim: Claim): boolean => Boolean(claim.spec.volumeName) && hasAnnotation(claim, BIND_COMPLETED);

export const fitsNode = ({ spec }: OfVolume, labels: Labels | undefined): boolean =>
  spec.nodeAffinity?.required === undefined || matchesNodeSelector(spec.nodeAffinity.required, { metadata: { labels: labels ?? {} } });

/** Why the volume that a claim asks for by name cannot be had. */
export function misfit(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.metadata.deletionTimestamp) return `the volume is marked for deletion ${JSON.stringify(volume.metadata.name)}`;
  if (compareQuantity(sizeOfVolume(volume), sizeOfClaim(claim)) < 0) return 'requested PV is too small';
  if (classOfVolume(volume) !== classOfClaim(claim)) return 'storageClassName does not match';
  if ((claim.spec.volumeAttributesClassName ?? '') !== (volume.spec.volumeAttributesClassName ?? '')) return 'volumeAttributesClassName does not match';
  if (volumeModesDiffer(claim, volume)) return 'incompatible volumeMode';
  return hasAccessModes(claim, volume) ? undefined : 'incompatible accessMode';
}

export interface MatchOptions {
  /** The node that the pod would have; undefined for claims that are bound at once. */
  readonly node?: { readonly labels: Labels | undefined };
  readonly excluded?: ReadonlySet<string>;
  /** Binding waits for a pod: without a node only volumes reserved for this claim count. */
  readonly delayed?: boolean;
}

/** The smallest volume that does; one that is reserved for the claim before all others. */
export function findMatchingVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  options: MatchOptions = {},
): PersistentVolume | undefined {
  const { node, excluded, delayed = false } = options;
  const wanted = sizeOfClaim(claim);
  let smallest: PersistentVolume | undefined;
  for (const volume of volumes) {
    const { metadata, spec, status } = volume;
    const reserved = isBoundToClaim(volume, claim);
    if (excluded?.has(metadata.name ?? '') || (spec.claimRef && !reserved) || metadata.deletionTimestamp) continue;
    if (compareQuantity(sizeOfVolume(volume), wanted) < 0 || volumeModesDiffer(claim, volume)) continue;
    if ((claim.spec.volumeAttributesClassName ?? '') !== (spec.volumeAttributesClassName ?? '')) continue;
    const reachable = !node || fitsNode(volume, node.labels);
    if (reserved) return reachable ? volume : undefined;
    if ((!node && delayed) || status?.phase !== 'Available' || !reachable) continue;
    if (claim.spec.selector && !selects(claim.spec.selector, metadata.labels)) continue;
    if (classOfVolume(volume) !== classOfClaim(claim) || (node && !hasAccessModes(claim, volume))) continue;
    if (!smallest || compareQuantity(sizeOfVolume(smallest), sizeOfVolume(volume)) > 0) smallest = volume;
  }
  return smallest;
}

const referenceTo = ({ metadata }: PersistentVolumeClaim): ObjectReference => ({
  kind: 'PersistentVolumeClaim',
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  apiVersion: 'v1',
  resourceVersion: metadata.resourceVersion ?? '',
});

/** The volume as it names this claim; the same object when it does so already. */
export function boundVolume(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { claimRef } = volume.spec;
  const named = claimRef?.name === claim.metadata.name && claimRef?.namespace === claim.metadata.namespace && claimRef?.uid === claim.metadata.uid;
  const marks = !isBoundToClaim(volume, claim) && !hasAnnotation(volume, BOUND_BY_CONTROLLER);
  if (named && !marks) return volume;
  return {
    ...volume,
    metadata: marks ? { ...volume.metadata, annotations: { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' } } : volume.metadata,
    spec: { ...volume.spec, ...(named ? {} : { claimRef: referenceTo(claim) }) },
  };
}

/** The claim that a volume of a pod stands for, if any. */
export function claimNameOf(pod: Pick<Pod, 'metadata'>, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined {
  if (persistentVolumeClaim) return persistentVolumeClaim.claimName;
  return ephemeral ? `${pod.metadata.name ?? ''}-${name}` : undefined;
}

/** Indexes pods by `namespace/claim` of the claims they use. */
export const CLAIM_INDEX = 'claims';
export const claimIndex = (pod: Pod): readonly string[] =>
  (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = claimNameOf(pod, volume);
    return name === undefined ? [] : [`${pod.metadata.namespace ?? ''}/${name}`];
  });
