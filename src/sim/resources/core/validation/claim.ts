// Specs of persistent volume claims: on their own, in pods and in stateful sets. Models kubernetes/pkg/apis/core/validation/validation.go
import type { PersistentVolumeClaimSpec, TypedObjectReference } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateLabelSelector, type SelectorOptions } from '../../validation/labels.ts';
import { validateDnsLabelField, validateDnsSubdomainField } from '../../validation/rules.ts';
import { validatePositiveQuantity, validateResourceQuantity } from './resources.ts';

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

export interface ClaimOptions extends SelectorOptions {
  /** True where an older claim refers to something of an API group already. */
  readonly allowInvalidApiGroup?: boolean;
}

export function validateAccessModes(modes: readonly string[], field: string): FieldError[] {
  const errors = modes.filter((each) => !ACCESS_MODES.includes(each)).map((each) => notSupported(field, each, ACCESS_MODES));
  if (modes.includes('ReadWriteOncePod') && modes.some((each) => each !== 'ReadWriteOncePod' && ACCESS_MODES.includes(each)))
    errors.push(forbiddenValue(field, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}

function validateDataSource(
  { name, kind, apiGroup, namespace }: TypedObjectReference,
  field: string,
  { allowInvalidApiGroup = false }: ClaimOptions,
): FieldError[] {
  const errors: FieldError[] = [...(name ? [] : [requiredValue(`${field}.name`)]), ...(kind ? [] : [requiredValue(`${field}.kind`)])];
  if (!apiGroup && kind !== 'PersistentVolumeClaim')
    errors.push(invalidValue(field, kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  if (apiGroup && !allowInvalidApiGroup) errors.push(...validateDnsSubdomainField(apiGroup, `${field}.apiGroup`));
  if (namespace) errors.push(...validateDnsLabelField(namespace, `${field}.namespace`));
  return errors;
}

export function validateClaimSpec(spec: PersistentVolumeClaimSpec, field: string, options: ClaimOptions = {}): FieldError[] {
  const { accessModes = [], storageClassName, volumeMode, dataSource, dataSourceRef, volumeAttributesClassName } = spec;
  const errors: FieldError[] = [];
  if (!accessModes.length) errors.push(requiredValue(`${field}.accessModes`, 'at least 1 access mode is required'));
  errors.push(...validateLabelSelector(spec.selector, `${field}.selector`, options), ...validateAccessModes(accessModes, `${field}.accessModes`));
  const storage = spec.resources?.requests?.['storage'];
  const at = `${field}.resources[storage]`;
  if (storage === undefined) errors.push(requiredValue(at));
  else {
    const wrong = validatePositiveQuantity(storage, at);
    errors.push(...(wrong.length ? wrong : validateResourceQuantity('storage', storage, at)));
  }
  if (storageClassName) errors.push(...validateDnsSubdomainField(storageClassName, `${field}.storageClassName`));
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) errors.push(notSupported(`${field}.volumeMode`, volumeMode, VOLUME_MODES));
  if (dataSource) errors.push(...validateDataSource(dataSource, `${field}.dataSource`, options));
  if (dataSourceRef) errors.push(...validateDataSource(dataSourceRef, `${field}.dataSourceRef`, options));
  // Upstream shows the path it means as a value of Go.
  if (dataSourceRef?.namespace && dataSource) errors.push(invalidValue(field, {}, 'may not be specified when dataSourceRef.namespace is specified'));
  else if (dataSource && dataSourceRef && !sameSource(dataSource, dataSourceRef)) errors.push(invalidValue(field, {}, 'must match dataSourceRef'));
  if (volumeAttributesClassName) errors.push(...validateDnsSubdomainField(volumeAttributesClassName, `${field}.volumeAttributesClassName`));
  return errors;
}

const sameSource = (a: TypedObjectReference, b: TypedObjectReference): boolean => a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;
