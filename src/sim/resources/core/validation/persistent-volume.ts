// Persistent volumes. Models kubernetes/pkg/apis/core/validation/validation.go and pkg/volume/validation
import type { CSIPersistentVolumeSource, PersistentVolume, PersistentVolumeSpec, VolumeNodeAffinity } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateDnsLabel } from '../../../../kube/machinery/names.ts';
import { quantityOf, unitsOf } from '../../../../kube/machinery/quantity.ts';
import { unifiedDiff } from '../../validation/diff.ts';
import { internalForm, sameInternally } from '../../validation/internal-form.ts';
import { IMMUTABLE, validateDnsSubdomainField, validateUnchanged } from '../../validation/rules.ts';
import { validateAccessModes, VOLUME_MODES } from './claim.ts';
import { hasInvalidTermValue, validateNodeSelector } from './node-selector.ts';
import { validatePositiveQuantity } from './resources.ts';
import {
  requireAll,
  validateAzureDisk,
  validateCsiDriverName,
  validateDisk,
  validateFc,
  validateFlex,
  validateFlocker,
  validateHostPath,
  validateIscsi,
  validateNfs,
  validateQuobyte,
  validateSecretReference,
  validateStorageOs,
} from './volume-sources.ts';
import { validatePathNoBacksteps } from './volume-paths.ts';

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];

function validateCsi(source: CSIPersistentVolumeSource, field: string): FieldError[] {
  const secrets = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'] as const;
  return [
    ...validateCsiDriverName(source.driver, `${field}.driver`),
    ...requireAll(source, field, 'volumeHandle'),
    ...secrets.flatMap((each) => (source[each] ? validateSecretReference(source[each], `${field}.${each}`) : [])),
  ];
}

type SourceName = Exclude<
  keyof PersistentVolumeSpec,
  | 'accessModes'
  | 'capacity'
  | 'claimRef'
  | 'mountOptions'
  | 'nodeAffinity'
  | 'persistentVolumeReclaimPolicy'
  | 'storageClassName'
  | 'volumeAttributesClassName'
  | 'volumeMode'
>;
type Validate<T> = (source: T, field: string, spec: PersistentVolumeSpec, name: string) => FieldError[];
type Sources = { readonly [K in SourceName]-?: Validate<NonNullable<PersistentVolumeSpec[K]>> };

const secretOf = (source: { readonly secretRef?: object }, field: string): FieldError[] =>
  source.secretRef ? requireAll(source.secretRef, `${field}.secretRef`, 'name', 'namespace') : [];

/** In upstream's order. */
const SOURCES: Sources = {
  hostPath: validateHostPath,
  gcePersistentDisk: (source, field) => validateDisk(source, 'pdName', field),
  awsElasticBlockStore: (source, field) => validateDisk(source, 'volumeID', field),
  glusterfs(source, field) {
    const at = `${field}.endpointsNamespace`;
    const { endpointsNamespace: namespace } = source;
    const errors = requireAll(source, field, 'endpoints', 'path');
    if (namespace === '') errors.push(invalidValue(at, namespace, 'if the endpointnamespace is set, it must be a valid namespace name'));
    else if (namespace !== undefined) errors.push(...invalidValues(at, namespace, validateDnsLabel(namespace)));
    return errors;
  },
  flocker: validateFlocker,
  nfs: validateNfs,
  rbd: (source, field) => requireAll(source, field, 'monitors', 'image'),
  quobyte: validateQuobyte,
  cephfs: (source, field) => requireAll(source, field, 'monitors'),
  iscsi: (source, field, _spec, name) => validateIscsi(source, field, name),
  cinder: (source, field) => [...requireAll(source, field, 'volumeID'), ...secretOf(source, field)],
  fc: validateFc,
  flexVolume: validateFlex,
  azureFile: (source, field) => [
    ...requireAll(source, field, 'secretName', 'shareName'),
    ...(source.secretNamespace === '' ? [requiredValue(`${field}.secretNamespace`)] : []),
  ],
  vsphereVolume: (source, field) => requireAll(source, field, 'volumePath'),
  photonPersistentDisk: (source, field) => requireAll(source, field, 'pdID'),
  portworxVolume: (source, field) => requireAll(source, field, 'volumeID'),
  azureDisk: validateAzureDisk,
  scaleIO: (source, field) => requireAll(source, field, 'gateway', 'system', 'volumeName'),
  local: ({ path }, field, { nodeAffinity }) => [
    ...(path ? validatePathNoBacksteps(path, `${field}.path`) : [requiredValue(`${field}.path`)]),
    ...(nodeAffinity ? [] : [requiredValue('spec.nodeAffinity', 'Local volume requires node affinity')]),
  ],
  storageos: (source, field) => [...validateStorageOs(source, field), ...secretOf(source, field)],
  csi: validateCsi,
};
const ORDER = Object.keys(SOURCES) as SourceName[];
const FIELD_NAMES: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };
const FORBIDDEN_NAMES: Readonly<Record<string, string>> = { cephfs: 'cephFS' };

function validateSource(spec: PersistentVolumeSpec, name: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const each of ORDER) {
    const source = spec[each];
    if (!source) continue;
    if (found && each !== 'flexVolume') errors.push(forbiddenValue(`spec.${FORBIDDEN_NAMES[each] ?? each}`, 'may not specify more than 1 volume type'));
    else errors.push(...(SOURCES[each] as Validate<unknown>)(source, `spec.${FIELD_NAMES[each] ?? each}`, spec, name));
    found = true;
  }
  return found ? errors : [requiredValue('spec', 'must specify a volume type')];
}

function validateCapacity(given: Readonly<Record<string, string>> | undefined): FieldError[] {
  const field = 'spec.capacity';
  const capacity = given ?? {};
  const names = Object.keys(capacity);
  const errors: FieldError[] = names.length ? [] : [requiredValue(field)];
  if (capacity['storage'] === undefined || names.length > 1) errors.push(notSupported(field, internalForm('m quantity', given), ['storage']));
  for (const [name, amount] of Object.entries(capacity)) {
    const at = `${field}[${name}]`;
    const units = unitsOf(quantityOf(amount));
    if (units < 0) errors.push(invalidValue(at, units, 'must be a valid resource quantity'));
    errors.push(...validatePositiveQuantity(amount, at));
  }
  return errors;
}

function validateNodeAffinity(affinity: VolumeNodeAffinity | undefined, old: VolumeNodeAffinity | undefined): FieldError[] {
  if (!affinity) return [];
  const field = 'spec.nodeAffinity.required';
  if (!affinity.required) return [requiredValue(field, 'must specify required node constraints')];
  return validateNodeSelector(affinity.required, hasInvalidTermValue(old?.required?.nodeSelectorTerms), field);
}

/** Volumes whose mounts take options. */
const MOUNTED = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
] as const;
const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options';

const isRoot = (path: string | undefined): boolean => path !== undefined && /^\/+(\.?\/*)*$/.test(path);

export function validatePersistentVolume({ spec, metadata }: PersistentVolume, old?: PersistentVolume): FieldError[] {
  const { accessModes = [], persistentVolumeReclaimPolicy: policy, storageClassName, volumeMode, volumeAttributesClassName: attributes } = spec;
  const errors: FieldError[] = accessModes.length ? [] : [requiredValue('spec.accessModes')];
  errors.push(...validateAccessModes(accessModes, 'spec.accessModes'), ...validateCapacity(spec.capacity));
  if (policy && !RECLAIM_POLICIES.includes(policy)) errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, RECLAIM_POLICIES));
  errors.push(...validateNodeAffinity(spec.nodeAffinity, old?.spec.nodeAffinity), ...validateSource(spec, metadata.name ?? ''));
  if (isRoot(spec.hostPath?.path) && policy === 'Recycle')
    errors.push(forbiddenValue('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"));
  if (storageClassName) errors.push(...validateDnsSubdomainField(storageClassName, 'spec.storageClassName'));
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) errors.push(notSupported('spec.volumeMode', volumeMode, VOLUME_MODES));
  if (attributes !== undefined) {
    const field = 'spec.volumeAttributesClassName';
    errors.push(...(attributes ? validateDnsSubdomainField(attributes, field) : [requiredValue(field, 'an empty string is disallowed')]));
    if (!spec.csi) errors.push(requiredValue('spec.csi', 'has to be specified when using volumeAttributesClassName'));
  }
  if (metadata.annotations?.[MOUNT_OPTIONS] !== undefined && !MOUNTED.some((each) => spec[each]))
    errors.push(forbiddenValue(`metadata.annotations.${MOUNT_OPTIONS}`, 'may not specify mount options for this volume type'));
  return errors;
}

const GA_LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};
/** Older labels may become the newer ones. */
function withGaLabels(old: VolumeNodeAffinity, next: VolumeNodeAffinity | undefined): VolumeNodeAffinity {
  const terms = old.required?.nodeSelectorTerms?.map((term, i) => ({
    ...term,
    matchExpressions: term.matchExpressions?.map((each, j) => {
      const now = next?.required?.nodeSelectorTerms?.[i]?.matchExpressions?.[j]?.key;
      return now !== undefined && GA_LABELS[each.key] === now ? { ...each, key: now } : each;
    }),
  }));
  return { required: { nodeSelectorTerms: terms } } as VolumeNodeAffinity;
}

export function validatePersistentVolumeUpdate(next: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors = validatePersistentVolume(next, old);
  let source = internalForm('PersistentVolumeSource', next.spec);
  if (old.spec.csi && !old.spec.csi.controllerExpandSecretRef && next.spec.csi?.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _added, ...csi } = next.spec.csi;
    source = internalForm('PersistentVolumeSource', { ...next.spec, csi });
  }
  const before = internalForm('PersistentVolumeSource', old.spec);
  if (JSON.stringify(source) !== JSON.stringify(before))
    errors.push(forbiddenValue('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${unifiedDiff(before, source)}`));
  errors.push(...validateUnchanged(next.spec.volumeMode, old.spec.volumeMode, 'volumeMode'));
  const affinity = old.spec.nodeAffinity;
  if (affinity && !sameInternally('p VolumeNodeAffinity', next.spec.nodeAffinity, withGaLabels(affinity, next.spec.nodeAffinity)))
    errors.push(
      invalidValue('nodeAffinity', internalForm('p VolumeNodeAffinity', next.spec.nodeAffinity), `${IMMUTABLE}, except for updating from beta label to GA`),
    );
  if (old.spec.volumeAttributesClassName !== undefined && next.spec.volumeAttributesClassName === undefined)
    errors.push(forbiddenValue('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  return errors;
}
