// Counts of replicas in status. Models kubernetes/pkg/apis/core/validation/validation.go and pkg/apis/apps/validation/validation.go
import { invalidValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateNonnegative } from '../../validation/rules.ts';

export interface ReplicaCounts {
  readonly replicas?: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly observedGeneration?: number;
  readonly terminatingReplicas?: number;
}

const NOT_NEGATIVE = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration', 'terminatingReplicas'] as const;

/** Counts that may not exceed all replicas, and the ready ones. */
export function validateCounts(counts: ReplicaCounts & Readonly<Record<string, unknown>>, names: readonly string[], readyField: string): FieldError[] {
  const all = counts.replicas ?? 0;
  const errors = names
    .filter((each) => ((counts[each] as number | undefined) ?? 0) > all)
    .map((each) => invalidValue(`status.${each}`, counts[each] ?? 0, 'cannot be greater than status.replicas'));
  const available = counts.availableReplicas ?? 0;
  if (available > (counts.readyReplicas ?? 0)) errors.push(invalidValue('status.availableReplicas', available, `cannot be greater than ${readyField}`));
  return errors;
}

export function validateReplicaStatus(status: ReplicaCounts): FieldError[] {
  return [
    ...NOT_NEGATIVE.flatMap((each) => validateNonnegative(status[each], `status.${each}`)),
    ...validateCounts(status as ReplicaCounts & Record<string, unknown>, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'], 'readyReplicas'),
  ];
}
