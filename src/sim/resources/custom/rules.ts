// x-kubernetes-validations: rules in CEL on values of a custom resource, with what they say when they do not hold.
// Models apiextensions-apiserver/pkg/apiserver/schema/cel
import { Environment } from '@marcbachmann/cel-js';
import type { ValidationRule } from '../../../kube/api/apiextensions-v1.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { FieldError } from '../../../kube/machinery/field-errors.ts';
import { isJsonObject, jsonEqual, type JsonValue } from '../../../kube/machinery/json.ts';
import { celValue } from './cel-values.ts';
import { kubernetesLibrary } from './cel-library.ts';
import { keyOfItem } from './list-types.ts';
import { childPath, itemPath, schemaOfItems, schemaOfKey, type Schema } from './schema.ts';

const REASONS: Readonly<Record<string, readonly [FieldError['reason'], string]>> = {
  FieldValueInvalid: ['FieldValueInvalid', 'Invalid value'],
  FieldValueForbidden: ['FieldValueForbidden', 'Forbidden'],
  FieldValueRequired: ['FieldValueRequired', 'Required value'],
  FieldValueDuplicate: ['FieldValueDuplicate', 'Duplicate value'],
};

const environment = new Environment({ homogeneousAggregateLiterals: false, unlistedVariablesAreDyn: true });
kubernetesLibrary(environment);

type Program = ReturnType<Environment['parse']>;
const programs = new Map<string, Program>();
function programOf(expression: string): Program {
  let program = programs.get(expression);
  if (!program) programs.set(expression, (program = environment.parse(expression)));
  return program;
}

/** Why a rule cannot be read, in one line; undefined when it can. */
export function ruleProblem(expression: string): string | undefined {
  try {
    programOf(expression);
    return undefined;
  } catch (error) {
    return messageOf(error).split('\n')[0];
  }
}

/** Whether a rule is about a change: it is asked of updates only. */
export const isTransitionRule = ({ rule }: ValidationRule): boolean => /\boldSelf\b/.test(rule);

interface Place {
  readonly path: string;
  readonly value: JsonValue;
  readonly schema: Schema;
  /** Undefined where there was none, or where it cannot be told which it was. */
  readonly old: JsonValue | undefined;
}

/** What the rules have against the object; `old` is undefined on creation. */
export function validateRules(value: JsonValue, schema: Schema, old: JsonValue | undefined): FieldError[] {
  return validatePlace({ path: '', value, schema, old });
}

function validatePlace(place: Place): FieldError[] {
  const { value, schema, old, path } = place;
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) => validateRule(rule, place));
  if (Array.isArray(value)) {
    const items = schemaOfItems(schema);
    if (!items) return own;
    return [
      ...own,
      ...value.flatMap((item: JsonValue, i) => validatePlace({ path: itemPath(path, i), value: item, schema: items, old: oldItem(item, schema, old) })),
    ];
  }
  if (!isJsonObject(value)) return own;
  const inner = Object.entries(value).flatMap(([key, each]) => {
    const known = schemaOfKey(schema, key);
    if (!known || each === undefined) return [];
    return validatePlace({ path: childPath(path, key), value: each, schema: known, old: isJsonObject(old) ? old[key] : undefined });
  });
  return [...own, ...inner];
}

/** Items of lists by key are the same as before when their keys are. */
function oldItem(item: JsonValue, schema: Schema, old: JsonValue | undefined): JsonValue | undefined {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return undefined;
  const key = keyOfItem(item, schema);
  return old.find((each: JsonValue) => jsonEqual(keyOfItem(each, schema), key));
}

function validateRule(rule: ValidationRule, place: Place): FieldError[] {
  const { value, schema, old } = place;
  if (isTransitionRule(rule) && old === undefined && !rule.optionalOldSelf) return [];
  const variables = { self: celValue(value, schema), ...(old === undefined ? {} : { oldSelf: celValue(old, schema) }) };
  try {
    if (programOf(rule.rule)(variables) === true) return [];
  } catch (error) {
    return [failure(rule, place, `rule evaluation error: ${ruleError(error)}`)];
  }
  return [failure(rule, place, messageFor(rule, variables))];
}

const ruleError = (error: unknown): string => (messageOf(error).split('\n')[0] ?? '').replace(/^No such key: (.*)$/, 'no such key: $1');

function messageFor({ rule, message, messageExpression }: ValidationRule, variables: Record<string, unknown>): string {
  if (messageExpression) {
    try {
      const text: unknown = programOf(messageExpression)(variables);
      if (typeof text === 'string' && text.trim() && !text.includes('\n')) return text;
    } catch {
      // As upstream: the message below takes its place.
    }
  }
  return message || `failed rule: ${rule.trim()}`;
}

function failure({ reason = 'FieldValueInvalid', fieldPath = '' }: ValidationRule, { path }: Place, message: string): FieldError {
  const [type, label] = REASONS[reason] ?? ['FieldValueInvalid', 'Invalid value'];
  const field = fieldPath ? (path ? `${path}${fieldPath}` : fieldPath.replace(/^\./, '')) : path;
  return { field: field === '' ? '<nil>' : field, reason: type, detail: `${label}: ${message}` };
}
