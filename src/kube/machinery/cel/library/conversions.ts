// From one type to another: `int("3")`, `string(1.5)`. Models ConvertToType of cel-go/common/types
import { Duration, Timestamp, Uint, runtimeName, type Value } from '../values.ts';
import { floorDivide, parseGoDuration, parseTimestamp, secondsText, SECOND, timestampText } from '../time-text.ts';
import { runtimeType } from '../runtime-types.ts';
import { goDouble } from '../number-text.ts';
import { failure, isInt, isUint, typed, type Implementation, type Implementations } from './implementation.ts';

const impossible = (value: Value, to: string): Value => failure(`type conversion error from '${runtimeName(runtimeType(value))}' to '${to}'`);
const same: Implementation = (value = null) => value;
const INT_OVERFLOW = 'integer overflow';
const UINT_OVERFLOW = 'unsigned integer overflow';
const TWO_63 = 2 ** 63;
const TWO_64 = 2 ** 64;

const stringToInt = typed((text: string) => {
  if (!/^[+-]?\d+$/.test(text)) return impossible(text, 'int');
  const value = BigInt(text.replace(/^\+/, ''));
  return isInt(value) ? value : impossible(text, 'int');
});
const stringToUint = typed((text: string) => {
  if (!/^\d+$/.test(text)) return impossible(text, 'uint');
  const value = BigInt(text);
  return isUint(value) ? new Uint(value) : impossible(text, 'uint');
});
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const stringToDouble = typed((text: string) => {
  const special = /^([+-]?)(?:inf(?:inity)?)$/i.exec(text);
  if (special) return special[1] === '-' ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : impossible(text, 'double');
});
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);
const stringToBool = typed((text: string) => (TRUE.has(text) ? true : FALSE.has(text) ? false : impossible(text, 'bool')));

const doubleToInt = typed((value: number) => (Number.isNaN(value) || value <= -TWO_63 || value >= TWO_63 ? failure(INT_OVERFLOW) : BigInt(Math.trunc(value))));
const doubleToUint = typed((value: number) =>
  Number.isNaN(value) || value < 0 || value >= TWO_64 ? failure(UINT_OVERFLOW) : new Uint(BigInt(Math.trunc(value))),
);

const stringToTimestamp = typed((text: string) => parseTimestamp(text) ?? impossible(text, 'google.protobuf.Timestamp'));
const stringToDuration = typed((text: string) => {
  const value = parseGoDuration(text);
  return value === undefined ? impossible(text, 'google.protobuf.Duration') : new Duration(value);
});
function bytesToString(bytes: Uint8Array): Value {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return failure('invalid UTF-8 in bytes, cannot convert to string');
  }
}

export const CONVERSIONS: Implementations = {
  bool_to_bool: same,
  string_to_bool: stringToBool,
  bytes_to_bytes: same,
  string_to_bytes: typed((text: string) => new Uint8Array(Buffer.from(text))),
  double_to_double: same,
  int64_to_double: typed((value: bigint) => Number(value)),
  uint64_to_double: typed((value: Uint) => Number(value.value)),
  string_to_double: stringToDouble,
  duration_to_duration: same,
  int64_to_duration: typed((value: bigint) => new Duration(value)),
  string_to_duration: stringToDuration,
  int64_to_int64: same,
  double_to_int64: doubleToInt,
  duration_to_int64: typed((value: Duration) => value.nanoseconds),
  string_to_int64: stringToInt,
  timestamp_to_int64: typed((value: Timestamp) => floorDivide(value.nanoseconds, SECOND)),
  uint64_to_int64: typed((value: Uint) => (isInt(value.value) ? value.value : failure(INT_OVERFLOW))),
  uint64_to_uint64: same,
  double_to_uint64: doubleToUint,
  int64_to_uint64: typed((value: bigint) => (value < 0n ? failure(UINT_OVERFLOW) : new Uint(value))),
  string_to_uint64: stringToUint,
  string_to_string: same,
  bool_to_string: typed((value: boolean) => String(value)),
  bytes_to_string: typed(bytesToString),
  double_to_string: typed((value: number) => goDouble(value)),
  duration_to_string: typed((value: Duration) => `${secondsText(value.nanoseconds)}s`),
  int64_to_string: typed((value: bigint) => String(value)),
  timestamp_to_string: typed((value: Timestamp) => timestampText(value)),
  uint64_to_string: typed((value: Uint) => String(value.value)),
  timestamp_to_timestamp: same,
  int64_to_timestamp: typed((value: bigint) => new Timestamp(value * SECOND)),
  string_to_timestamp: stringToTimestamp,
};
