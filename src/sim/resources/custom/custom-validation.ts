// What is wrong with a custom resource: values, scale, embedded resources, lists, rules. Models apiextensions-apiserver/pkg/registry/customresource/{strategy,validator}.go
import { invalidValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { goText } from '../../../kube/machinery/go-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { Correlation } from './correlation.ts';
import { validateEmbedded } from './embedded.ts';
import { find } from './json-path.ts';
import { validateListTypes } from './list-types.ts';
import { hasRules, validateRules } from './rules.ts';
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
const MAX_REPLICAS = 2 ** 31 - 1;

export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}
interface Custom {
  readonly schema: Schema | undefined;
  readonly scale: ScalePaths | undefined;
}

/** `old` is undefined on creation. */
export function validateCustomResource(object: JsonObject, { schema, scale }: Custom, old?: JsonObject): FieldError[] {
  const errors = schema ? validateValue(object, schema, '', old && new Correlation(object, old, schema)) : [];
  if (scale) errors.push(...validateReplicas(object, scale.specReplicasPath), ...validateScaleStatus(object, scale));
  if (!schema) return errors;
  errors.push(...validateEmbedded(object, schema, '', false));
  if (!old || !validateListTypes(old, schema).length) errors.push(...validateListTypes(object, schema));
  return withRules(errors, object, schema, old);
}

/** Of an update of the status alone: the rest is what it was. */
export function validateCustomStatus(object: JsonObject, { schema, scale }: Custom, old: JsonObject): FieldError[] {
  const status = schema?.properties?.['status'];
  const value = object['status'];
  const errors = status && value !== undefined ? validateValue(value, status, 'status', new Correlation(value, old['status'], status)) : [];
  if (scale) errors.push(...validateScaleStatus(object, scale));
  if (!schema) return errors;
  if (!validateListTypes(old, schema).length) errors.push(...validateListTypes(object, schema));
  return withRules(errors, object, schema, old);
}

function withRules(errors: FieldError[], object: JsonObject, schema: Schema, old: JsonObject | undefined): FieldError[] {
  if (!hasRules(schema)) return errors;
  if (errors.some(({ reason }) => BLOCKING.has(reason))) return [...errors, NOT_CHECKED];
  return [...errors, ...validateRules(object, schema, old).errors];
}

/** What the rules say of parts that are as wrong as they were before. */
export const ruleWarnings = (object: JsonObject, schema: Schema | undefined, old: JsonObject): string[] =>
  schema && hasRules(schema) ? validateRules(object, schema, old).warnings : [];

function validateReplicas(object: JsonObject, path: string): FieldError[] {
  const problem = accessProblem(object, path, 'int64');
  if (problem) return [invalidValue(path, 0, problem)];
  const replicas = find(object, path)[0];
  if (typeof replicas !== 'number') return [];
  if (replicas < 0) return [invalidValue(path, replicas, 'should be a non-negative integer')];
  return replicas > MAX_REPLICAS ? [invalidValue(path, replicas, `should be less than or equal to ${MAX_REPLICAS}`)] : [];
}
function validateScaleStatus(object: JsonObject, { statusReplicasPath, labelSelectorPath }: ScalePaths): FieldError[] {
  const errors = validateReplicas(object, statusReplicasPath);
  const problem = labelSelectorPath ? accessProblem(object, labelSelectorPath, 'string') : undefined;
  return problem === undefined ? errors : [...errors, invalidValue(labelSelectorPath ?? '', '', problem)];
}

/** Why the way to the value is blocked: something on it is no object, or the value is of another type. */
function accessProblem(object: JsonObject, path: string, wanted: 'int64' | 'string'): string | undefined {
  let value: JsonValue | undefined = object;
  const blocked = (found: JsonValue, type: string): string => `${path} accessor error: ${goText(found)} is of the type ${goType(found)}, expected ${type}`;
  for (const name of path.split('.').slice(1)) {
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) return blocked(value, 'map[string]interface{}');
    value = value[name];
  }
  return value === undefined || goType(value) === wanted ? undefined : blocked(value, wanted);
}
const goType = (value: JsonValue): string =>
  Array.isArray(value)
    ? '[]interface {}'
    : value === null
      ? '<nil>'
      : isJsonObject(value)
        ? 'map[string]interface {}'
        : typeof value === 'string'
          ? 'string'
          : typeof value === 'boolean'
            ? 'bool'
            : Number.isInteger(value)
              ? 'int64'
              : 'float64';
