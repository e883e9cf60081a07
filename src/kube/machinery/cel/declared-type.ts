// What a schema says of its values to expressions: types, and how large they can become.
// Models apiserver/pkg/cel/{types,limits}.go and apiserver/pkg/cel/common/schemas.go
import type { JSONSchemaProps } from '../../api/apiextensions-v1.ts';
import { isJsonObject } from '../json.ts';
import { escapedName } from './escaping.ts';
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, STRING, TIMESTAMP, listOf, mapOf, structNamed, type CelType } from './types.ts';

export const MAX_REQUEST_BYTES = 3 * 1024 * 1024;
const MAX_TIME_BYTES = 32;
const DATE_BYTES = 12;

export interface DeclaredType {
  /** Objects are not named yet. */
  readonly kind: 'simple' | 'list' | 'map' | 'object';
  readonly type: CelType;
  /** By their escaped names. */
  readonly fields?: ReadonlyMap<string, DeclaredType>;
  readonly element?: DeclaredType;
  readonly maxElements: number;
  /** The fewest bytes it takes in JSON. */
  readonly minBytes: number;
}

export const schemaOfItemsIn = ({ items }: JSONSchemaProps): JSONSchemaProps | undefined => (isJsonObject(items) ? (items as JSONSchemaProps) : undefined);
export const schemaOfValuesIn = ({ additionalProperties }: JSONSchemaProps): JSONSchemaProps | undefined =>
  isJsonObject(additionalProperties) ? (additionalProperties as JSONSchemaProps) : undefined;
export const propertiesOf = ({ properties }: JSONSchemaProps): Readonly<Record<string, JSONSchemaProps>> | undefined =>
  properties && Object.keys(properties).length ? properties : undefined;

const PLAIN_STRING: JSONSchemaProps = { type: 'string' };
const withMeta = new WeakMap<JSONSchemaProps, JSONSchemaProps>();
/** Of resources, rules see kind, apiVersion and the names, whether the schema tells of them or not. */
export function withTypeAndMeta(schema: JSONSchemaProps): JSONSchemaProps {
  const has = (path: JSONSchemaProps | undefined, type: string): boolean => path?.type === type;
  const { kind, apiVersion, metadata } = schema.properties ?? {};
  const isComplete = has(kind, 'string') && has(apiVersion, 'string') && has(metadata, 'object');
  if (isComplete && has(metadata?.properties?.['name'], 'string') && has(metadata?.properties?.['generateName'], 'string')) return schema;
  let result = withMeta.get(schema);
  if (!result) {
    const meta: JSONSchemaProps = { type: 'object', properties: { name: PLAIN_STRING, generateName: PLAIN_STRING } };
    result = { ...schema, properties: { ...schema.properties, kind: PLAIN_STRING, apiVersion: PLAIN_STRING, metadata: meta } };
    withMeta.set(schema, result);
  }
  return result;
}

const simple = (type: CelType, minBytes: number, maxElements = 0): DeclaredType => ({ kind: 'simple', type, minBytes, maxElements });
const atLeastZero = (value: number): number => Math.max(0, value);
const longest = ({ maxLength }: JSONSchemaProps): number | undefined => (maxLength === undefined ? undefined : atLeastZero(maxLength) * 4);
const UNBOUNDED = MAX_REQUEST_BYTES - 2;

/** Undefined for values that expressions do not see. */
export function declaredType(given: JSONSchemaProps, isResource = given['x-kubernetes-embedded-resource'] === true): DeclaredType | undefined {
  if (given['x-kubernetes-int-or-string']) return simple(DYN, 1, longest(given) ?? UNBOUNDED);
  const schema = isResource ? withTypeAndMeta(given) : given;
  switch (schema.type) {
    case 'array':
      return declaredList(schema);
    case 'object':
      return declaredObject(schema);
    case 'string':
      return declaredString(schema);
    case 'boolean':
      return simple(BOOL, 4);
    case 'number':
      return simple(DOUBLE, 1);
    case 'integer':
      return simple(INT, 1);
    default:
      return undefined;
  }
}

function declaredList(schema: JSONSchemaProps): DeclaredType | undefined {
  const items = schemaOfItemsIn(schema);
  const element = items && declaredType(items);
  if (!element) return undefined;
  const maxElements = schema.maxItems === undefined ? Math.trunc((MAX_REQUEST_BYTES - 2) / (element.minBytes + 1)) : atLeastZero(schema.maxItems);
  return { kind: 'list', type: listOf(element.type), element, maxElements, minBytes: 2 };
}

function declaredObject(schema: JSONSchemaProps): DeclaredType | undefined {
  const values = schemaOfValuesIn(schema);
  if (values) {
    const element = declaredType(values);
    if (!element) return undefined;
    const maxElements = schema.maxProperties === undefined ? Math.trunc((MAX_REQUEST_BYTES - 2) / (element.minBytes + 6)) : atLeastZero(schema.maxProperties);
    return { kind: 'map', type: mapOf(STRING, element.type), element, maxElements, minBytes: 2 };
  }
  const fields = new Map<string, DeclaredType>();
  let minBytes = 2;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const type = declaredType(property);
    if (!type) continue;
    const escaped = escapedName(name);
    if (escaped !== undefined) fields.set(escaped, type);
    if (schema.required?.includes(name) && property.default === undefined) minBytes += Buffer.byteLength(name) + type.minBytes + 4;
  }
  return { kind: 'object', type: structNamed('object'), fields, maxElements: 0, minBytes };
}

function declaredString(schema: JSONSchemaProps): DeclaredType {
  switch (schema.format) {
    case 'byte':
      return simple(BYTES, 2, schema.maxLength === undefined ? UNBOUNDED : atLeastZero(schema.maxLength));
    case 'duration':
      return simple(DURATION, 3, MAX_TIME_BYTES);
    case 'date':
      return simple(TIMESTAMP, DATE_BYTES, DATE_BYTES);
    case 'date-time':
      return simple(TIMESTAMP, 21, MAX_TIME_BYTES);
    default: {
      const choices = (schema.enum ?? []).filter((each) => typeof each === 'string').map((each) => Buffer.byteLength(each));
      return simple(STRING, 2, longest(schema) ?? (schema.enum?.length ? Math.max(0, ...choices) : UNBOUNDED));
    }
  }
}

/** Objects get names by which their fields are found: `self.spec`, `self.parts.@idx`. */
export function namedType(declared: DeclaredType, name: string, known: Map<string, ReadonlyMap<string, CelType>>): CelType {
  const { kind, type, fields, element } = declared;
  if (kind === 'list' && element) return listOf(namedType(element, `${name}.@idx`, known));
  if (kind === 'map' && element) return mapOf(STRING, namedType(element, `${name}.@elem`, known));
  if (kind !== 'object' || !fields) return type;
  known.set(name, new Map([...fields].map(([field, each]) => [field, namedType(each, `${name}.${field}`, known)] as const)));
  return structNamed(name);
}
