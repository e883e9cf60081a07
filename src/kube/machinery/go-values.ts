// Values as a Go program holds them that has read JSON: which kind a value is of, and how fmt prints it. Models reflect.Kind and fmt
import { sortedEntries } from './go-text.ts';
import { isJsonObject, type JsonValue } from './json.ts';

/** A float that may look whole, such as the literal 1.0. */
export class GoFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}
/** One byte of a text. */
export class GoByte {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Undefined is Go's zero Value: not even a nil. */
export type GoValue = JsonValue | GoFloat | GoByte | undefined;
export type GoKind = 'invalid' | 'nil' | 'bool' | 'int' | 'uint' | 'float' | 'string' | 'slice' | 'map';

export function kindOf(value: GoValue): GoKind {
  if (value === undefined) return 'invalid';
  if (value === null) return 'nil';
  if (value instanceof GoFloat) return 'float';
  if (value instanceof GoByte) return 'uint';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isSafeInteger(value) ? 'int' : 'float';
    default:
      return Array.isArray(value) ? 'slice' : 'map';
  }
}

const TYPES: Readonly<Record<GoKind, string>> = {
  invalid: '<nil>',
  nil: '<nil>',
  bool: 'bool',
  int: 'int64',
  uint: 'uint8',
  float: 'float64',
  string: 'string',
  slice: '[]interface {}',
  map: 'map[string]interface {}',
};
/** `%T`. */
export const typeOf = (value: GoValue): string => TYPES[kindOf(value)];

/** A float as `%v` prints it: the shortest digits, with an exponent from a million on and for what is tiny. */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return plain(value, mantissa, power);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function plain(value: number, mantissa: string, power: number): string {
  if (power < 0) return value.toFixed(Math.max(0, mantissa.replace(/^-?\d\.?/, '').length - power));
  return String(value);
}

const numberOf = (value: GoValue): number => (value instanceof GoFloat || value instanceof GoByte ? value.value : Number(value));

/** `%v`. */
export function goPrint(value: GoValue): string {
  switch (kindOf(value)) {
    case 'invalid':
      return '<invalid reflect.Value>';
    case 'nil':
      return '<nil>';
    case 'float':
      return goFloat(numberOf(value));
    case 'uint':
      return String(numberOf(value));
    case 'slice':
      return `[${(value as readonly JsonValue[]).map(goPrint).join(' ')}]`;
    case 'map':
      return isJsonObject(value)
        ? `map[${sortedEntries(value)
            .map(([key, item]) => `${key}:${goPrint(item)}`)
            .join(' ')}]`
        : '';
    default:
      return String(value);
  }
}

/** A reason why two values cannot be compared. */
export class NotComparable extends Error {}

type Basic = Exclude<GoKind, 'invalid' | 'nil' | 'slice' | 'map'>;

function basicKind(value: GoValue): Basic {
  const kind = kindOf(value);
  if (kind === 'invalid' || kind === 'nil' || kind === 'slice' || kind === 'map') throw new NotComparable('invalid type for comparison');
  return kind;
}
const comparable = (value: GoValue): number | bigint | string | boolean =>
  typeof value === 'bigint' || typeof value === 'string' || typeof value === 'boolean' ? value : numberOf(value);
const areMixedIntegers = (a: Basic, b: Basic): boolean => (a === 'int' && b === 'uint') || (a === 'uint' && b === 'int');

/** Throws NotComparable. */
export function goEqual(a: GoValue, b: GoValue): boolean {
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (kindA !== kindB && !areMixedIntegers(kindA, kindB)) throw new NotComparable('incompatible types for comparison');
  // Wide integers may stand on one side only.
  // oxlint-disable-next-line eqeqeq -- 3n and 3 are the same integer
  return comparable(a) == comparable(b);
}

/** Throws NotComparable. */
export function goLess(a: GoValue, b: GoValue): boolean {
  const kindA = basicKind(a);
  const kindB = basicKind(b);
  if (kindA !== kindB && !areMixedIntegers(kindA, kindB)) throw new NotComparable('incompatible types for comparison');
  if (kindA === 'bool') throw new NotComparable('invalid type for comparison');
  return comparable(a) < comparable(b);
}
