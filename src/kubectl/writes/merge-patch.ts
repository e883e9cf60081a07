// The JSON merge patch that leads from one object to another. Models github.com/evanphx/json-patch (CreateMergePatch)
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';

export function mergePatchBetween(before: JsonObject, after: JsonObject): JsonObject {
  const patch: Record<string, JsonValue> = {};
  for (const [key, value = null] of Object.entries(after)) {
    const old = before[key];
    if (old === undefined) patch[key] = value;
    else if (isJsonObject(old) && isJsonObject(value)) {
      const inner = mergePatchBetween(old, value);
      if (Object.keys(inner).length) patch[key] = inner;
    } else if (!jsonEqual(old, value)) patch[key] = value;
  }
  for (const key of Object.keys(before)) if (after[key] === undefined) patch[key] = null;
  return patch;
}
