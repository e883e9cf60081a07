// PodDisruptionBudget.
import type { PodDisruptionBudget } from '../../../kube/api/policy-v1.ts';
import { invalidValue, notSupported, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { age } from '../cells.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { defineKind } from '../descriptor.ts';

const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

function validateCount(value: number | string | undefined, field: string): FieldError[] {
  if (typeof value === 'number') return value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
  if (value === undefined) return [];
  if (!/^[0-9]+%$/.test(value))
    return [
      invalidValue(
        field,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ),
    ];
  return Number.parseInt(value, 10) > 100 ? [invalidValue(field, value, 'must not be greater than 100%')] : [];
}

/** The spec in Go's words. */
const shownSpec = ({ minAvailable, selector, maxUnavailable, unhealthyPodEvictionPolicy }: PodDisruptionBudget['spec']): unknown => ({
  MinAvailable: minAvailable ?? null,
  Selector: selector ?? null,
  MaxUnavailable: maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
});

function validate({ spec }: PodDisruptionBudget): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
    errors.push(invalidValue('spec', shownSpec(spec), 'minAvailable and maxUnavailable cannot be both set'));
  errors.push(
    ...validateCount(spec.minAvailable, 'spec.minAvailable'),
    ...validateCount(spec.maxUnavailable, 'spec.maxUnavailable'),
    ...validateLabelSelector(spec.selector, 'spec.selector'),
  );
  if (spec.unhealthyPodEvictionPolicy && !POLICIES.includes(spec.unhealthyPodEvictionPolicy))
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', spec.unhealthyPodEvictionPolicy, POLICIES));
  return errors;
}

export const podDisruptionBudgets = defineKind<PodDisruptionBudget>('policy/v1', 'poddisruptionbudgets', {
  bareFinalizers: true,
  metadataChecks: [],
  controller: 'disruption-controller',
  generation: true,
  validate,
  validateUpdate: validate,
  subresources: { status: { metadataChecks: [] } },
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.spec.minAvailable !== undefined ? String(object.spec.minAvailable) : 'N/A',
    object.spec.maxUnavailable !== undefined ? String(object.spec.maxUnavailable) : 'N/A',
    object.status.disruptionsAllowed ?? 0,
    age(object, now),
  ],
});
