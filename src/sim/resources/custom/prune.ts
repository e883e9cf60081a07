// What a schema does not know is dropped, nulls that may not be are dropped, defaults are filled in.
// Models apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}
import { isJsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { decode, DecodeError } from '../decode.ts';
import { allowsAnyKey, childPath, isEmbeddedResource, itemPath, keepsUnknownFields, schemaOfItems, schemaOfKey, type Schema } from './schema.ts';

export const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Present in every object without being in its schema. */
const IDENTITY: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** A copy without unknown fields, whose paths are added to `unknown`. `resource`: the value is an object with kind and metadata of its own. */
export function prune(value: JsonValue, schema: Schema | undefined, unknown: string[], path = '', resource = false): JsonValue {
  if (Array.isArray(value)) {
    const items = schema && schemaOfItems(schema);
    const keeps = schema && keepsUnknownFields(schema);
    return value.map((item: JsonValue, i) => (items || !keeps ? prune(item, items, unknown, itemPath(path, i), items && isEmbeddedResource(items)) : item));
  }
  if (!isJsonObject(value)) return value;
  const output: Record<string, JsonValue> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    if (resource && IDENTITY.has(key)) {
      output[key] = key === 'metadata' && path !== '' ? prunedMetadata(inner, unknown, childPath(path, key)) : inner;
      continue;
    }
    const own = schema && schemaOfKey(schema, key);
    if (own) output[key] = prune(inner, own, unknown, childPath(path, key), isEmbeddedResource(own));
    else if (schema && (keepsUnknownFields(schema) || allowsAnyKey(schema))) output[key] = inner;
    else unknown.push(childPath(path, key));
  }
  return output;
}

/** Metadata of a resource inside of a resource is typed, too; what cannot be read so is left for validation. */
function prunedMetadata(value: JsonValue, unknown: string[], path: string): JsonValue {
  if (!isJsonObject(value)) return value;
  try {
    const typed = decode(OBJECT_META, value);
    unknown.push(...typed.unknown.map((field) => `${path}.${field}`));
    return typed.value;
  } catch (error) {
    if (error instanceof DecodeError) return value;
    throw error;
  }
}

/** A copy with defaults where nothing is said, and without nulls where null may not stand. */
export function withDefaults(value: JsonValue, schema: Schema | undefined): JsonValue {
  if (!schema) return value;
  if (Array.isArray(value)) {
    const items = schemaOfItems(schema);
    return items
      ? value.map((item: JsonValue) => (item === null && !items.nullable && items.default !== undefined ? items.default : withDefaults(item, items)))
      : value;
  }
  if (!isJsonObject(value)) return value;
  const output: Record<string, JsonValue> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const own = schemaOfKey(schema, key);
    if (inner === null && own && !own.nullable) continue;
    output[key] = inner;
  }
  for (const [key, { default: preset }] of Object.entries(schema.properties ?? {}))
    if (output[key] === undefined && preset !== undefined) output[key] = structuredClone(preset);
  for (const [key, inner] of Object.entries(output)) output[key] = withDefaults(inner, schemaOfKey(schema, key));
  return output;
}
