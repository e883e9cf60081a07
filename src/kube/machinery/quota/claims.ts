// What claims of volumes use of a quota. Models kubernetes/pkg/quota/v1/evaluator/core/persistent_volume_claims.go
import type { PersistentVolumeClaim } from '../../api/core-v1.ts';
import { compareQuantity, parseQuantity, type Quantity } from '../quantity.ts';
import type { QuotaEvaluator } from './evaluator.ts';
import { requirementMatches } from './names.ts';

const ONE: Quantity = { nanos: 1_000_000_000n, format: 'DecimalSI' };
const NANO = 1_000_000_000n;
const OF_CLASS = '.storageclass.storage.k8s.io/';
const RESOURCES = ['persistentvolumeclaims', 'requests.storage'];

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? '';

/** Whole bytes of what is asked for, or of what was given where that is more. */
function storageOf({ spec, status }: PersistentVolumeClaim): Quantity | undefined {
  const asked = parseQuantity(spec.resources?.requests?.['storage'] ?? '');
  if (!asked) return undefined;
  const given = parseQuantity(status?.allocatedResources?.['storage'] ?? '');
  const larger = given && compareQuantity(given, asked) > 0 ? given : asked;
  return { ...larger, nanos: ((larger.nanos + NANO - 1n) / NANO) * NANO };
}

const attributesClassesOf = ({ spec, status }: PersistentVolumeClaim): string[] =>
  [spec.volumeAttributesClassName, status?.currentVolumeAttributesClassName, status?.modifyVolumeStatus?.targetVolumeAttributesClassName].filter(
    (each): each is string => Boolean(each),
  );

export const claimEvaluator: QuotaEvaluator = {
  matching: (names) =>
    names.filter((each) => each === 'count/persistentvolumeclaims' || RESOURCES.includes(each) || RESOURCES.some((own) => each.endsWith(`${OF_CLASS}${own}`))),
  usage(object) {
    const claim = object as unknown as PersistentVolumeClaim;
    const storage = storageOf(claim);
    const used = { persistentvolumeclaims: ONE, ...(storage ? { 'requests.storage': storage } : {}) };
    const name = classOf(claim);
    const ofClass = name ? Object.fromEntries(Object.entries(used).map(([resource, amount]) => [`${name}${OF_CLASS}${resource}`, amount])) : {};
    return { 'count/persistentvolumeclaims': ONE, ...used, ...ofClass };
  },
  inScope: (scope, object) =>
    scope.scopeName === 'VolumeAttributesClass' && requirementMatches(scope, attributesClassesOf(object as unknown as PersistentVolumeClaim)),
  handlesUpdate: (subresource) => subresource === '' || subresource === 'status',
};
