// JSON as the API server reads it: typed, unknown fields noticed, empty scalars left out, quantities in canonical form. Empty lists and maps stay: empties.ts.
// Models kubernetes/staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json with the field rules of Go's encoding/json.
import type { JsonObject, JsonValue } from '../../kube/machinery/json.ts';
import { setOwn } from '../../kube/machinery/own-property.ts';
import { canonicalQuantity, parseQuantity, QUANTITY_ERROR } from '../../kube/machinery/quantity.ts';
import { findType, goNameOf, isScalar, typeOf, type FieldFact } from './types.ts';

/** The text behind `X in version "v1" cannot be handled as a X: `. */
export class DecodeError extends Error {}

interface State {
  /** Paths of fields the type does not have: `spec.containers[0].imagee`. */
  readonly unknown: string[];
}
/** Where we are: the struct's Go name and JSON field path for messages, the indexed path for unknown fields. */
interface Place {
  readonly struct: string;
  readonly fields: string;
  readonly path: string;
}

export interface Decoded {
  readonly value: JsonObject;
  readonly unknown: readonly string[];
}

/** Throws DecodeError where a value has the wrong type. */
export function decode(type: string, input: JsonObject): Decoded {
  const state: State = { unknown: [] };
  return { value: struct(type, input, { struct: '', fields: '', path: '' }, state), unknown: state.unknown };
}

function struct(type: string, input: JsonObject, place: Place, state: State): JsonObject {
  const { fields } = typeOf(type);
  const output: Record<string, JsonValue> = {};
  const name = goNameOf(type);
  for (const key in input) {
    if (input[key] !== undefined && !Object.hasOwn(fields, key)) state.unknown.push(place.path ? `${place.path}.${key}` : key);
  }
  for (const key in fields) {
    const fact = fields[key] as FieldFact;
    const raw = Object.hasOwn(input, key) ? input[key] : undefined;
    const value = raw === undefined || raw === null ? absent(fact, state) : field(fact, raw, within(place, name, key, fact.g), state);
    if (value !== undefined) output[key] = value;
  }
  return output;
}

function within({ fields, path }: Place, struct: string, key: string, embedded: string | undefined): Place {
  const goKey = embedded === undefined ? key : `${embedded}.${key}`;
  return { struct, fields: fields ? `${fields}.${goKey}` : goKey, path: path ? `${path}.${key}` : key };
}

/** What Go writes for a field that was not given. */
function absent(fact: FieldFact, state: State): JsonValue | undefined {
  if (fact.p || fact.z) return fact.o || fact.z ? undefined : null;
  if (fact.l || fact.m) return fact.o ? undefined : null;
  if (isScalar(fact.t)) {
    switch (fact.t) {
      case 'time':
      case 'microtime':
        return null;
      case 'quantity':
        return '0';
      case 'intorstr':
        return 0;
      case 'raw':
      case 'json':
      case 'fields':
      case 'stringlist':
        return fact.o ? undefined : null;
      case 'bool':
        return fact.o ? undefined : false;
      case 'string':
      case 'bytes':
        return fact.o ? undefined : '';
      default:
        return fact.o ? undefined : 0;
    }
  }
  const named = findType(fact.t)?.s;
  if (named) return fact.o ? undefined : named === 'boolean' ? false : '';
  return struct(fact.t, {}, { struct: '', fields: '', path: '' }, state);
}

function field(fact: FieldFact, raw: JsonValue, place: Place, state: State): JsonValue | undefined {
  if (fact.l) {
    if (!Array.isArray(raw)) throw mismatch(raw, place, goType(fact));
    return raw.map((item: JsonValue, i) => single(fact, item, { ...place, path: `${place.path}[${i}]` }, state));
  }
  if (fact.m) {
    if (typeof raw !== 'object' || Array.isArray(raw)) throw mismatch(raw, place, goType(fact));
    const keys = Object.keys(raw as JsonObject);
    const output: Record<string, JsonValue> = {};
    for (const key of keys) setOwn(output, key, single(fact, (raw as JsonObject)[key] ?? null, { ...place, path: `${place.path}.${key}` }, state));
    return output;
  }
  const value = single(fact, raw, place, state);
  if (fact.o && !fact.p && (value === '' || value === 0 || value === false) && fact.t !== 'intorstr') return undefined;
  return value;
}

function single(fact: FieldFact, raw: JsonValue, place: Place, state: State): JsonValue {
  const { t } = fact;
  if (!isScalar(t)) {
    const named = findType(t)?.s;
    if (named) {
      if (typeof raw !== 'string' && named === 'string') throw mismatch(raw, place, goName(t));
      return raw;
    }
    if (raw === null) return struct(t, {}, place, state);
    if (typeof raw !== 'object' || Array.isArray(raw)) throw mismatch(raw, place, goName(t));
    return struct(t, raw as JsonObject, place, state);
  }
  switch (t) {
    case 'string':
      if (raw === null) return '';
      if (typeof raw !== 'string') throw mismatch(raw, place, 'string');
      return raw;
    case 'bool':
      if (raw === null) return false;
      if (typeof raw !== 'boolean') throw mismatch(raw, place, 'bool');
      return raw;
    case 'int':
    case 'int32':
    case 'int64':
      if (raw === null) return 0;
      if (typeof raw === 'bigint' && t !== 'int32') return raw;
      if (typeof raw !== 'number' || !Number.isInteger(raw) || raw > LARGEST[t] || raw < -LARGEST[t] - 1)
        throw mismatch(raw, place, t, typeof raw === 'number' || typeof raw === 'bigint' ? `number ${digitsOf(raw)}` : undefined);
      return raw;
    case 'double':
      if (raw === null) return 0;
      if (typeof raw === 'bigint') return Number(raw);
      if (typeof raw !== 'number') throw mismatch(raw, place, 'float64');
      return raw;
    case 'bytes': {
      if (raw === null) return '';
      if (typeof raw !== 'string') throw mismatch(raw, place, '[]uint8');
      const bad = badBase64(raw);
      if (bad >= 0) throw new DecodeError(`illegal base64 data at input byte ${bad}`);
      return raw;
    }
    case 'quantity':
      if (raw === null) return '0';
      if (typeof raw === 'bigint') return canonicalQuantity(String(raw));
      if ((typeof raw !== 'string' && typeof raw !== 'number') || parseQuantity(raw) === undefined) {
        throw new DecodeError(raw === '' ? "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" : QUANTITY_ERROR);
      }
      return canonicalQuantity(raw);
    case 'intorstr':
      if (raw === null) return 0;
      if (typeof raw === 'number' && Number.isInteger(raw) && raw <= LARGEST.int32 && raw >= -LARGEST.int32 - 1) return raw;
      if (typeof raw === 'string') return raw;
      throw mismatch(raw, place, 'int32', typeof raw === 'number' || typeof raw === 'bigint' ? `number ${digitsOf(raw)}` : undefined);
    case 'time':
    case 'microtime': {
      if (raw === null) return null;
      if (typeof raw !== 'string') throw mismatch(raw, place, 'string');
      const at = Date.parse(raw);
      if (!/^\d{4}-\d\d-\d\dT/.test(raw) || Number.isNaN(at))
        throw new DecodeError(`parsing time ${JSON.stringify(raw)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(raw)} as "2006"`);
      return t === 'time' ? `${new Date(at).toISOString().slice(0, 19)}Z` : raw;
    }
    case 'stringlist':
      if (raw === null) return [];
      if (!Array.isArray(raw)) throw mismatch(raw, place, 'v1.ExtraValue');
      for (const item of raw as readonly JsonValue[]) if (typeof item !== 'string') throw mismatch(item, place, 'string');
      return raw;
    case 'raw':
    case 'json':
    case 'fields':
      return raw;
  }
}

function badBase64(text: string): number {
  const clean = text.replace(/[\r\n]/g, '');
  const match = /^[A-Za-z0-9+/]*/.exec(clean)?.[0].length ?? 0;
  const padding = clean.length - match;
  if (padding === 0) return clean.length % 4 === 0 ? -1 : clean.length - (clean.length % 4);
  if (/^={1,2}$/.test(clean.slice(match)) && clean.length % 4 === 0) return -1;
  return match;
}

const jsonKind = (value: JsonValue): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value;

/** Of 64 bits: numbers beyond are no integers that were written out, those come as bigint. */
const LARGEST = { int: Number.MAX_SAFE_INTEGER, int32: 2 ** 31 - 1, int64: Number.MAX_SAFE_INTEGER } as const;
const digitsOf = (value: number | bigint): string => (typeof value === 'bigint' || Number.isInteger(value) ? BigInt(value).toString() : String(value));

function mismatch(raw: JsonValue, place: Place, type: string, what = jsonKind(raw)): DecodeError {
  return new DecodeError(`json: cannot unmarshal ${what} into Go struct field ${place.struct}.${place.fields} of type ${type}`);
}

/** `v1.Container`: the package's last element and the type. */
function goName(type: string): string {
  return type.split('.').slice(-2).join('.');
}
const GO_SCALARS: Readonly<Record<string, string>> = {
  bytes: '[]uint8',
  double: 'float64',
  time: 'v1.Time',
  microtime: 'v1.MicroTime',
  quantity: 'resource.Quantity',
  intorstr: 'intstr.IntOrString',
  raw: 'runtime.RawExtension',
  stringlist: 'v1.ExtraValue',
};
function goType(fact: FieldFact): string {
  const item = isScalar(fact.t) ? (GO_SCALARS[fact.t] ?? fact.t) : goName(fact.t);
  if (fact.l) return `[]${item}`;
  return fact.m ? `map[string]${item}` : item;
}
