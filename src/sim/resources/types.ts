// The structure of every API type as facts: what decoding, protobuf, patching, OpenAPI and server-side apply are driven by.
import facts from './facts/types.json' with { type: 'json' };
import unserved from './facts/types-unserved.json' with { type: 'json' };

/** Scalar types; any other `t` is the OpenAPI name of a struct such as `io.k8s.api.core.v1.Container`. */
export type ScalarType =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int'
  | 'int32'
  | 'int64'
  | 'double'
  | 'time'
  | 'microtime'
  | 'quantity'
  | 'intorstr'
  | 'fields'
  | 'raw'
  | 'json'
  | 'stringlist';

export interface FieldFact {
  /** Type of the value, of a list's items or of a map's values. */
  readonly t: string;
  /** List. */
  readonly l?: 1;
  /** Map with string keys. */
  readonly m?: 1;
  /** A Go pointer: absent and zero differ. */
  readonly p?: 1;
  /** `omitempty`: left out of JSON when empty. */
  readonly o?: 1;
  /** `omitzero`: left out of JSON when zero. */
  readonly z?: 1;
  /** Required by OpenAPI. */
  readonly r?: 1;
  /** OpenAPI's default. */
  readonly d?: unknown;
  readonly e?: readonly string[];
  /** OpenAPI format beyond the type's own. */
  readonly f?: string;
  /** Strategic merge: patch strategy and merge key. */
  readonly ps?: string;
  readonly mk?: string;
  /** Server-side apply: list type, list map keys, map type. */
  readonly lt?: string;
  readonly lk?: readonly string[];
  readonly mt?: string;
  /** Protobuf field numbers; more than one where protobuf nests what JSON inlines. */
  readonly n?: readonly number[];
  /** Text in JSON, bytes in protobuf. */
  readonly b?: 1;
  /** Protobuf's form where it is not the type's own: the unions of apiextensions. */
  readonly pt?: string;
  /** Structs that Go embeds on the way to the field: in the messages about wrong types. */
  readonly g?: string;
  /** Upstream has no text for it: OpenAPI shows the bare reference. */
  readonly nt?: 1;
}

export interface TypeFact {
  readonly fields: Readonly<Record<string, FieldFact>>;
  readonly mapType?: string;
  readonly gvk?: readonly string[];
  /** Travels under every group's version. */
  readonly everywhere?: 1;
  readonly unions?: unknown;
  /** A named scalar. */
  readonly s?: string;
}

/** Those served, and those that clients of other releases may still encode. */
const types = { ...facts, ...unserved } as unknown as Readonly<Record<string, TypeFact>>;
const SCALARS: ReadonlySet<string> = new Set<ScalarType>([
  'string',
  'bytes',
  'bool',
  'int',
  'int32',
  'int64',
  'double',
  'time',
  'microtime',
  'quantity',
  'intorstr',
  'fields',
  'raw',
  'json',
  'stringlist',
]);

export const isScalar = (type: string): type is ScalarType => SCALARS.has(type);
export const typeNames = (): readonly string[] => Object.keys(types);
export const findType = (name: string): TypeFact | undefined => types[name];

/** Throws for a name that is in no fact: a bug. */
export function typeOf(name: string): TypeFact {
  const type = types[name];
  if (!type) throw new Error(`no facts of type ${name}`);
  return type;
}

/** `Container` of `io.k8s.api.core.v1.Container`: how Go's messages name a struct. */
export const goNameOf = (type: string): string => type.slice(type.lastIndexOf('.') + 1);
