// ConfigMap. Models kubernetes/pkg/registry/core/configmap/strategy.go and pkg/apis/core/validation/validation.go
import type { ConfigMap } from '../../../kube/api/core-v1.ts';
import { invalidValue, invalidValues, tooLong, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateConfigMapKey } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { LARGEST_BYTES, validateImmutability } from './validation/secret.ts';

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
  if (total > LARGEST_BYTES) errors.push(tooLong('', LARGEST_BYTES));
  return errors;
}

export const configMaps = defineKind<ConfigMap>('v1', 'configmaps', {
  metadataChecks: ['as changed', 'as new'],
  validate,
  validateUpdate: (next, old) => [...validateImmutability(next, old, ['data', 'binaryData']), ...validate(next)],
  row: (object, { now }) => [object.metadata.name ?? '', Object.keys(object.data ?? {}).length + Object.keys(object.binaryData ?? {}).length, age(object, now)],
});
