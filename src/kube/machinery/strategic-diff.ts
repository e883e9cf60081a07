// The strategic merge patch that leads from one object to another, and the three-way one of `apply`.
// Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go (diffMaps, CreateThreeWayMergePatch)
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from './json.ts';
import { goText } from './go-text.ts';
import {
  DELETE_PRIMITIVES,
  DIRECTIVE,
  ELEMENT_ORDER,
  inOrder,
  PatchError,
  positionOf,
  RETAIN_KEYS,
  UNKNOWN_FIELD,
  type MergeField,
  type MergeSchema,
} from './strategic-merge.ts';

type Draft = Record<string, JsonValue>;
type List = readonly JsonValue[];

interface DiffOptions {
  readonly setsOrder: boolean;
  readonly ignoresChanges: boolean;
  readonly ignoresDeletions: boolean;
}
const ALL: DiffOptions = { setsOrder: true, ignoresChanges: false, ignoresDeletions: false };

/** Applied to `original` it yields `modified`. */
export const strategicDiff = (original: JsonObject, modified: JsonObject, schema: MergeSchema | undefined): JsonObject =>
  diffObjects(original, modified, schema, ALL);

export interface ThreeWay {
  /** What was applied last; empty where nothing was. */
  readonly original: JsonObject;
  /** What is wanted now. */
  readonly modified: JsonObject;
  /** What the server has. */
  readonly current: JsonObject;
}

/** What is missing or different on the server, and what was applied once and is wanted no more. Throws PatchError. */
export function threeWayPatch({ original, modified, current }: ThreeWay, schema: MergeSchema | undefined): JsonObject {
  const delta = diffObjects(current, modified, schema, { ...ALL, ignoresDeletions: true });
  const deletions = diffObjects(original, modified, schema, { ...ALL, ignoresChanges: true });
  return mergePatches(deletions, delta, schema);
}

function diffObjects(original: JsonObject, modified: JsonObject, schema: MergeSchema | undefined, options: DiffOptions, retainsKeys = false): JsonObject {
  const patch: Draft = {};
  for (const [key, value] of entriesOf(modified)) {
    const before = original[key];
    if (before === undefined) {
      if (!options.ignoresChanges) patch[key] = value;
    } else if (key === DIRECTIVE) {
      if (before !== value) patch[key] = value;
    } else if (isJsonObject(before) && isJsonObject(value)) diffField(patch, key, before, value, schema?.(key) ?? UNKNOWN_FIELD, options);
    else if (Array.isArray(before) && Array.isArray(value)) diffListField(patch, key, before as List, value as List, schema?.(key) ?? UNKNOWN_FIELD, options);
    else if (!options.ignoresChanges && !jsonEqual(before, value)) patch[key] = value;
  }
  if (!options.ignoresDeletions) for (const key of keysOf(original)) if (modified[key] === undefined) patch[key] = null;
  if (retainsKeys) {
    const kept = entriesOf(modified)
      .filter(([, value]) => value !== null)
      .map(([key]) => key)
      .sort();
    const hasMore = entriesOf(original).some(([key, value]) => value !== null && modified[key] === undefined);
    if (kept.length && (Object.keys(patch).length || hasMore)) patch[RETAIN_KEYS] = kept;
  }
  return patch;
}

const keysOf = (object: JsonObject): readonly string[] => Object.keys(object).filter((key) => object[key] !== undefined);
const entriesOf = (object: JsonObject): readonly (readonly [string, JsonValue])[] => keysOf(object).map((key) => [key, object[key] ?? null]);

function diffField(patch: Draft, key: string, before: JsonObject, value: JsonObject, { schema, strategies }: MergeField, options: DiffOptions): void {
  if (strategies.includes('replace')) {
    if (!options.ignoresChanges) patch[key] = value;
    return;
  }
  const inner = diffObjects(before, value, schema, options, strategies.includes('retainKeys'));
  if (Object.keys(inner).length) patch[key] = inner;
}

function diffListField(patch: Draft, key: string, before: List, value: List, field: MergeField, options: DiffOptions): void {
  if (!field.strategies.includes('merge')) {
    if (!options.ignoresChanges && !jsonEqual(before, value)) patch[key] = value;
    return;
  }
  const { add, remove, order } = diffLists(before, value, field, options);
  if (add.length) patch[key] = add;
  if (remove.length) patch[`${DELETE_PRIMITIVES}${key}`] = remove;
  if (order.length) patch[`${ELEMENT_ORDER}${key}`] = order;
}

interface ListDiff {
  readonly add: List;
  readonly remove: List;
  readonly order: List;
}
const NONE: ListDiff = { add: [], remove: [], order: [] };

function diffLists(before: List, value: List, field: MergeField, options: DiffOptions): ListDiff {
  if (!before.length) return options.ignoresChanges ? NONE : { ...NONE, add: value };
  return [...before, ...value].some((item) => isJsonObject(item))
    ? diffListsOfObjects(before, value, field, options)
    : diffListsOfScalars(before, value, options);
}

const byText = (a: JsonValue, b: JsonValue): number => (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0);

function diffListsOfScalars(before: List, value: List, { ignoresChanges, ignoresDeletions, setsOrder }: DiffOptions): ListDiff {
  const add = ignoresChanges ? [] : value.filter((item) => !before.includes(item));
  const remove = ignoresDeletions ? [] : [...new Set(before.filter((item) => !value.includes(item)))].sort(byText);
  // Upstream has sorted the old list by now.
  const hasOrder = setsOrder && (remove.length > 0 || (!ignoresChanges && !jsonEqual([...before].sort(byText), value)));
  return { add, remove, order: hasOrder ? value : [] };
}

function diffListsOfObjects(before: List, value: List, { mergeKey, schema, strategies }: MergeField, options: DiffOptions): ListDiff {
  const keyOf = (item: JsonValue): JsonValue => {
    const key = mergeKey !== undefined && isJsonObject(item) ? item[mergeKey] : undefined;
    if (key === undefined) throw new PatchError(`map: ${goText(item)} does not contain declared merge key: ${mergeKey ?? ''}`);
    return key;
  };
  const name = mergeKey ?? '';
  // Where one key comes several times, upstream pairs them from the last to the first.
  const old = Map.groupBy(before as readonly JsonObject[], (item) => String(keyOf(item)));
  const wanted = Map.groupBy(value as readonly JsonObject[], (item) => String(keyOf(item)));
  const changes: JsonValue[] = [];
  for (const { key, item } of value.map((each) => ({ key: keyOf(each), item: wanted.get(String(keyOf(each)))?.pop() ?? {} }))) {
    const was = old.get(String(key))?.pop();
    if (!was) {
      if (!options.ignoresChanges) changes.push(item);
      continue;
    }
    const inner = diffObjects(was, item, schema, options, strategies.includes('retainKeys'));
    if (Object.keys(inner).length) changes.push({ ...inner, [name]: key });
  }
  const deleted = options.ignoresDeletions ? [] : [...old].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, items]) => items);
  const add = [...changes, ...deleted.map((item) => ({ [name]: keyOf(item), [DIRECTIVE]: 'delete' }))];
  const isOrderSame = before.length === value.length && before.every((item, i) => jsonEqual(keyOf(item), keyOf(value[i] ?? null)));
  const hasOrder = options.setsOrder && ((!options.ignoresChanges && (add.length > 0 || !isOrderSame)) || (!options.ignoresDeletions && add.length > 0));
  return { add, remove: [], order: hasOrder ? value.map((item) => ({ [name]: keyOf(item) })) : [] };
}

/** Two patches as one: directives are kept, not carried out. */
function mergePatches(first: JsonObject, second: JsonObject, schema: MergeSchema | undefined): JsonObject {
  const merged: Draft = { ...(first as Draft) };
  if (second[RETAIN_KEYS] !== undefined) merged[RETAIN_KEYS] = second[RETAIN_KEYS];
  const done = new Set<string>([RETAIN_KEYS]);
  for (const [directive, order] of entriesOf(second)) {
    if (!directive.startsWith(ELEMENT_ORDER)) continue;
    const key = directive.slice(ELEMENT_ORDER.length);
    done.add(directive).add(key);
    if (merged[directive] !== undefined && !jsonEqual(merged[directive], order)) throw new PatchError('invalid patch format of setElementOrder list');
    merged[directive] = order;
    const ours = merged[key];
    const theirs = second[key];
    if (ours === undefined && theirs === undefined) continue;
    const field = schema?.(key) ?? UNKNOWN_FIELD;
    const before = Array.isArray(ours) ? (ours as List) : [];
    const list = Array.isArray(ours) && Array.isArray(theirs) ? mergeLists(ours as List, theirs as List, field) : ((ours ?? theirs) as List);
    merged[key] = inOrder(list, order as List, before, field.mergeKey);
  }
  for (const [key, value] of entriesOf(second)) {
    if (done.has(key)) continue;
    const ours = merged[key];
    const field = schema?.(key) ?? UNKNOWN_FIELD;
    if (isJsonObject(ours) && isJsonObject(value) && !field.strategies.includes('replace')) merged[key] = mergePatches(ours, value, field.schema);
    else if (Array.isArray(ours) && Array.isArray(value) && field.strategies.includes('merge')) merged[key] = mergeLists(ours as List, value as List, field);
    else merged[key] = value;
  }
  return merged;
}

function mergeLists(first: List, second: List, { mergeKey, schema }: MergeField): List {
  if (![...first, ...second].some((item) => isJsonObject(item))) return inOrder([...new Set([...first, ...second])], second, first, undefined);
  const merged = [...first];
  for (const item of second) {
    const at = positionOf(merged, item, mergeKey);
    const ours = merged[at];
    if (isJsonObject(ours) && isJsonObject(item)) merged[at] = mergePatches(ours, item, schema);
    else merged.push(item);
  }
  return inOrder(merged, second, first, mergeKey);
}
