// RuntimeClass: its handler never changes. Models kubernetes/pkg/apis/node/validation/validation.go
import type { Toleration } from '../../../kube/api/core-v1.ts';
import type { RuntimeClass } from '../../../kube/api/node-v1.ts';
import { duplicateValue, invalidValue, invalidValues, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDnsLabel } from '../../../kube/machinery/names.ts';
import { parseQuantity } from '../../../kube/machinery/quantity.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { validateLabels } from '../validation/labels.ts';
import { IMMUTABLE } from '../validation/rules.ts';

/** A toleration in Go's words. */
const shown = ({ key, operator, value, effect, tolerationSeconds }: Toleration): Record<string, unknown> => ({
  Key: key ?? '',
  Operator: operator ?? '',
  Value: value ?? '',
  Effect: effect ?? '',
  TolerationSeconds: tolerationSeconds ?? null,
});
const identity = ({ key, operator, value, effect }: Toleration): string => JSON.stringify([key, operator, value, effect]);

function validate({ handler, overhead, scheduling }: RuntimeClass): FieldError[] {
  const errors = invalidValues('handler', handler, validateDnsLabel(handler));
  for (const [name, amount] of Object.entries(overhead?.podFixed ?? {}))
    if ((parseQuantity(amount)?.nanos ?? 0n) < 0n) errors.push(invalidValue(`overhead.limits[${name}]`, amount, 'must be greater than or equal to 0'));
  errors.push(...validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'));
  const tolerations = scheduling?.tolerations ?? [];
  for (const [i, each] of tolerations.entries())
    if (tolerations.findIndex((other) => identity(other) === identity(each)) < i) errors.push(duplicateValue(`scheduling.tolerations[${i}]`, shown(each)));
  return errors;
}

export const runtimeClasses = defineKind<RuntimeClass>('node.k8s.io/v1', 'runtimeclasses', {
  bareFinalizers: true,
  metadataChecks: ['as new', 'as changed'],
  validate,
  validateUpdate: (object, old) => (object.handler === old.handler ? [] : [invalidValue('handler', object.handler, IMMUTABLE)]),
  row: (object, { now }) => [object.metadata.name ?? '', object.handler, age(object, now)],
});
