// PriorityClass: value and preemption policy never change.
import type { PriorityClass } from '../../../kube/api/scheduling-v1.ts';
import { forbiddenValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

const HIGHEST_FOR_USERS = 1_000_000_000;
const SYSTEM: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 };

export const priorityClasses = defineKind<PriorityClass>('scheduling.k8s.io/v1', 'priorityclasses', {
  defaults(draft) {
    draft.preemptionPolicy ||= 'PreemptLowerPriority';
  },
  generation: true,
  validate({ metadata, value }): FieldError[] {
    const name = metadata.name ?? '';
    if (name.startsWith('system-') && SYSTEM[name] !== value)
      return [
        forbiddenValue(
          'metadata.name',
          `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`,
        ),
      ];
    return value > HIGHEST_FOR_USERS && !Object.hasOwn(SYSTEM, name)
      ? [forbiddenValue('value', `maximum allowed value of a user defined priority is ${HIGHEST_FOR_USERS}`)]
      : [];
  },
  validateUpdate(next, old): FieldError[] {
    const errors: FieldError[] = [];
    if (next.value !== old.value) errors.push(forbiddenValue('value', 'may not be changed in an update.'));
    if (next.preemptionPolicy !== old.preemptionPolicy) errors.push(forbiddenValue('preemptionPolicy', 'may not be changed in an update.'));
    return errors;
  },
  row: (object, { now }) => [object.metadata.name ?? '', object.value, object.globalDefault ?? false, age(object, now), object.preemptionPolicy ?? ''],
});
