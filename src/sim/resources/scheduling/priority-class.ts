// PriorityClass: value and preemption policy never change. Models kubernetes/pkg/apis/scheduling/{v1/helpers.go,validation/validation.go}
import type { PriorityClass } from '../../../kube/api/scheduling-v1.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { IMMUTABLE } from '../validation/rules.ts';

const HIGHEST_FOR_USERS = 1_000_000_000;
const SYSTEM: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 };
const POLICIES = ['Never', 'PreemptLowerPriority'];

/** Why a class is none of the system's own. */
function unlikeSystem({ metadata: { name = '' }, value, globalDefault = false }: PriorityClass): string | undefined {
  const own = SYSTEM[name];
  if (own === undefined) return `${name} is not a known system priority class`;
  if (value !== own) return `value of ${name} PriorityClass must be ${own}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function validate(object: PriorityClass): FieldError[] {
  const { metadata, value } = object;
  const preemptionPolicy: string | undefined = object.preemptionPolicy;
  const errors: FieldError[] = [];
  if (metadata.name?.startsWith('system-')) {
    const why = unlikeSystem(object);
    if (why) errors.push(forbiddenValue('metadata.name', `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`));
  } else if (value > HIGHEST_FOR_USERS) errors.push(forbiddenValue('value', `maximum allowed value of a user defined priority is ${HIGHEST_FOR_USERS}`));
  if (preemptionPolicy === '') errors.push(requiredValue('preemptionPolicy'));
  else if (preemptionPolicy !== undefined && !POLICIES.includes(preemptionPolicy))
    errors.push(notSupported('preemptionPolicy', preemptionPolicy, ['PreemptLowerPriority', 'Never']));
  return errors;
}

export const priorityClasses = defineKind<PriorityClass>('scheduling.k8s.io/v1', 'priorityclasses', {
  defaults(draft) {
    draft.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  // Counted once and for all.
  prepareForCreate(draft) {
    draft.metadata.generation = 1;
  },
  validate,
  validateUpdate: (next, old): FieldError[] => [
    ...(next.value === old.value ? [] : [forbiddenValue('value', 'may not be changed in an update.')]),
    ...(next.preemptionPolicy === old.preemptionPolicy ? [] : [invalidValue('preemptionPolicy', next.preemptionPolicy, IMMUTABLE)]),
  ],
  row: (object, { now }) => [object.metadata.name ?? '', object.value, object.globalDefault ?? false, age(object, now), object.preemptionPolicy ?? ''],
});
