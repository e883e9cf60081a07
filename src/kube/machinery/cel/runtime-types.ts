// The types that values have at run time, and whether they fit a declared one. Models cel-go/common/types/types.go
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  ERROR,
  INT,
  NULL,
  STRING,
  TIMESTAMP,
  TYPE,
  UINT,
  firstParameter,
  opaque,
  secondParameter,
  type CelType,
} from './types.ts';
import { Duration, List, Mapping, Opaque, Optional, Timestamp, TypeValue, Uint, isError, runtimeName, type Value } from './values.ts';

const LIST: CelType = { kind: 'list', name: 'list', parameters: [] };
const MAP: CelType = { kind: 'map', name: 'map', parameters: [] };
const OPTIONAL = opaque('optional_type');

export function runtimeType(value: Value): CelType {
  switch (typeof value) {
    case 'boolean':
      return BOOL;
    case 'bigint':
      return INT;
    case 'number':
      return DOUBLE;
    case 'string':
      return STRING;
    default:
  }
  if (value === null) return NULL;
  if (value instanceof Uint) return UINT;
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof Timestamp) return TIMESTAMP;
  if (value instanceof Duration) return DURATION;
  if (value instanceof List) return LIST;
  if (value instanceof Mapping) return MAP;
  if (value instanceof TypeValue) return TYPE;
  if (value instanceof Optional) return OPTIONAL;
  return value instanceof Opaque ? value.type : isError(value) ? ERROR : DYN;
}

/** Of lists and maps only the first element is looked at. */
export function fits(value: Value, type: CelType): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
      return true;
    case 'list': {
      if (!(value instanceof List)) return false;
      return value.size === 0 || fits(value.at(0), firstParameter(type));
    }
    case 'map': {
      if (!(value instanceof Mapping)) return false;
      for (const key of value.keys()) return fits(key, firstParameter(type)) && fits(value.find(key) ?? null, secondParameter(type));
      return true;
    }
    default:
      if (type.kind === 'opaque' && type.name === 'optional_type')
        return value instanceof Optional && (value.value === undefined || type.parameters.length === 0 || fits(value.value, firstParameter(type)));
      return runtimeName(runtimeType(value)) === runtimeName(type);
  }
}
