// Volumes of pods. Models kubernetes/pkg/apis/core/validation/validation.go
import type { CSIVolumeSource, ConfigMapVolumeSource, EphemeralVolumeSource, SecretVolumeSource, Volume } from '../../../../kube/api/core-v1.ts';
import type { ObjectMeta } from '../../../../kube/api/meta-v1.ts';
import { duplicateValue, forbiddenValue, invalidValue, invalidValues, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain } from '../../../../kube/machinery/names.ts';
import { quantityOf } from '../../../../kube/machinery/quantity.ts';
import { validateAnnotations, validateLabels } from '../../validation/labels.ts';
import { validateDnsLabelField } from '../../validation/rules.ts';
import { validateClaimSpec } from './claim.ts';
import { validateDownwardApiFiles, validateProjected } from './projected.ts';
import { validatePullPolicy } from './pull-policy.ts';
import {
  isLongPortal,
  longPortal,
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
  validateStorageOs,
} from './volume-sources.ts';
import { validateFileMode, validateItems, validateLocalDescendingPath } from './volume-paths.ts';

export type PodMeta = Pick<ObjectMeta, 'name' | 'annotations'>;

export interface VolumeOptions {
  /** Of a pod, not of a template. */
  readonly isPod: boolean;
}

function validateSecretSource({ secretName, defaultMode, items }: SecretVolumeSource, field: string): FieldError[] {
  return [
    ...(secretName ? [] : [requiredValue(`${field}.secretName`)]),
    ...validateFileMode(defaultMode, `${field}.defaultMode`),
    ...validateItems(items, `${field}.items`),
  ];
}
function validateConfigMapSource({ name, defaultMode, items }: ConfigMapVolumeSource, field: string): FieldError[] {
  return [
    ...(name ? [] : [requiredValue(`${field}.name`)]),
    ...validateFileMode(defaultMode, `${field}.defaultMode`),
    ...validateItems(items, `${field}.items`),
  ];
}

function validateCsi({ driver, nodePublishSecretRef }: CSIVolumeSource, field: string): FieldError[] {
  const errors = validateCsiDriverName(driver, `${field}.driver`);
  if (!nodePublishSecretRef) return errors;
  const { name } = nodePublishSecretRef;
  return [...errors, ...(name ? invalidValues(`${field}.name`, name, validateDnsSubdomain(name)) : [requiredValue(`${field}.nodePublishSecretRef.name`)])];
}

const CLAIM_META: ReadonlySet<string> = new Set(['annotations', 'labels', 'creationTimestamp']);
function validateEphemeral({ volumeClaimTemplate }: EphemeralVolumeSource, field: string): FieldError[] {
  const at = `${field}.volumeClaimTemplate`;
  if (!volumeClaimTemplate) return [requiredValue(at)];
  const { metadata = {}, spec } = volumeClaimTemplate;
  return [
    ...validateAnnotations(metadata.annotations, `${at}.metadata.annotations`),
    ...validateLabels(metadata.labels, `${at}.metadata.labels`),
    ...Object.keys(metadata)
      .filter((each) => !CLAIM_META.has(each))
      .map((each) => forbiddenValue(`${at}.metadata.${each}`, 'cannot be set')),
    ...validateClaimSpec(spec, `${at}.spec`),
  ];
}

/** Where the message names a field of its own. */
const FIELD_NAMES: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };
const FORBIDDEN_NAMES: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

type Validate<T> = (source: T, field: string, volume: Volume, meta: PodMeta | undefined, options: VolumeOptions) => FieldError[];
type Sources = { readonly [K in Exclude<keyof Volume, 'name'>]-?: Validate<NonNullable<Volume[K]>> };

/** In upstream's order. */
const SOURCES: Sources = {
  emptyDir: ({ sizeLimit }, field) =>
    sizeLimit !== undefined && quantityOf(sizeLimit).nanos < 0n
      ? [forbiddenValue(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  hostPath: validateHostPath,
  gitRepo: (source, field) => [...requireAll(source, field, 'repository'), ...validateLocalDescendingPath(source.directory ?? '', `${field}.directory`)],
  gcePersistentDisk: (source, field) => validateDisk(source, 'pdName', field),
  awsElasticBlockStore: (source, field) => validateDisk(source, 'volumeID', field),
  secret: validateSecretSource,
  nfs: validateNfs,
  iscsi: (source, field) => validateIscsi(source, field),
  glusterfs: (source, field) => requireAll(source, field, 'endpoints', 'path'),
  flocker: validateFlocker,
  persistentVolumeClaim: (source, field) => requireAll(source, field, 'claimName'),
  rbd: (source, field) => requireAll(source, field, 'monitors', 'image'),
  cinder: (source, field) => [
    ...requireAll(source, field, 'volumeID'),
    ...(source.secretRef ? requireAll(source.secretRef, `${field}.secretRef`, 'name') : []),
  ],
  cephfs: (source, field) => requireAll(source, field, 'monitors'),
  quobyte: validateQuobyte,
  downwardAPI: (source, field) => [...validateFileMode(source.defaultMode, `${field}.defaultMode`), ...validateDownwardApiFiles(source.items, field)],
  fc: validateFc,
  flexVolume: validateFlex,
  configMap: validateConfigMapSource,
  azureFile: (source, field) => requireAll(source, field, 'secretName', 'shareName'),
  vsphereVolume: (source, field) => requireAll(source, field, 'volumePath'),
  photonPersistentDisk: (source, field) => requireAll(source, field, 'pdID'),
  portworxVolume: (source, field) => requireAll(source, field, 'volumeID'),
  azureDisk: validateAzureDisk,
  storageos: (source, field) => [...validateStorageOs(source, field), ...(source.secretRef ? requireAll(source.secretRef, `${field}.secretRef`, 'name') : [])],
  projected: validateProjected,
  scaleIO: (source, field) => requireAll(source, field, 'gateway', 'system', 'volumeName'),
  csi: validateCsi,
  ephemeral(source, field, { name }, meta) {
    const errors = validateEphemeral(source, field);
    if (!meta?.name || !name) return errors;
    const claim = `${meta.name}-${name}`;
    const at = field.slice(0, -'.ephemeral'.length);
    return [...errors, ...validateDnsSubdomain(claim).map((each) => invalidValue(`${at}.name`, name, `PVC name ${JSON.stringify(claim)}: ${each}`))];
  },
  image: ({ reference, pullPolicy }, field, _volume, _meta, { isPod }) => [
    ...(isPod && !reference ? [requiredValue(`${field}.reference`)] : []),
    ...validatePullPolicy(pullPolicy, `${field}.pullPolicy`),
  ],
};
const ORDER = Object.keys(SOURCES) as (keyof Sources)[];

function validateVolumeSource(volume: Volume, field: string, meta: PodMeta | undefined, options: VolumeOptions): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const name of ORDER) {
    const source = volume[name];
    if (!source) continue;
    if (found) errors.push(forbiddenValue(`${field}.${FORBIDDEN_NAMES[name] ?? name}`, 'may not specify more than 1 volume type'));
    else errors.push(...(SOURCES[name] as Validate<unknown>)(source, `${field}.${FIELD_NAMES[name] ?? name}`, volume, meta, options));
    if (name === 'iscsi' && volume.iscsi && isLongPortal(volume.name, volume.iscsi)) errors.push(longPortal(`${field}.name`, volume.name));
    found = true;
  }
  if (!found) errors.push(requiredValue(field, 'must specify a volume type'));
  return errors;
}

export interface ValidatedVolumes {
  /** Those without errors, by name. */
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly errors: FieldError[];
}

export function validateVolumes(volumes: readonly Volume[], meta: PodMeta | undefined, field: string, options: VolumeOptions): ValidatedVolumes {
  const good = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const created = new Set(meta?.name ? volumes.filter((each) => each.ephemeral).map((each) => `${meta.name ?? ''}-${each.name}`) : []);
  for (const [i, volume] of volumes.entries()) {
    const at = `${field}[${i}]`;
    const own = validateVolumeSource(volume, at, meta, options);
    if (!volume.name) own.push(requiredValue(`${at}.name`));
    else own.push(...validateDnsLabelField(volume.name, `${at}.name`));
    if (good.has(volume.name)) own.push(duplicateValue(`${at}.name`, volume.name));
    if (own.length === 0) good.set(volume.name, volume);
    else errors.push(...own);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined && created.has(claim))
      errors.push(invalidValue(`${at}.persistentVolumeClaim.claimName`, claim, 'must not reference a PVC that gets created for an ephemeral volume'));
  }
  return { volumes: good, errors };
}
