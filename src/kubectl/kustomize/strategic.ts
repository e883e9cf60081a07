// Strategic merges as kustomize makes them: elements of a patch come first, in its order. Models kustomize/kyaml/yaml/merge2
import { builtInMergeSchema } from '../../kube/machinery/built-in-merge.ts';
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { MergeSchema } from '../../kube/machinery/strategic-merge.ts';
import { isBuiltInGroup } from '../client/built-in-groups.ts';

const DIRECTIVE = '$patch';

/** Undefined for an object that the patch deletes. */
export function strategicallyPatched(object: JsonObject, patch: JsonObject): JsonObject | undefined {
  const apiVersion = object['apiVersion'];
  const group = typeof apiVersion === 'string' && apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return mergeObjects(object, patch, isBuiltInGroup(group) ? builtInMergeSchema({ ...object, ...patch }) : undefined);
}

const withoutDirective = ({ [DIRECTIVE]: _directive, ...rest }: JsonObject): JsonObject => rest;

function mergeObjects(before: JsonObject, patch: JsonObject, schema: MergeSchema | undefined): JsonObject | undefined {
  if (patch[DIRECTIVE] === 'delete') return undefined;
  if (patch[DIRECTIVE] === 'replace') return withoutDirective(patch);
  const result: Record<string, JsonValue> = { ...(before as Record<string, JsonValue>) };
  for (const [key, value] of Object.entries(withoutDirective(patch))) {
    const field = schema?.(key);
    const old = before[key];
    if (value === null || value === undefined) delete result[key];
    else if (isJsonObject(value)) {
      const merged = isJsonObject(old) ? mergeObjects(old, value, field?.schema) : withoutNulls(value);
      if (merged === undefined) delete result[key];
      else result[key] = merged as JsonValue;
    } else if (Array.isArray(value) && Array.isArray(old) && field?.strategies.includes('merge'))
      result[key] = mergeLists(old as readonly JsonValue[], value as readonly JsonValue[], field.mergeKey, field.schema);
    else result[key] = withoutNulls(value) as JsonValue;
  }
  return result;
}

function withoutNulls(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((each) => withoutNulls(each) ?? null).filter((each) => each !== null);
  if (!isJsonObject(value)) return value;
  if (value[DIRECTIVE] === 'delete') return undefined;
  const kept = Object.entries(withoutDirective(value)).flatMap(([key, each]): (readonly [string, JsonValue])[] => {
    const clean = each === null || each === undefined ? undefined : withoutNulls(each);
    return clean === undefined ? [] : [[key, clean]];
  });
  return Object.fromEntries(kept);
}

function mergeLists(before: readonly JsonValue[], patch: readonly JsonValue[], mergeKey: string | undefined, schema: MergeSchema | undefined): JsonValue {
  if (mergeKey === undefined) return [...patch, ...before.filter((each) => !patch.some((other) => jsonEqual(each, other)))];
  const isReplaced = patch.some((each) => isJsonObject(each) && each[DIRECTIVE] === 'replace');
  const elements = patch.filter(isJsonObject).filter((each) => each[DIRECTIVE] !== 'replace');
  if (isReplaced) return elements;
  const taken = new Set<JsonValue>();
  const merged = elements.flatMap((element): JsonValue[] => {
    const same = before.find((each) => isJsonObject(each) && !taken.has(each) && isSame(each, element, mergeKey));
    if (same !== undefined) taken.add(same);
    const result = isJsonObject(same) ? mergeObjects(same, element, schema) : withoutNulls(element);
    return result === undefined ? [] : [result];
  });
  return [...merged, ...before.filter((each) => !taken.has(each))];
}

/** Ports of one number differ by their protocol. */
function isSame(a: JsonObject, b: JsonObject, mergeKey: string): boolean {
  if (!jsonEqual(a[mergeKey], b[mergeKey])) return false;
  if (mergeKey !== 'containerPort' && mergeKey !== 'port') return true;
  const [one = 'TCP', other = 'TCP'] = [a['protocol'], b['protocol']];
  return one === other;
}
