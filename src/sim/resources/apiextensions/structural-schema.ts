// Schemas of custom resources are structural: each value has one type, said outside of combinations.
// Models apiextensions-apiserver/pkg/apiserver/schema/validation.go
import { forbiddenValue, invalidValue, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { goRegexp, RegexpProblem } from '../../../kube/machinery/go-regexp.ts';
import { isJsonObject, jsonEqual } from '../../../kube/machinery/json.ts';
import { isEmbeddedResource, isIntOrString, keepsUnknownFields, schemaOfItems, type Schema } from '../custom/schema.ts';

type Level = 'root' | 'item' | 'field';
const UNTYPED: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** In the order of their texts, as upstream sorts them. */
export function structuralErrors(schema: Schema, path: string): FieldError[] {
  const errors = [...invariants(schema, 'root', path), ...completeness(schema, path)];
  const text = ({ field, detail }: FieldError): string => `${field}: ${detail}`;
  return errors.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

const valuesOf = ({ additionalProperties }: Schema): Schema | undefined => (isJsonObject(additionalProperties) ? (additionalProperties as Schema) : undefined);
const hasValues = ({ additionalProperties }: Schema): boolean => additionalProperties !== undefined && additionalProperties !== null;

function invariants(schema: Schema, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const items = schemaOfItems(schema);
  const values = valuesOf(schema);
  if (schema.type === 'array' && !items) errors.push(requiredValue(`${path}.items`, 'must be specified'));
  if (items) errors.push(...invariants(items, 'item', `${path}.items`));
  for (const [name, each] of Object.entries(schema.properties ?? {})) errors.push(...invariants(each, 'field', `${path}.properties[${name}]`));
  if (hasValues(schema) && level === 'root') errors.push(forbiddenValue(`${path}.additionalProperties`, 'must not be used at the root'));
  if (values) errors.push(...invariants(values, 'field', `${path}.additionalProperties`));
  if (isIntOrString(schema) && keepsUnknownFields(schema))
    errors.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, true, 'must be false if x-kubernetes-int-or-string is true'));
  if (isIntOrString(schema) && isEmbeddedResource(schema))
    errors.push(invalidValue(`${path}.x-kubernetes-embedded-resource`, true, 'must be false if x-kubernetes-int-or-string is true'));
  errors.push(...combinations(schema, path, isIntOrStringChoice(schema.anyOf), isIntOrStringChoice(schema.allOf?.[0]?.anyOf)));
  errors.push(...typeErrors(schema, level, path), ...metadataErrors(schema, level, path));
  return errors;
}

function typeErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const isEmbedded = isEmbeddedResource(schema);
  if (isEmbedded && schema.type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(schema.type ? invalidValue(`${path}.type`, schema.type, why) : requiredValue(`${path}.type`, why));
  } else if (!schema.type && !isIntOrString(schema) && !keepsUnknownFields(schema)) errors.push(requiredValue(`${path}.type`, UNTYPED[level]));
  if (isEmbedded && hasValues(schema)) errors.push(forbiddenValue(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  if (level === 'root' && schema.type && schema.type !== 'object') errors.push(invalidValue(`${path}.type`, schema.type, 'must be object at the root'));
  if (isEmbedded && !keepsUnknownFields(schema) && !Object.keys(schema.properties ?? {}).length)
    errors.push(
      requiredValue(`${path}.properties`, 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'),
    );
  return errors;
}

/** Of what every object has, a schema may speak only of names. */
function metadataErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const isResource = level === 'root' || isEmbeddedResource(schema);
  const { kind, apiVersion, metadata } = schema.properties ?? {};
  for (const [name, each] of Object.entries({ kind, apiVersion }))
    if (each && isResource && each.type !== 'string') errors.push(invalidValue(`${path}.properties[${name}].type`, each.type ?? '', 'must be string'));
  if (!metadata) return errors;
  const at = `${path}.properties[metadata]`;
  if (isResource && metadata.type !== 'object') errors.push(invalidValue(`${at}.type`, metadata.type ?? '', 'must be object'));
  if (level !== 'root') return errors;
  const { type: _type, default: _default, properties, ...rest } = metadata;
  const names = Object.keys(properties ?? {});
  const isOnlyNames = names.every((name) => name === 'name' || name === 'generateName');
  if (!isOnlyNames || Object.values(rest).some((each) => each !== undefined && each !== false && each !== ''))
    errors.push(forbiddenValue(at, 'must not specify anything other than name and generateName, but metadata is implicitly specified'));
  return errors;
}

const isIntOrStringChoice = (anyOf: readonly Schema[] | undefined): boolean => jsonEqual(anyOf ?? [], [{ type: 'integer' }, { type: 'string' }]);

function combinations(schema: Schema, path: string, skipAny: boolean, skipFirstAll: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (!skipAny) for (const [i, each] of (schema.anyOf ?? []).entries()) errors.push(...nested(each, `${path}.anyOf[${i}]`));
  for (const [i, each] of (schema.allOf ?? []).entries()) errors.push(...nested(each, `${path}.allOf[${i}]`, skipFirstAll && i === 0));
  for (const [i, each] of (schema.oneOf ?? []).entries()) errors.push(...nested(each, `${path}.oneOf[${i}]`));
  if (schema.not) errors.push(...nested(schema.not, `${path}.not`));
  if (schema.pattern) {
    try {
      goRegexp(schema.pattern);
    } catch (error) {
      if (!(error instanceof RegexpProblem)) throw error;
      errors.push(invalidValue(`${path}.pattern`, schema.pattern, `must be a valid regular expression, but isn't: ${error.message}`));
    }
  }
  return errors;
}

/** What may not stand inside of combinations, and how it must be. */
const OUTSIDE: readonly (readonly [keyof Schema, string])[] = [
  ['type', 'must be empty to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];
const isSaid = (value: unknown): boolean => value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0);

function nested(schema: Schema, path: string, skipAny = false): FieldError[] {
  const errors = combinations(schema, path, skipAny, false);
  const items = schemaOfItems(schema);
  if (items) errors.push(...nested(items, `${path}.items`));
  for (const [name, each] of Object.entries(schema.properties ?? {})) errors.push(...nested(each, `${path}.properties[${name}]`));
  if (hasValues(schema) && schema.additionalProperties !== false)
    errors.push(forbiddenValue(`${path}.additionalProperties`, 'must be undefined to be structural'));
  for (const [key, why] of OUTSIDE) if (isSaid(schema[key])) errors.push(forbiddenValue(`${path}.${key}`, why));
  if (schema.properties?.['metadata']) errors.push(forbiddenValue(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  return errors;
}

/** What combinations speak of must be there outside of them, too. */
function completeness(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const all = (each: Schema, at: string): void => {
    for (const key of ['allOf', 'anyOf', 'oneOf'] as const)
      for (const [i, inner] of (each[key] ?? []).entries()) errors.push(...complete(inner, schema, `${at}.${key}[${i}]`, path));
    if (each.not) errors.push(...complete(each.not, schema, `${at}.not`, path));
  };
  all(schema, path);
  return errors;
}
function complete(inner: Schema, outer: Schema | undefined, at: string, outerAt: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!outer) return [requiredValue(outerAt, `because it is defined in ${at}`)];
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const)
    for (const [i, each] of (inner[key] ?? []).entries()) errors.push(...complete(each, outer, `${at}.${key}[${i}]`, outerAt));
  if (inner.not) errors.push(...complete(inner.not, outer, `${at}.not`, outerAt));
  const items = schemaOfItems(inner);
  if (items) errors.push(...complete(items, schemaOfItems(outer), `${at}.items`, `${outerAt}.items`));
  for (const [name, each] of Object.entries(inner.properties ?? {}))
    errors.push(...complete(each, outer.properties?.[name], `${at}.properties[${name}]`, `${outerAt}.properties[${name}]`));
  return errors;
}
