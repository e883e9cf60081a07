// Values of a custom resource as its CEL rules see them: typed by the schema, names that are no identifiers escaped.
// Models apiextensions-apiserver/pkg/apiserver/schema/cel/model and kubernetes CEL escaping
import { isJsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { schemaOfItems, schemaOfKey, type Schema } from './schema.ts';

const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

/** `x-prop` is written `x__dash__prop` in rules. */
export function escapedName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__');
}

/** Integers become bigint, numbers stay doubles; without a schema a whole number is an integer. */
export function celValue(value: JsonValue, schema: Schema | undefined): unknown {
  if (typeof value === 'number') {
    if (schema?.type === 'number') return value;
    return Number.isInteger(value) ? BigInt(value) : value;
  }
  if (typeof value === 'string' && schema?.type === 'string' && (schema.format === 'date-time' || schema.format === 'date')) return new Date(value);
  if (Array.isArray(value)) {
    const items = schema && schemaOfItems(schema);
    return value.map((item: JsonValue) => celValue(item, items));
  }
  if (!isJsonObject(value)) return value;
  const isMap = !schema?.properties;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      isMap ? key : escapedName(key),
      inner === undefined ? null : celValue(inner, schema && schemaOfKey(schema, key)),
    ]),
  );
}
