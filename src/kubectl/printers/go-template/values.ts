// What a template works with: JSON read as Kubernetes reads it into interfaces (whole numbers are int64, others float64), and what its own constants and functions give.
import { GoFloat } from '../../../kube/machinery/go-values.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';

/** Go's int. */
export class GoInt {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}
/** Go's uint8: a byte of a string. */
export class GoUint8 {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}
/** Undefined is no value at all; a number is an int64 where it is whole. */
export type Data = undefined | null | boolean | string | number | bigint | GoInt | GoFloat | GoUint8 | readonly Data[] | JsonObject;
export type Kind = 'invalid' | 'nil' | 'bool' | 'string' | 'float64' | 'int64' | 'int' | 'uint8' | 'slice' | 'map';

/** A value, and whether it is held in an interface, as what lies in maps and slices is. */
export interface Value {
  readonly data: Data;
  readonly isBoxed: boolean;
}
export const bare = (data: Data): Value => ({ data, isBoxed: false });
export const boxed = (data: Data): Value => ({ data, isBoxed: true });
export const INVALID = bare(undefined);
/** What an interface holds; nothing where it holds nil. */
export const unboxed = ({ data, isBoxed }: Value): Value => (isBoxed && data === null ? INVALID : bare(data));

export function kindOf(data: Data): Kind {
  if (data === undefined) return 'invalid';
  if (data === null) return 'nil';
  if (data instanceof GoInt) return 'int';
  if (data instanceof GoUint8) return 'uint8';
  if (data instanceof GoFloat) return 'float64';
  if (Array.isArray(data)) return 'slice';
  switch (typeof data) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int64';
    case 'number':
      return Number.isSafeInteger(data) ? 'int64' : 'float64';
    default:
      return 'map';
  }
}
const TYPES: Readonly<Record<Kind, string>> = {
  invalid: '<nil>',
  nil: 'interface {}',
  bool: 'bool',
  string: 'string',
  float64: 'float64',
  int64: 'int64',
  int: 'int',
  uint8: 'uint8',
  slice: '[]interface {}',
  map: 'map[string]interface {}',
};
/** The name of the type of what it is, whatever holds it. */
export const dataType = (data: Data): string => TYPES[kindOf(data)];
export const typeName = ({ data, isBoxed }: Value): string => (isBoxed ? 'interface {}' : dataType(data));

export const isInteger = (data: Data): boolean => ['int', 'int64', 'uint8'].includes(kindOf(data));
export const numberIn = (data: Data): number => (data instanceof GoInt || data instanceof GoUint8 || data instanceof GoFloat ? data.value : Number(data));
export const lengthOf = (data: Data): number | undefined =>
  typeof data === 'string'
    ? Buffer.byteLength(data)
    : Array.isArray(data)
      ? data.length
      : kindOf(data) === 'map'
        ? Object.keys(data as JsonObject).length
        : undefined;

export function isTrue(data: Data): boolean {
  const length = lengthOf(data);
  if (length !== undefined) return length > 0;
  return data === true || (data !== null && data !== undefined && data !== false && numberIn(data) !== 0);
}

/** The entries of a map in the order of their keys. */
export const entriesOf = (map: JsonObject): readonly (readonly [string, Data])[] =>
  Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort(byBytes)
    .map((key) => [key, map[key]]);

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
