// Reads custom resources: metadata typed as everywhere, the rest pruned and defaulted by the schema of the version.
// Models apiextensions-apiserver/pkg/apiserver/customresource_handler.go (schemaCoercingDecoder and friends)
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import type { Codec } from '../codec.ts';
import { decode, DecodeError, type Decoded } from '../decode.ts';
import { structureOfCustomResource } from '../schema-structure.ts';
import type { Structure } from '../structure.ts';
import { OBJECT_META, prune, withDefaults } from './prune.ts';
import type { Schema } from './schema.ts';

export class CustomCodec implements Codec {
  readonly type = undefined;
  readonly empty: JsonObject = {};
  readonly #schema: Schema | undefined;
  readonly #preserve: boolean;
  #structure: Structure | undefined;

  /** `preserve`: the old way of keeping whatever is sent. */
  constructor(schema: Schema | undefined, preserve: boolean) {
    this.#schema = schema;
    this.#preserve = preserve;
  }

  get structure(): Structure {
    return (this.#structure ??= structureOfCustomResource(this.#schema as unknown as JsonObject | undefined, this.#preserve));
  }

  decode(input: JsonObject): Decoded {
    const { metadata = {} } = input;
    if (!isJsonObject(metadata))
      throw new DecodeError(
        `json: cannot unmarshal ${Array.isArray(metadata) ? 'array' : typeof metadata} into Go struct field .metadata of type v1.ObjectMeta`,
      );
    const typed = decode(OBJECT_META, metadata);
    const unknown = typed.unknown.map((field) => `metadata.${field}`);
    const kept = this.#preserve ? input : (prune(input, this.#schema, unknown, '', true) as JsonObject);
    const value: Record<string, JsonValue | undefined> = { ...(withDefaults(kept, this.#schema) as JsonObject), metadata: typed.value };
    return { value, unknown: unknown.sort() };
  }

  /** A stored object as this version shows it: fields that only other versions know are left out. */
  shown(object: JsonObject): JsonObject {
    const kept = this.#preserve ? object : (prune(object, this.#schema, [], '', true) as JsonObject);
    return withDefaults(kept, this.#schema) as JsonObject;
  }
}
