// A value checked against its schema, in the words of the OpenAPI validation that upstream uses.
// Models kube-openapi/pkg/validation/validate and apiextensions-apiserver/pkg/apiserver/validation
import { notSupported, requiredValue, shown, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { goRegexp } from '../../../kube/machinery/go-regexp.ts';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { isFormatted } from '../../../kube/machinery/string-formats.ts';
import type { Correlation } from './correlation.ts';
import { childPath, isIntOrString, itemPath, schemaOfItems, schemaOfKey, typeNameOf, type Schema } from './schema.ts';

const error = (field: string, reason: FieldError['reason'], detail: string): FieldError => ({ field, reason, detail });
const invalid = (field: string, value: JsonValue, detail: string): FieldError => error(field, 'FieldValueInvalid', `Invalid value: ${shown(value)}: ${detail}`);
/** Combinations have no place of their own in messages. */
const combined = (detail: string): FieldError => error('<nil>', 'FieldValueInvalid', `Invalid value: "": ${detail}`);

/** All that is wrong, outer things first. `path` is '' for the object itself. What has not changed since `before` may stay wrong. */
export function validateValue(value: JsonValue, schema: Schema, path = '', before?: Correlation): FieldError[] {
  const errors = errorsOf(value, schema, path, before);
  return errors.length && before?.isUnchanged ? [] : errors;
}

function errorsOf(value: JsonValue, schema: Schema, path: string, before: Correlation | undefined): FieldError[] {
  if (value === null && schema.nullable) return [];
  const wrongType = validateType(value, schema, path);
  if (wrongType) return [wrongType];
  return [
    ...validateOwn(value, schema, path),
    ...(Array.isArray(value) ? validateItems(value, schema, path, before) : isJsonObject(value) ? validateProperties(value, schema, path, before) : []),
    ...validateCombinations(value, schema, path),
  ];
}

function validateType(value: JsonValue, schema: Schema, path: string): FieldError | undefined {
  const expected = isIntOrString(schema) ? ['integer', 'string'] : schema.type ? [schema.type] : [];
  const actual = typeNameOf(value);
  if (!expected.length || expected.includes(actual) || (actual === 'integer' && expected.includes('number'))) return undefined;
  return error(path, 'FieldValueTypeInvalid', `Invalid value: "${actual}": ${path} in body must be of type ${expected.join(',')}: "${actual}"`);
}

function validateOwn(value: JsonValue, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.enum && !schema.enum.some((each) => jsonEqual(each, value))) {
    const texts = schema.enum.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
    errors.push(notSupported(path, value, texts));
  }
  if (typeof value === 'string') errors.push(...validateText(value, schema, path));
  else if (typeof value === 'number' || typeof value === 'bigint') errors.push(...validateNumber(value, schema, path));
  return errors;
}

/** The first that is wrong, as upstream. */
function validateText(value: string, { minLength, maxLength, pattern, format }: Schema, path: string): FieldError[] {
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength) return [error(path, 'FieldValueTooLong', `Too long: may not be more than ${maxLength} bytes`)];
  if (minLength !== undefined && length < minLength) return [invalid(path, value, `${path} in body should be at least ${minLength} chars long`)];
  if (pattern !== undefined && !goRegexp(pattern).test(value)) return [invalid(path, value, `${path} in body should match '${pattern}'`)];
  if (format && !isFormatted(format, value))
    return [error(path, 'FieldValueTypeInvalid', `Invalid value: ${shown(value)}: ${path} in body must be of type ${format}: ${JSON.stringify(value)}`)];
  return [];
}

const isMultiple = (value: number | bigint, factor: number): boolean =>
  typeof value === 'bigint' ? value % BigInt(factor) === 0n : Number.isInteger(Number((value / factor).toPrecision(12)));

function validateNumber(value: number | bigint, schema: Schema, path: string): FieldError[] {
  const { multipleOf, maximum, minimum, exclusiveMaximum, exclusiveMinimum } = schema;
  const errors: FieldError[] = [];
  if (multipleOf !== undefined) {
    // Integers are divided as integers.
    const factor = typeof value === 'bigint' || Number.isInteger(value) ? Math.trunc(multipleOf) : multipleOf;
    if (factor <= 0) errors.push(invalid(path, factor, `factor MultipleOf declared for ${path} must be positive: ${factor}`));
    else if (!isMultiple(value, factor)) errors.push(invalid(path, value, `${path} in body should be a multiple of ${factor}`));
  }
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    errors.push(invalid(path, value, `${path} in body should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    errors.push(invalid(path, value, `${path} in body should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`));
  return errors;
}

const items = (count: number): string => `${count} item${count === 1 ? '' : 's'}`;

function validateItems(list: readonly JsonValue[], schema: Schema, path: string, before: Correlation | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const own = schemaOfItems(schema);
  if (own) for (const [i, item] of list.entries()) errors.push(...validateValue(item, own, itemPath(path, i), before?.index(i)));
  if (schema.minItems !== undefined && list.length < schema.minItems)
    errors.push(invalid(path, list.length, `${path} in body should have at least ${schema.minItems} items`));
  if (schema.maxItems !== undefined && list.length > schema.maxItems)
    errors.push(error(path, 'FieldValueTooMany', `Too many: ${list.length}: must have at most ${items(schema.maxItems)}`));
  if (schema.uniqueItems && list.some((item, i) => list.findIndex((each) => jsonEqual(each, item)) !== i))
    errors.push(invalid(path, list, `${path} in body shouldn't contain duplicates`));
  return errors;
}

function validateProperties(value: JsonObject, schema: Schema, path: string, before: Correlation | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const count = Object.keys(value).length;
  if (schema.minProperties !== undefined && count < schema.minProperties)
    errors.push(invalid(path, count, `${path} in body should have at least ${schema.minProperties} properties`));
  if (schema.maxProperties !== undefined && count > schema.maxProperties)
    errors.push(error(path, 'FieldValueTooMany', `Too many: ${count}: must have at most ${items(schema.maxProperties)}`));
  for (const [key, inner] of Object.entries(value)) {
    const own = schemaOfKey(schema, key);
    if (own && inner !== undefined) errors.push(...validateValue(inner, own, childPath(path, key), before?.key(key)));
  }
  for (const name of schema.required ?? []) if (value[name] === undefined) errors.push(requiredValue(childPath(path, name)));
  return errors;
}

function validateCombinations(value: JsonValue, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const results = (schemas: readonly Schema[] | undefined): FieldError[][] => (schemas ?? []).map((each) => validateValue(value, each, path));
  const shownPath = JSON.stringify(path);
  const any = results(schema.anyOf);
  if (any.length && any.every((each) => each.length)) errors.push(combined(`${shownPath} must validate at least one schema (anyOf)`), ...(any[0] ?? []));
  const one = results(schema.oneOf);
  const valid = one.filter((each) => !each.length).length;
  if (one.length && valid !== 1)
    errors.push(
      combined(`${shownPath} must validate one and only one schema (oneOf). Found ${valid ? `${valid} valid alternatives` : 'none valid'}`),
      ...(valid ? [] : (one[0] ?? [])),
    );
  const all = results(schema.allOf).filter((each) => each.length);
  if (all.length) {
    const suffix = schema.allOf && all.length === schema.allOf.length ? '. None validated' : '';
    errors.push(...all.flat(), combined(`${shownPath} must validate all the schemas (allOf)${suffix}`));
  }
  if (schema.not && !validateValue(value, schema.not, path).length) errors.push(combined(`${shownPath} must not validate the schema (not)`));
  return errors;
}
