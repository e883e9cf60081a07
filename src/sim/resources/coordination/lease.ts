// Lease. Models kubernetes/pkg/apis/coordination/validation/validation.go
import type { Lease } from '../../../kube/api/coordination-v1.ts';
import { invalidValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { age } from '../cells.ts';
import { defineKind, type Mutable } from '../descriptor.ts';

function validate({ spec }: Lease): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec ?? {};
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds <= 0) errors.push(invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
  if (transitions !== undefined && transitions < 0) errors.push(invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  return errors;
}

/** Coordinated leader election is switched off, as it is by default. */
function dropStrategy({ spec }: Mutable<Lease>): void {
  delete spec?.strategy;
  delete spec?.preferredHolder;
}

export const leases = defineKind<Lease>('coordination.k8s.io/v1', 'leases', {
  bareFinalizers: true,
  createOnUpdate: true,
  unconditionalUpdate: false,
  prepareForCreate: (draft) => dropStrategy(draft),
  prepareForUpdate: (draft) => dropStrategy(draft),
  validate,
  validateUpdate: validate,
  row: (object, { now }) => [object.metadata.name ?? '', object.spec.holderIdentity ?? '', age(object, now)],
});
