// The shape of a value as server-side apply sees it: what is owned as a whole and what part by part.
// Models structured-merge-diff/schema and kube-openapi/pkg/schemaconv
import type { JsonValue } from '../../kube/machinery/json.ts';

export type ScalarForm = 'string' | 'numeric' | 'boolean' | 'untyped';

/** The forms a value may take; where there are several, the value itself tells which it has. */
export interface Structure {
  readonly scalar?: ScalarForm | undefined;
  readonly list?: ListStructure | undefined;
  readonly map?: MapStructure | undefined;
}

export interface ListStructure {
  /** True: owned as a whole. False: item by item, found by `keys` or, without keys, by value. */
  readonly atomic: boolean;
  /** Names of the fields that tell items apart, sorted; empty for sets. */
  readonly keys: readonly string[];
  /** What a missing key field stands for. */
  readonly keyDefaults: Readonly<Record<string, JsonValue>>;
  readonly items: Structure;
}

/** Structs and maps with string keys alike. */
export interface MapStructure {
  /** True: owned as a whole. */
  readonly atomic: boolean;
  /** Of a declared field. */
  field(name: string): Structure | undefined;
  /** Of keys that are not declared; undefined where there may be none. */
  readonly values: Structure | undefined;
  /** Free form: no field is declared and the values tell their form. */
  readonly deduced: boolean;
}

const none = (): undefined => undefined;

/** Any value; maps and lists in it are owned as a whole. */
export const untypedStructure: Structure = {
  scalar: 'untyped',
  get list(): ListStructure {
    return untypedList;
  },
  map: {
    atomic: true,
    field: none,
    get values(): Structure {
      return untypedStructure;
    },
    deduced: true,
  },
};
const untypedList: ListStructure = { atomic: true, keys: [], keyDefaults: {}, items: untypedStructure };

/** Any value; maps are owned key by key, lists as a whole. */
export const deducedStructure: Structure = {
  scalar: 'untyped',
  list: untypedList,
  map: {
    atomic: false,
    field: none,
    get values(): Structure {
      return deducedStructure;
    },
    deduced: true,
  },
};

export const scalarStructures: Readonly<Record<ScalarForm, Structure>> = {
  string: { scalar: 'string' },
  numeric: { scalar: 'numeric' },
  boolean: { scalar: 'boolean' },
  untyped: { scalar: 'untyped' },
};

/** Computes once, at first use: types refer to each other in circles. */
export function lazy<T>(compute: () => T): () => T {
  let value: { readonly is: T } | undefined;
  return () => (value ??= { is: compute() }).is;
}
