// What of a claim may change: its size and class of attributes, once it is bound. Models kubernetes/pkg/apis/core/validation/validation.go
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateLabelKey } from '../../../../kube/machinery/names.ts';
import { compareQuantity, quantityOf, unitsOf } from '../../../../kube/machinery/quantity.ts';
import { CLASS_ANNOTATION } from '../access-modes.ts';
import { unifiedDiff } from '../../validation/diff.ts';
import { internalForm, sameInternally } from '../../validation/internal-form.ts';
import { hasInvalidLabelValue } from '../../validation/labels.ts';
import { IMMUTABLE, validateUnchanged } from '../../validation/rules.ts';
import { validateClaimSpec, type ClaimOptions } from './claim.ts';
import { isNativeName } from './resource-names.ts';
import { validateResourceQuantity } from './resources.ts';

export function claimOptionsOf(old: PersistentVolumeClaim): ClaimOptions {
  return {
    allowInvalidValues: hasInvalidLabelValue(old.spec.selector),
    allowInvalidApiGroup: old.spec.dataSource?.apiGroup !== undefined || old.spec.dataSourceRef?.apiGroup !== undefined,
  };
}

const storageOf = (claim: PersistentVolumeClaim): string | undefined => claim.spec.resources?.requests?.['storage'];

/** The new spec with what may change put back. */
function withoutChangeable(next: PersistentVolumeClaim, old: PersistentVolumeClaim, classMayChange: boolean): PersistentVolumeClaimSpec {
  const bound = next.status.phase === 'Bound';
  const { resources, ...spec } = next.spec;
  const requests = bound && resources?.requests ? { ...resources.requests, storage: storageOf(old) } : resources?.requests;
  return {
    ...spec,
    ...(resources ? { resources: { ...resources, requests } } : {}),
    ...(classMayChange ? { storageClassName: old.spec.storageClassName } : {}),
    ...(bound ? { volumeAttributesClassName: old.spec.volumeAttributesClassName } : {}),
  } as PersistentVolumeClaimSpec;
}

export function validateClaimUpdate(next: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors = validateClaimSpec(next.spec, 'spec', claimOptionsOf(old));
  const annotation = next.metadata.annotations?.[CLASS_ANNOTATION];
  const oldAnnotation = old.metadata.annotations?.[CLASS_ANNOTATION];
  const [name, oldName] = [next.spec.storageClassName, old.spec.storageClassName];
  // The annotation may become the field of the same name.
  const fromAnnotation =
    oldAnnotation !== undefined && oldName === undefined && name === oldAnnotation && (annotation === undefined || annotation === oldAnnotation);
  if (!fromAnnotation && annotation !== oldAnnotation) errors.push(invalidValue(`metadata.annotations.${CLASS_ANNOTATION}`, annotation ?? '', IMMUTABLE));
  const fromNothing = name !== undefined && oldName === undefined && (oldAnnotation === undefined || name === oldAnnotation);
  const munged = withoutChangeable(next, old, fromAnnotation || fromNothing);
  const before = old.spec.volumeName ? old.spec : ({ ...old.spec, volumeName: next.spec.volumeName } as PersistentVolumeClaimSpec);
  if (!sameInternally('PersistentVolumeClaimSpec', munged, before))
    errors.push(
      forbiddenValue(
        'spec',
        `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${unifiedDiff(internalForm('PersistentVolumeClaimSpec', before), internalForm('PersistentVolumeClaimSpec', munged))}`,
      ),
    );
  const size = quantityOf(storageOf(next));
  if (compareQuantity(size, quantityOf(storageOf(old))) < 0 && compareQuantity(size, quantityOf(old.status.capacity?.['storage'])) <= 0)
    errors.push(forbiddenValue('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  errors.push(...validateUnchanged(next.spec.volumeMode, old.spec.volumeMode, 'volumeMode'));
  const attributes = next.spec.volumeAttributesClassName;
  if (old.status.currentVolumeAttributesClassName !== undefined && attributes !== old.spec.volumeAttributesClassName && !attributes)
    errors.push(
      forbiddenValue(
        'spec.volumeAttributesClassName',
        `update to ${attributes === undefined ? 'nil' : 'empty string'} is forbidden when status.currentVolumeAttributesClassName is not nil`,
      ),
    );
  return errors;
}

const RESIZE_STATES = ['ControllerResizeInProgress', 'ControllerResizeInfeasible', 'NodeResizeInProgress', 'NodeResizeInfeasible', 'NodeResizePending'].sort();

function validateResourceKey(name: string, field: string): FieldError[] {
  const errors = invalidValues(field, name, validateLabelKey(name));
  return errors.length || !isNativeName(name) || name === 'storage' ? errors : [notSupported(field, name, ['storage'])];
}
function validateAmount(amount: string, field: string): FieldError[] {
  const units = unitsOf(quantityOf(amount));
  return units < 0 ? [invalidValue(field, units, 'must be a valid resource quantity')] : [];
}

export function validateClaimStatusUpdate({ spec, status }: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = spec.accessModes?.length ? [] : [requiredValue('Spec.accessModes')];
  for (const [name, amount] of Object.entries(status.capacity ?? {})) errors.push(...validateAmount(amount, `status.capacity[${name}]`));
  for (const [name, state] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    errors.push(...validateResourceKey(name, 'status.allocatedResourceStatuses'));
    if (!RESIZE_STATES.includes(state)) errors.push(notSupported('status.allocatedResourceStatuses', name, RESIZE_STATES));
  }
  for (const [name, amount] of Object.entries(status.allocatedResources ?? {})) {
    const wrong = validateResourceKey(name, 'status.allocatedResources');
    const at = `status.allocatedResources[${name}]`;
    if (wrong.length) errors.push(...wrong);
    else errors.push(...(validateAmount(amount, at).length ? validateAmount(amount, at) : validateResourceQuantity('storage', amount, at)));
  }
  return errors;
}
