// ConfigMap.
import type { ConfigMap } from '../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, tooLong, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateConfigMapKey } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

const LARGEST_BYTES = 1024 * 1024;

function validate({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let total = 0;
  for (const [key, value] of Object.entries(data)) {
    errors.push(...invalidValues(`data[${key}]`, key, validateConfigMapKey(key)));
    if (Object.hasOwn(binaryData, key)) errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    total += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.push(...invalidValues(`binaryData[${key}]`, key, validateConfigMapKey(key)));
    total += Buffer.byteLength(value, 'base64');
  }
  if (total > LARGEST_BYTES) errors.push({ ...tooLong('', LARGEST_BYTES), field: '[]' });
  return errors;
}

export const configMaps = defineKind<ConfigMap>('v1', 'configmaps', {
  validate,
  validateUpdate(next, old) {
    const errors: FieldError[] = [];
    if (old.immutable) {
      if (!next.immutable) errors.push(forbiddenValue('immutable', 'field is immutable when `immutable` is set'));
      if (!jsonEqual(next.data ?? {}, old.data ?? {})) errors.push(forbiddenValue('data', 'field is immutable when `immutable` is set'));
      if (!jsonEqual(next.binaryData ?? {}, old.binaryData ?? {})) errors.push(forbiddenValue('binaryData', 'field is immutable when `immutable` is set'));
    }
    return [...errors, ...validate(next)];
  },
  row: (object, { now }) => [object.metadata.name ?? '', Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length, age(object, now)],
});
