// The JSON merge patch that leads from one object to another. Models github.com/evanphx/json-patch (CreateMergePatch)
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { ThreeWay } from '../../kube/machinery/strategic-diff.ts';

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

/** What is missing or different in `current`, and what was in `original` and is wanted no more. Models apimachinery/pkg/util/jsonmergepatch */
export function threeWayMergePatch({ original, modified, current }: ThreeWay): JsonObject {
  const changes = filtered(mergePatchBetween(current, modified), false);
  const deletions = filtered(mergePatchBetween(original, modified), true);
  return combined(deletions, changes);
}

/** Only the nulls of a patch, or everything but them. */
function filtered(patch: JsonObject, keepsNulls: boolean): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const [key, value = null] of Object.entries(patch)) {
    if (value === null) {
      if (keepsNulls) kept[key] = null;
    } else if (isJsonObject(value)) {
      const inner = filtered(value, keepsNulls);
      if (Object.keys(inner).length || (!keepsNulls && !Object.keys(value).length)) kept[key] = inner;
    } else if (!keepsNulls) kept[key] = value;
  }
  return kept;
}

function combined(first: JsonObject, second: JsonObject): JsonObject {
  const both: Record<string, JsonValue> = { ...(first as Record<string, JsonValue>) };
  for (const [key, value = null] of Object.entries(second)) {
    const ours = both[key];
    both[key] = isJsonObject(ours) && isJsonObject(value) ? combined(ours, value) : value;
  }
  return both;
}
