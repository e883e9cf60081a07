// Structure of the built-in types, from the facts.
import type { JsonValue } from '../../kube/machinery/json.ts';
import { deducedStructure, lazy, scalarStructures, untypedStructure, type ListStructure, type MapStructure, type Structure } from './structure.ts';
import { findType, isScalar, typeOf, type FieldFact, type ScalarType, type TypeFact } from './types.ts';

const { string, numeric, boolean, untyped } = scalarStructures;
const anything: Structure = { scalar: 'untyped', list: untypedStructure.list, map: deducedStructure.map };
const SCALAR_STRUCTURES: Readonly<Record<ScalarType, Structure>> = {
  string,
  bytes: string,
  bool: boolean,
  int: numeric,
  int32: numeric,
  int64: numeric,
  double: numeric,
  time: untyped,
  microtime: untyped,
  quantity: untyped,
  intorstr: anything,
  fields: { map: deducedStructure.map },
  raw: untypedStructure,
  json: anything,
  stringlist: { list: { atomic: true, keys: [], keyDefaults: {}, items: string } },
};

const memo = new Map<string, Structure>();

/** By OpenAPI name: `io.k8s.api.core.v1.Pod`. Throws for a name that is in no fact. */
export function structureOfType(name: string): Structure {
  let structure = memo.get(name);
  if (!structure) {
    const fact = typeOf(name);
    structure = fact.s ? string : { map: structOf(fact, fact.mapType === 'atomic') };
    memo.set(name, structure);
  }
  return structure;
}

function structOf({ fields }: TypeFact, atomic: boolean): MapStructure {
  const known = new Map<string, Structure>();
  const bare = Object.keys(fields).length === 0;
  return {
    atomic,
    field(name) {
      let structure = known.get(name);
      if (!structure && Object.hasOwn(fields, name)) known.set(name, (structure = structureOfField(fields[name] as FieldFact)));
      return structure;
    },
    values: bare ? deducedStructure : undefined,
    deduced: bare,
  };
}

/** Of the value, of a list's items or of a map's values. */
function structureOfItem({ t, f }: FieldFact): Structure {
  if (!isScalar(t)) return structureOfType(t);
  return t === 'string' && f !== undefined ? untyped : SCALAR_STRUCTURES[t];
}

function structureOfField(fact: FieldFact): Structure {
  if (fact.l) return { list: listOf(fact) };
  if (fact.m) {
    const values = lazy(() => structureOfItem(fact));
    return {
      map: {
        atomic: fact.mt === 'atomic',
        field: () => undefined,
        get values() {
          return values();
        },
        deduced: false,
      },
    };
  }
  const type = fact.mt && !isScalar(fact.t) ? findType(fact.t) : undefined;
  return type ? { map: structOf(type, fact.mt === 'atomic') } : structureOfItem(fact);
}

/** Where no list type is declared, the patch strategy tells. */
function keysOf({ lt, lk, ps, mk }: FieldFact): readonly string[] | undefined {
  if (lt) return lt === 'map' ? (lk ?? []) : lt === 'set' ? [] : undefined;
  return ps === 'merge' || ps === 'merge,retainKeys' ? (mk ? [mk] : []) : undefined;
}

function listOf(fact: FieldFact): ListStructure {
  const keys = keysOf(fact);
  const items = lazy(() => structureOfItem(fact));
  return {
    atomic: keys === undefined,
    keys: keys ? [...keys].sort() : [],
    keyDefaults: keys?.length ? defaultsOf(fact.t, keys) : {},
    get items() {
      return items();
    },
  };
}

function defaultsOf(type: string, keys: readonly string[]): Readonly<Record<string, JsonValue>> {
  const { fields } = typeOf(type);
  return Object.fromEntries(keys.flatMap((key) => (fields[key]?.d === undefined ? [] : [[key, fields[key].d as JsonValue]])));
}
