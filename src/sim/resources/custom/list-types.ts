// Sets and lists by key hold nothing twice. Models apiextensions-apiserver/pkg/apiserver/schema/listtype
import { duplicateValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { childPath, itemPath, schemaOfItems, schemaOfKey, type Schema } from './schema.ts';

/** The fields that tell an item from the others, with defaults where it is silent. */
export function keyOfItem(item: JsonValue, schema: Schema): JsonObject | undefined {
  const own = schemaOfItems(schema);
  if (!isJsonObject(item)) return undefined;
  const key: Record<string, JsonValue> = {};
  // Sorted, as Go prints them.
  for (const name of [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort()) {
    const value = item[name] ?? own?.properties?.[name]?.default;
    if (value !== undefined) key[name] = value;
  }
  return key;
}

export function validateListTypes(value: JsonValue, schema: Schema, path = ''): FieldError[] {
  if (Array.isArray(value)) {
    const own = schemaOfItems(schema);
    const inner = own ? value.flatMap((item: JsonValue, i) => validateListTypes(item, own, itemPath(path, i))) : [];
    const type = schema['x-kubernetes-list-type'];
    if (type !== 'set' && type !== 'map') return inner;
    const seen: JsonValue[] = [];
    const doubles: FieldError[] = [];
    for (const [i, item] of (value as readonly JsonValue[]).entries()) {
      const key = type === 'set' ? item : keyOfItem(item, schema);
      if (key === undefined) continue;
      if (seen.some((each) => jsonEqual(each, key))) doubles.push(duplicateValue(itemPath(path, i), key));
      else seen.push(key);
    }
    return [...doubles, ...inner];
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = schemaOfKey(schema, key);
    return own && inner !== undefined ? validateListTypes(inner, own, childPath(path, key)) : [];
  });
}
