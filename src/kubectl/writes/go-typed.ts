// An object as its Go type holds it, by the server's schemas: fields that no such type has are left out, values of the wrong type refused. Models Go's encoding/json
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { refOf, type OpenApiDocument } from '../client/openapi.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { groupKindOf } from '../resources/info.ts';

/** Rejects with the sentences of Go for a kind that is none and for values of the wrong type. */
export async function goTyped(object: JsonObject, kubectl: Kubectl): Promise<JsonObject> {
  const kind = groupKindOf(object);
  const groupVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version;
  const document = await (await kubectl.openApi()).document(groupVersion);
  const name = document?.nameOf(kind);
  if (!document || !name)
    throw new CommandError(`no kind ${goQuote(kind.kind)} is registered for version ${goQuote(groupVersion)} in scheme "pkg/runtime/scheme.go:111"`);
  return new Typing(document).object(object, name, '') as JsonObject;
}

const GO_TYPES: Readonly<Record<string, readonly [json: string, go: string]>> = {
  boolean: ['boolean', 'bool'],
  string: ['string', 'string'],
  integer: ['number', 'int32'],
};
const shortName = (schema: string): string => schema.slice(schema.lastIndexOf('.') + 1);

class Typing {
  readonly #document: OpenApiDocument;
  constructor(document: OpenApiDocument) {
    this.#document = document;
  }

  /** `path` is the way to it with a dot behind it. */
  object(value: JsonValue, schemaName: string, path: string): JsonValue {
    const properties = this.#document.schema(schemaName)?.['properties'];
    // What has no fields of its own is written in another way: quantities, times, numbers or texts.
    if (!isJsonObject(properties) || !isJsonObject(value)) return value;
    const fields = Object.entries(value).flatMap(([field, item]) => {
      const property = properties[field];
      return isJsonObject(property)
        ? [[field, this.#value(item as JsonValue, property, { at: `${shortName(schemaName)}.${path}${field}`, path: `${path}${field}.` })] as const]
        : [];
    });
    return Object.fromEntries(fields);
  }

  #value(value: JsonValue, property: JsonObject, where: { readonly at: string; readonly path: string }): JsonValue {
    if (value === null) return value;
    const ref = refOf(property);
    if (ref !== undefined) return this.object(value, ref, where.path);
    const { type, items, additionalProperties, format } = property;
    if (type === 'array') {
      if (!Array.isArray(value)) return value;
      return isJsonObject(items) ? (value as readonly JsonValue[]).map((each) => this.#value(each, items, where)) : value;
    }
    if (type === 'object') {
      if (!isJsonObject(additionalProperties) || !isJsonObject(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#value(each as JsonValue, additionalProperties, where)]));
    }
    const [json, go] = GO_TYPES[String(type)] ?? [];
    if (json !== undefined && typeof value !== json)
      throw new CommandError(`json: cannot unmarshal ${kindOf(value)} into Go struct field ${where.at} of type ${format === 'int64' ? 'int64' : go}`);
    return value;
  }
}

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (isJsonObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
