// Sources of volumes that pods and persistent volumes share, and those of network file systems. Models kubernetes/pkg/apis/core/validation/validation.go
import type {
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  HostPathVolumeSource,
  ISCSIPersistentVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
  SecretReference,
} from '../../../../kube/api/core-v1.ts';
import { invalidValue, invalidValues, notSupported, requiredValue, tooLong, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain } from '../../../../kube/machinery/names.ts';
import { inclusiveRange, validateDnsLabelField, validateDnsSubdomainField } from '../../validation/rules.ts';
import { validatePathNoBacksteps } from './volume-paths.ts';

export const requireAll = (source: object, field: string, ...names: readonly string[]): FieldError[] =>
  names.filter((each) => isMissing((source as Readonly<Record<string, unknown>>)[each])).map((each) => requiredValue(`${field}.${each}`));
const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];
export function validateHostPath({ path, type }: HostPathVolumeSource, field: string): FieldError[] {
  if (!path) return [requiredValue(`${field}.path`)];
  return [
    ...validatePathNoBacksteps(path, `${field}.path`),
    ...(type !== undefined && !HOST_PATH_TYPES.includes(type) ? [notSupported(`${field}.type`, type, HOST_PATH_TYPES)] : []),
  ];
}

export function validateNfs(source: NFSVolumeSource, field: string): FieldError[] {
  const errors = requireAll(source, field, 'server', 'path');
  if (!source.path?.startsWith('/')) errors.push(invalidValue(`${field}.path`, source.path ?? '', 'must be an absolute path'));
  return errors;
}

const ISCSI_FORMS: readonly (readonly [string, RegExp])[] = [
  ['iqn', /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[A-Za-z0-9]{16}$/],
  ['naa', /^naa.[A-Za-z0-9]{32}$/],
];
function validateIscsiName(name: string, field: string, noForm: string): FieldError[] {
  const form = ISCSI_FORMS.find(([prefix]) => name.startsWith(prefix));
  if (!form) return [invalidValue(field, name, noForm)];
  return form[1].test(name) ? [] : [invalidValue(field, name, 'must be valid format')];
}
const TOO_LONG_PORTAL = 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
export const isLongPortal = (name: string, { initiatorName, targetPortal }: ISCSIVolumeSource | ISCSIPersistentVolumeSource): boolean =>
  initiatorName !== undefined && `${name}:${targetPortal}`.length > 64;
export const longPortal = (field: string, value: string): FieldError => invalidValue(field, value, TOO_LONG_PORTAL);

/** `volume`: the persistent volume's name, where it is one. */
export function validateIscsi(source: ISCSIVolumeSource | ISCSIPersistentVolumeSource, field: string, volume?: string): FieldError[] {
  const { iqn, lun, initiatorName, secretRef } = source;
  const noForm = volume === undefined ? 'must be valid format starting with iqn, eui, or naa' : 'must be valid format';
  const errors = requireAll(source, field, 'targetPortal');
  if (volume !== undefined && isLongPortal(volume, source)) errors.push(longPortal(`${field}.targetportal`, source.targetPortal));
  if (!iqn) errors.push(requiredValue(`${field}.iqn`));
  else errors.push(...validateIscsiName(iqn, `${field}.iqn`, noForm));
  if (lun < 0 || lun > 255) errors.push(invalidValue(`${field}.lun`, lun, inclusiveRange(0, 255)));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !secretRef) errors.push(requiredValue(`${field}.secretRef`));
  if (volume !== undefined && secretRef && !secretRef.name) errors.push(requiredValue(`${field}.secretRef.name`));
  if (initiatorName !== undefined) errors.push(...validateIscsiName(initiatorName, `${field}.initiatorname`, noForm));
  return errors;
}

export function validateFc({ targetWWNs, wwids, lun }: FCVolumeSource, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!targetWWNs?.length && !wwids?.length) errors.push(requiredValue(`${field}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
  if (targetWWNs?.length && wwids?.length)
    errors.push(invalidValue(`${field}.targetWWNs`, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  if (targetWWNs?.length && lun === undefined) errors.push(requiredValue(`${field}.lun`, 'lun is required if targetWWNs is specified'));
  else if (targetWWNs?.length && lun !== undefined && (lun < 0 || lun > 255)) errors.push(invalidValue(`${field}.lun`, lun, inclusiveRange(0, 255)));
  return errors;
}

/** Disks of clouds: an id and a partition. */
export function validateDisk(source: { readonly partition?: number }, id: string, field: string): FieldError[] {
  const errors = requireAll(source, field, id);
  const { partition = 0 } = source;
  if (partition < 0 || partition > 255) errors.push(invalidValue(`${field}.partition`, partition, inclusiveRange(1, 255)));
  return errors;
}

export function validateQuobyte(source: QuobyteVolumeSource, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (!source.registry) errors.push(requiredValue(`${field}.registry`, pairs));
  else if ((source.tenant ?? '').length >= 65) errors.push(requiredValue(`${field}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  else
    for (const pair of source.registry.split(','))
      if (!/^([^:]*|\[.*\]):[^:]*$/.test(pair)) errors.push(invalidValue(`${field}.registry`, source.registry, pairs));
  return [...errors, ...requireAll(source, field, 'volume')];
}

export function validateFlocker({ datasetName, datasetUUID }: FlockerVolumeSource, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!datasetName && !datasetUUID) errors.push(requiredValue(field, 'one of datasetName and datasetUUID is required'));
  if (datasetName && datasetUUID) errors.push(invalidValue(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if (datasetName?.includes('/')) errors.push(invalidValue(`${field}.datasetName`, datasetName, "must not contain '/'"));
  return errors;
}

const CACHING = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
export function validateAzureDisk(source: AzureDiskVolumeSource, field: string): FieldError[] {
  const { cachingMode, kind, diskURI = '' } = source;
  const errors = requireAll(source, field, 'diskName', 'diskURI');
  if (cachingMode !== undefined && !CACHING.includes(cachingMode)) errors.push(notSupported(`${field}.cachingMode`, cachingMode, CACHING));
  if (kind !== undefined && !DISK_KINDS.includes(kind)) errors.push(notSupported(`${field}.kind`, kind, DISK_KINDS));
  if (kind === 'Managed' && !diskURI.startsWith('/subscriptions/'))
    errors.push(notSupported(`${field}.diskURI`, diskURI, ['/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}']));
  if (kind !== undefined && kind !== 'Managed' && !diskURI.startsWith('https://'))
    errors.push(notSupported(`${field}.diskURI`, diskURI, ['https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd']));
  return errors;
}

export function validateFlex(source: { readonly driver?: string; readonly options?: Readonly<Record<string, string>> }, field: string): FieldError[] {
  const errors = requireAll(source, field, 'driver');
  for (const name of Object.keys(source.options ?? {}))
    if (/(^|\.)(kubernetes|k8s)\.io$/.test((name.split('/')[0] ?? '').toLowerCase()))
      errors.push(invalidValue(`${field}.options[${name}]`, name, 'kubernetes.io and k8s.io namespaces are reserved'));
  return errors;
}

interface StorageOs {
  readonly volumeName?: string;
  readonly volumeNamespace?: string;
}
export function validateStorageOs({ volumeName, volumeNamespace }: StorageOs, field: string): FieldError[] {
  return [
    ...(volumeName ? validateDnsLabelField(volumeName, `${field}.volumeName`) : [requiredValue(`${field}.volumeName`)]),
    ...(volumeNamespace ? validateDnsLabelField(volumeNamespace, `${field}.volumeNamespace`) : []),
  ];
}

export function validateCsiDriverName(driver: string | undefined, field: string): FieldError[] {
  if (!driver) return [requiredValue(field)];
  return [...(driver.length > 63 ? [tooLong(field, 63)] : []), ...invalidValues(field, driver, validateDnsSubdomain(driver.toLowerCase()))];
}

/** Name, and namespace where the volume has none of its own. */
export function validateSecretReference({ name, namespace }: SecretReference, field: string): FieldError[] {
  return [
    ...(name ? validateDnsSubdomainField(name, `${field}.name`) : [requiredValue(`${field}.name`)]),
    ...(namespace ? validateDnsLabelField(namespace, `${field}.namespace`) : [requiredValue(`${field}.namespace`)]),
  ];
}
