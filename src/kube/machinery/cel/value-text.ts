// Values as text: how Go prints them in messages. Models cel-go/common/types and Go's fmt
import { goDouble } from './number-text.ts';
import { secondsText, timestampText } from './time-text.ts';
import { Duration, List, Mapping, Optional, Timestamp, TypeValue, Uint, isError, runtimeName, type Value } from './values.ts';

/** `%v` of a value. */
export function plainText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  if (value instanceof Uint) return String(value.value);
  if (typeof value === 'number') return goDouble(value);
  if (value instanceof TypeValue) return runtimeName(value.type);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return `${secondsText(value.nanoseconds)}s`;
  if (value instanceof List) return `[${[...value].map(plainText).join(', ')}]`;
  if (value instanceof Mapping) return `{${[...value.keys()].map((key) => `${plainText(key)}: ${plainText(value.find(key) ?? null)}`).join(', ')}}`;
  if (value instanceof Optional) return value.value === undefined ? 'optional.none()' : `optional(${plainText(value.value)})`;
  if (isError(value)) return value.message;
  return String(value);
}
