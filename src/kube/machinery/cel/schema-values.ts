// Values of JSON as expressions see them: typed by their schema, lists by keys and sets with their own equality and sum.
// Models apiserver/pkg/cel/common/valuesunstructured.go
import type { JSONSchemaProps } from '../../api/apiextensions-v1.ts';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../json.ts';
import { isFormatted } from '../string-formats.ts';
import { propertiesOf, schemaOfItemsIn, schemaOfValuesIn, withTypeAndMeta } from './declared-type.ts';
import { escapedName, unescapedName } from './escaping.ts';
import { parseStrictDuration } from './strict-duration.ts';
import { parseTimestamp } from './time-text.ts';
import { CelError, Duration, List, Mapping, PlainList, PlainMap, isError, noSuchOverload, valuesEqual, type Value } from './values.ts';

/** Without a schema: whole numbers are ints. */
export function valueOfJson(value: JsonValue | bigint | undefined): Value {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return new PlainList(value.map((each: JsonValue) => valueOfJson(each)));
  if (isJsonObject(value)) return new PlainMap(Object.entries(value).map(([key, each]) => [key, valueOfJson(each)] as const));
  return value === undefined ? null : (value as string | boolean | null);
}

/** Integers that no double can hold come as bigint. */
const isInteger = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isInteger(value);

export function valueOfSchema(value: JsonValue | undefined, schema: JSONSchemaProps, isResource = false): Value {
  if (value === null || value === undefined) return schema.nullable ? null : new CelError('invalid data, got null for schema with nullable=false');
  if (schema['x-kubernetes-int-or-string']) {
    if (typeof value === 'string') return value;
    if (isInteger(value)) return BigInt(value);
    return new CelError('invalid data, expected XIntOrString value to be either a string or integer');
  }
  switch (schema.type) {
    case 'object': {
      if (!isJsonObject(value)) return new CelError('invalid data, expected a map for the provided schema with type=object');
      const whole = isResource || schema['x-kubernetes-embedded-resource'] ? withTypeAndMeta(schema) : schema;
      return new SchemaObject(value, whole);
    }
    case 'array':
      return listOfSchema(value, schema);
    case 'string':
      return textOfSchema(value, schema);
    case 'number':
      return typeof value === 'number' || isInteger(value) ? Number(value) : new CelError(`invalid data, expected float, got ${goType(value)}`);
    case 'integer':
      return isInteger(value) ? BigInt(value) : new CelError(`invalid data, expected int, got ${goType(value)}`);
    case 'boolean':
      return typeof value === 'boolean' ? value : new CelError(`invalid data, expected bool, got ${goType(value)}`);
    default:
      if (schema['x-kubernetes-preserve-unknown-fields']) return valueOfJson(value);
      return new CelError(
        `invalid type, expected object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields is true, got ${schema.type ?? ''}`,
      );
  }
}

const goType = (value: JsonValue): string =>
  Array.isArray(value)
    ? '[]interface {}'
    : isJsonObject(value)
      ? 'map[string]interface {}'
      : typeof value === 'number'
        ? Number.isInteger(value)
          ? 'int64'
          : 'float64'
        : typeof value === 'boolean'
          ? 'bool'
          : 'string';

function textOfSchema(value: JsonValue, schema: JSONSchemaProps): Value {
  if (typeof value !== 'string') return new CelError(`invalid data, expected string, got ${goType(value)}`);
  switch (schema.format) {
    case 'duration': {
      const nanoseconds = parseStrictDuration(value);
      return nanoseconds === undefined ? new CelError(`Invalid duration ${value}: unable to parse ${value} as duration`) : new Duration(nanoseconds);
    }
    case 'date':
      return parseTimestamp(`${value}T00:00:00Z`) ?? new CelError(`Invalid date formatted string ${value}`);
    case 'date-time':
      return parseTimestamp(value.replace(' ', 'T').toUpperCase()) ?? new CelError(`Invalid date-time formatted string ${value}`);
    case 'byte':
      return isFormatted('byte', value) ? new Uint8Array(Buffer.from(value, 'base64')) : new CelError(`Invalid byte formatted string ${value}`);
    default:
      return value;
  }
}

function listOfSchema(value: JsonValue, schema: JSONSchemaProps): Value {
  if (!Array.isArray(value)) return new CelError('invalid data, expected an array for the provided schema with type=array');
  const items = schemaOfItemsIn(schema);
  if (!items) return new CelError('invalid array type, expected Items with a non-empty Schema');
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  switch (schema['x-kubernetes-list-type']) {
    case 'map':
      return new KeyedList(
        value as readonly JsonValue[],
        items,
        keys.map((each) => escapedName(each) ?? each),
      );
    case 'set':
      return new SetList(value as readonly JsonValue[], items);
    default:
      return new SchemaList(value as readonly JsonValue[], items);
  }
}

/** JSON behind a value of an expression, as far as it has one. */
function jsonOf(value: Value): JsonValue {
  if (value instanceof SchemaList) return value.items;
  if (value instanceof SchemaObject) return value.object;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof List) return [...value].map(jsonOf);
  if (value instanceof Mapping) return Object.fromEntries([...value.keys()].map((key) => [String(key), jsonOf(value.find(key) ?? null)]));
  return value as JsonValue;
}

class SchemaList extends List {
  readonly items: readonly JsonValue[];
  readonly schema: JSONSchemaProps;
  override readonly wantsInts = true;
  readonly #values: Value[] = [];
  constructor(items: readonly JsonValue[], schema: JSONSchemaProps) {
    super();
    this.items = items;
    this.schema = schema;
  }
  get size(): number {
    return this.items.length;
  }
  at(index: number): Value {
    return (this.#values[index] ??= valueOfSchema(this.items[index], this.schema));
  }
  override native(): Value {
    return valueOfJson(this.items);
  }
  equals(other: Value): Value {
    if (!(other instanceof List)) return noSuchOverload();
    if (other.size !== this.size) return false;
    for (let i = 0; i < this.size; i++) {
      const same = valuesEqual(this.at(i), other.at(i));
      if (same !== true) return same;
    }
    return true;
  }
  plus(other: List): List {
    return new SchemaList([...this.items, ...[...other].map(jsonOf)], this.schema);
  }
}

/** Order does not matter, what is there already is not added. */
class SetList extends SchemaList {
  override equals(other: Value): Value {
    if (!(other instanceof List)) return noSuchOverload();
    if (other.size !== this.size) return false;
    return [...other].every((each) => this.items.some((item) => jsonEqual(item, jsonOf(each))));
  }
  override plus(other: List): List {
    const items = [...this.items];
    for (const each of [...other].map(jsonOf)) if (!items.some((item) => jsonEqual(item, each))) items.push(each);
    return new SetList(items, this.schema);
  }
}

/** Items are told apart by their keys: of the same key, the later one takes the place. */
class KeyedList extends SchemaList {
  readonly #keys: readonly string[];
  constructor(items: readonly JsonValue[], schema: JSONSchemaProps, keys: readonly string[]) {
    super(items, schema);
    this.#keys = keys;
  }
  #keyOf(item: JsonValue): string {
    return JSON.stringify(this.#keys.map((key) => (isJsonObject(item) ? (item[key] ?? null) : null)));
  }
  override equals(other: Value): Value {
    if (!(other instanceof List)) return noSuchOverload();
    if (other.size !== this.size) return false;
    const own = new Map(this.items.map((item, i) => [this.#keyOf(item), i]));
    for (const each of other) {
      const at = own.get(this.#keyOf(jsonOf(each)));
      if (at === undefined) return false;
      const same = valuesEqual(this.at(at), each);
      if (same !== true) return same;
    }
    return true;
  }
  override plus(other: List): List {
    const items = [...this.items];
    const places = new Map(items.map((item, i) => [this.#keyOf(item), i]));
    for (const each of [...other].map(jsonOf)) {
      const at = places.get(this.#keyOf(each));
      if (at === undefined) items.push(each);
      else items[at] = each;
    }
    return new KeyedList(items, this.schema, this.#keys);
  }
}

/** An object with fields, whose names are escaped, or a map, whose keys are as they are. */
class SchemaObject extends Mapping {
  readonly object: JsonObject;
  readonly #properties: Readonly<Record<string, JSONSchemaProps>> | undefined;
  readonly #values: JSONSchemaProps | undefined;
  readonly #found = new Map<string, Value>();
  constructor(object: JsonObject, schema: JSONSchemaProps) {
    super();
    this.object = object;
    this.#properties = propertiesOf(schema);
    this.#values = this.#properties ? undefined : schemaOfValuesIn(schema);
  }
  get size(): number {
    return Object.keys(this.object).length;
  }
  #schemaOf(key: string): JSONSchemaProps | undefined {
    if (this.#properties) return Object.hasOwn(this.#properties, key) ? this.#properties[key] : undefined;
    return this.#values;
  }
  find(key: Value): Value | undefined {
    if (typeof key !== 'string') return isError(key) ? key : noSuchOverload();
    const name = this.#properties ? unescapedName(key) : key;
    if (name === undefined || !Object.hasOwn(this.object, name)) return undefined;
    const value = this.object[name];
    const schema = this.#schemaOf(name);
    // A field that is null is no field; a key whose value is null is one.
    if (!schema || value === undefined || (this.#properties && value === null)) return undefined;
    let found = this.#found.get(name);
    if (found === undefined) this.#found.set(name, (found = valueOfSchema(value, schema)));
    return found;
  }
  *keys(): Generator<Value> {
    for (const key of Object.keys(this.object)) if (this.#schemaOf(key)) yield this.#properties ? (escapedName(key) ?? key) : key;
  }
  override native(): Value {
    return valueOfJson(this.object);
  }
  equals(other: Value): Value {
    if (!(other instanceof Mapping)) return noSuchOverload();
    if (other.size !== this.size) return false;
    for (const [key, value] of Object.entries(this.object)) {
      if (!this.#schemaOf(key)) {
        if (!(other instanceof SchemaObject)) return noSuchOverload();
        if (Object.hasOwn(other.object, key) && !jsonEqual(value, other.object[key])) return false;
        continue;
      }
      const [mine, theirs] = [this.find(key), other.find(key)];
      if ((mine === undefined) !== (theirs === undefined)) return false;
      if (mine === undefined || theirs === undefined) continue;
      const same = valuesEqual(mine, theirs);
      if (same !== true) return same;
    }
    return true;
  }
}
