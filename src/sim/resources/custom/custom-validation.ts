// What is wrong with a custom resource: values, lists, scale, rules. Models apiextensions-apiserver/pkg/registry/customresource/{strategy,validator}.go
import { invalidValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { find } from './json-path.ts';
import { validateListTypes } from './list-types.ts';
import { validateRules } from './rules.ts';
import type { Schema } from './schema.ts';
import { validateValue } from './validate-value.ts';

/** After these, rules are not asked: they could not be sure of the types. */
const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const NOT_CHECKED: FieldError = {
  field: '<nil>',
  reason: 'FieldValueInvalid',
  detail: 'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** `old` is undefined on creation. */
export function validateCustomResource(object: JsonObject, schema: Schema | undefined, scale: ScalePaths | undefined, old?: JsonObject): FieldError[] {
  const errors = schema ? [...validateValue(object, schema), ...validateListTypes(object, schema)] : [];
  if (scale) errors.push(...validateScale(object, scale));
  const kept = old ? errors.filter((error) => isNew(error, object, old)) : errors;
  if (!schema) return kept;
  const rules = validateRules(object, schema, old);
  if (!kept.some(({ reason }) => BLOCKING.has(reason))) return [...kept, ...rules];
  return hasRules(schema) ? [...kept, NOT_CHECKED] : kept;
}

const withRules = new WeakMap<Schema, boolean>();
function hasRules(schema: Schema): boolean {
  let found = withRules.get(schema);
  if (found === undefined) withRules.set(schema, (found = JSON.stringify(schema).includes('"x-kubernetes-validations":[{')));
  return found;
}

/** What was wrong before and has not been touched may stay. */
function isNew({ field, reason }: FieldError, object: JsonObject, old: JsonObject): boolean {
  if (field === '<nil>' || field === '') return true;
  const place = reason === 'FieldValueRequired' ? field.replace(/(?:\.[^.[\]]+|\[\d+\])$/, '') : field;
  const at = (value: JsonObject): JsonValue | undefined => find(value, `.${place}`)[0];
  const before = at(old);
  return before === undefined || !jsonEqual(before, at(object));
}

function validateScale(object: JsonObject, { specReplicasPath, statusReplicasPath }: ScalePaths): FieldError[] {
  const errors: FieldError[] = [];
  for (const path of [specReplicasPath, statusReplicasPath]) {
    const problem = accessProblem(object, path);
    if (problem) errors.push(invalidValue(path, 0, problem));
  }
  const replicas = find(object, specReplicasPath)[0];
  if (typeof replicas === 'number' && replicas < 0) errors.push(invalidValue(specReplicasPath, replicas, 'should be a non-negative integer'));
  return errors;
}

/** Why the way to the number is blocked: something on it is no object. */
function accessProblem(object: JsonObject, path: string): string | undefined {
  let value: JsonValue | undefined = object;
  for (const name of path.split('.').slice(1)) {
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) return `${path} accessor error: ${goText(value)} is of the type ${goType(value)}, expected map[string]interface{}`;
    value = value[name];
  }
  return value === undefined || (typeof value === 'number' && Number.isInteger(value))
    ? undefined
    : `${path} accessor error: ${goText(value)} is of the type ${goType(value)}, expected int64`;
}

const goText = (value: JsonValue): string =>
  Array.isArray(value)
    ? `[${value.map((each: JsonValue) => goText(each)).join(' ')}]`
    : value === null
      ? '<nil>'
      : isJsonObject(value)
        ? JSON.stringify(value)
        : String(value);
const goType = (value: JsonValue): string =>
  Array.isArray(value)
    ? '[]interface {}'
    : value === null
      ? '<nil>'
      : typeof value === 'string'
        ? 'string'
        : typeof value === 'boolean'
          ? 'bool'
          : Number.isInteger(value)
            ? 'int64'
            : 'float64';
