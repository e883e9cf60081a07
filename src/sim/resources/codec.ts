// How the objects of a kind are read: by the facts of a built-in type, or by the schema of a custom resource.
import type { JsonObject } from '../../kube/machinery/json.ts';
import { decode, type Decoded } from './decode.ts';
import type { Structure } from './structure.ts';
import { structureOfType } from './type-structure.ts';

export interface Codec {
  /** OpenAPI name of a built-in type: what strategic merge and protobuf need. Undefined of custom resources. */
  readonly type: string | undefined;
  /** For server-side apply. */
  readonly structure: Structure;
  /** What an object is before anything is set. */
  readonly empty: JsonObject;
  /** Typed, without what the type does not know. Throws DecodeError. */
  decode(input: JsonObject): Decoded;
}

class TypeCodec implements Codec {
  readonly type: string;
  #empty: JsonObject | undefined;

  constructor(type: string) {
    this.type = type;
  }
  get structure(): Structure {
    return structureOfType(this.type);
  }
  get empty(): JsonObject {
    return (this.#empty ??= decode(this.type, {}).value);
  }
  decode(input: JsonObject): Decoded {
    return decode(this.type, input);
  }
}

const codecs = new Map<string, Codec>();
/** Of a type by its OpenAPI name; one for each. */
export function codecOf(type: string): Codec {
  let codec = codecs.get(type);
  if (!codec) codecs.set(type, (codec = new TypeCodec(type)));
  return codec;
}
