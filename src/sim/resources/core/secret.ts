// Secret: `stringData` becomes data, the type never changes.
import type { Secret } from '../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, requiredValue, tooLong, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateConfigMapKey } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

const LARGEST_BYTES = 1024 * 1024;
/** Keys that a type demands. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

function validate({ data = {}, type, metadata }: Secret): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of Object.keys(data)) errors.push(...invalidValues(`data[${key}]`, key, validateConfigMapKey(key)));
  if (Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0) > LARGEST_BYTES) errors.push(tooLong('data', LARGEST_BYTES));
  for (const key of REQUIRED_KEYS[type ?? ''] ?? []) if (data[key] === undefined) errors.push(requiredValue(`data[${key}]`));
  if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.['kubernetes.io/service-account.name'])
    errors.push(requiredValue('metadata.annotations[kubernetes.io/service-account.name]'));
  return errors;
}

export const secrets = defineKind<Secret>('v1', 'secrets', {
  defaults(draft) {
    draft.type ||= 'Opaque';
    if (!draft.stringData) return;
    draft.data = { ...draft.data, ...Object.fromEntries(Object.entries(draft.stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')])) };
    delete draft.stringData;
  },
  prepareForUpdate(draft, old) {
    if (!draft.type && old.type) draft.type = old.type;
  },
  validate,
  validateUpdate(next, old) {
    const errors: FieldError[] = [];
    if (next.type !== old.type) errors.push(invalidValue('type', next.type ?? '', 'field is immutable'));
    if (old.immutable) {
      if (!next.immutable) errors.push(forbiddenValue('immutable', 'field is immutable when `immutable` is set'));
      if (!jsonEqual(next.data ?? {}, old.data ?? {})) errors.push(forbiddenValue('data', 'field is immutable when `immutable` is set'));
    }
    return [...errors, ...validate(next)];
  },
  selectableFields: { type: ({ type }) => type ?? '' },
  row: (object, { now }) => [object.metadata.name ?? '', object.type ?? '', Object.keys(object.data ?? {}).length, age(object, now)],
});
