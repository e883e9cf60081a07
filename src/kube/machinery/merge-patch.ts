// JSON merge patch (RFC 7386).
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** `original` with `patch` merged in; neither is changed. */
export function mergePatch(original: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, JsonValue> = isJsonObject(original) ? { ...(original as Record<string, JsonValue>) } : {};
  for (const [key, value] of Object.entries(patch as JsonObject)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = mergePatch(result[key], value);
  }
  return result;
}
