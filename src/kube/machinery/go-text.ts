// JSON values as Go's fmt prints them, for messages that show a value so.
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** As Go orders a map when it prints it. */
export const sortedEntries = (value: JsonObject): [string, JsonValue][] =>
  Object.keys(value)
    .sort()
    .map((key) => [key, value[key] ?? null]);

/** `%v`: `map[spec:map[replicas:two]]`. */
export function goText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => goText(item)).join(' ')}]`;
  if (isJsonObject(value))
    return `map[${sortedEntries(value)
      .map(([key, item]) => `${key}:${goText(item)}`)
      .join(' ')}]`;
  return value === null ? '<nil>' : String(value);
}
