// Strategic merge patch with all its directives. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from './json.ts';

/** How one field merges. */
export interface MergeField {
  /** Of the struct that the value, the list's items or the map's values are; undefined for scalars and free-form maps. */
  readonly schema: MergeSchema | undefined;
  /** `merge`, `replace`, `retainKeys` or absent: lists are replaced, maps merged. */
  readonly strategies: readonly string[];
  readonly mergeKey: string | undefined;
}
/** Undefined for a field the type does not have. */
export type MergeSchema = (field: string) => MergeField | undefined;

/** A patch that cannot be applied; the message is upstream's. */
export class PatchError extends Error {}

export const DIRECTIVE = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const ELEMENT_ORDER = '$setElementOrder/';
export const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/';
/** What is assumed of a field that nothing is known of. */
export const UNKNOWN_FIELD: MergeField = { schema: undefined, strategies: [], mergeKey: undefined };
type Item = JsonValue;
type Draft = Record<string, JsonValue>;

/** `original` with `patch` merged in; neither is changed. Throws PatchError. */
export function strategicMerge(original: JsonObject | undefined, patch: JsonObject, schema: MergeSchema | undefined): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive !== undefined) {
    if (directive === 'replace') {
      const { [DIRECTIVE]: _directive, ...rest } = patch;
      return rest;
    }
    if (directive === 'delete') return {};
    throw new PatchError(`unknown patch type found: ${String(directive)}`);
  }
  const result = retainKeys({ ...original } as Draft, patch);
  const done = applyElementOrders(result, patch, schema);
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || key === RETAIN_KEYS || key.startsWith(ELEMENT_ORDER) || done.has(key)) continue;
    if (key.startsWith(DELETE_PRIMITIVES)) {
      deletePrimitives(result, key.slice(DELETE_PRIMITIVES.length), value);
      continue;
    }
    if (value === null) {
      delete result[key];
      continue;
    }
    mergeField(result, key, value, schema?.(key) ?? UNKNOWN_FIELD);
  }
  return result;
}

function mergeField(result: Draft, key: string, value: JsonValue, field: MergeField): void {
  const before = result[key];
  if (isJsonObject(before) && isJsonObject(value)) {
    const strategy = field.strategies.find((each) => each !== 'retainKeys');
    result[key] = strategy === 'replace' ? value : strategicMerge(before, value, field.schema);
    if (value[DIRECTIVE] === 'delete') delete result[key];
  } else if (Array.isArray(before) && Array.isArray(value)) {
    result[key] = field.strategies.includes('merge') ? mergeLists(before, value, field) : value;
  } else {
    const cleaned = withoutDirectives(value);
    if (cleaned === undefined) delete result[key];
    else result[key] = cleaned;
  }
}

function retainKeys(result: Draft, patch: JsonObject): Draft {
  const keys = patch[RETAIN_KEYS];
  if (keys === undefined) return result;
  if (!Array.isArray(keys)) throw new PatchError('invalid patch format of retainKeys list');
  const allowed = new Set<JsonValue>(keys as readonly JsonValue[]);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || key === RETAIN_KEYS || key.startsWith(DELETE_PRIMITIVES) || key.startsWith(ELEMENT_ORDER)) continue;
    if (!allowed.has(key)) throw new PatchError('invalid patch format of retainKeys list');
  }
  return Object.fromEntries(Object.entries(result).filter(([key]) => allowed.has(key)));
}

/** Lists that come with an order: merged and ordered together. Returns the fields that are done. */
function applyElementOrders(result: Draft, patch: JsonObject, schema: MergeSchema | undefined): ReadonlySet<string> {
  const done = new Set<string>();
  for (const [directive, order] of Object.entries(patch)) {
    if (!directive.startsWith(ELEMENT_ORDER)) continue;
    if (!Array.isArray(order)) throw new PatchError('invalid patch format of setElementOrder list');
    const key = directive.slice(ELEMENT_ORDER.length);
    const field = schema?.(key) ?? UNKNOWN_FIELD;
    const before = result[key];
    const change = patch[key];
    const deletion = patch[`${DELETE_PRIMITIVES}${key}`];
    if (Array.isArray(deletion)) deletePrimitives(result, key, deletion as JsonValue);
    const original = result[key];
    let merged: readonly Item[];
    if (Array.isArray(original) && Array.isArray(change)) merged = mergeLists(original, change, field);
    else if (Array.isArray(change)) merged = withoutDirectives(change as JsonValue) as readonly Item[];
    else if (Array.isArray(original)) merged = original as readonly Item[];
    else continue;
    result[key] = inOrder(merged, order as readonly Item[], Array.isArray(before) ? (before as readonly Item[]) : [], field.mergeKey);
    done.add(key);
    done.add(`${DELETE_PRIMITIVES}${key}`);
  }
  return done;
}

function deletePrimitives(result: Draft, key: string, values: JsonValue): void {
  const before = result[key];
  if (!Array.isArray(values)) throw new PatchError('invalid patch format of primitive list');
  if (Array.isArray(before)) result[key] = before.filter((item: JsonValue) => !values.includes(item as never));
}

const sameItem = (a: Item, b: Item, mergeKey: string | undefined): boolean =>
  mergeKey === undefined || !isJsonObject(a) || !isJsonObject(b) ? jsonEqual(a, b) : jsonEqual(a[mergeKey], b[mergeKey]);
export const positionOf = (list: readonly Item[], item: Item, mergeKey: string | undefined): number => list.findIndex((each) => sameItem(each, item, mergeKey));

function mergeLists(original: readonly Item[], patch: readonly Item[], field: MergeField): readonly Item[] {
  const { mergeKey } = field;
  if (![...original, ...patch].some((item) => isJsonObject(item))) {
    const both = [...original, ...patch];
    return inOrder(
      both.filter((item, i) => both.indexOf(item) === i),
      patch,
      original,
      undefined,
    );
  }
  if (mergeKey === undefined) throw new PatchError('cannot merge lists without merge key');
  const keyOf = (item: Item): JsonValue => {
    const key = isJsonObject(item) ? item[mergeKey] : undefined;
    if (key === undefined) throw new PatchError(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
    return key;
  };
  let current = [...original];
  const plain: JsonObject[] = [];
  let replace = false;
  for (const item of patch) {
    const object = item as JsonObject;
    const directive = isJsonObject(item) ? object[DIRECTIVE] : undefined;
    if (directive === undefined) plain.push(object);
    else if (directive === 'delete') {
      const key = keyOf(item);
      current = current.filter((each) => !isJsonObject(each) || !jsonEqual(each[mergeKey], key));
    } else if (directive === 'replace') replace = true;
    else throw new PatchError(directive === 'merge' ? 'merging lists cannot yet be specified in the patch' : `unknown patch type found: ${String(directive)}`);
  }
  if (replace) return plain;
  const before = current;
  const merged = [...current];
  for (const item of plain) {
    keyOf(item);
    const at = positionOf(merged, item, mergeKey);
    const existing = merged[at];
    if (at >= 0 && isJsonObject(existing)) merged[at] = strategicMerge(existing, item, field.schema);
    else merged.push(withoutDirectives(item) as JsonObject);
  }
  return inOrder(merged, plain, before, mergeKey);
}

/** Items named in `order` in that order, those only the server has kept in theirs; where neither decides, the patch's come first. */
export function inOrder(items: readonly Item[], order: readonly Item[], serverOrder: readonly Item[], mergeKey: string | undefined): readonly Item[] {
  const named = items.filter((item) => positionOf(order, item, mergeKey) >= 0).sort((a, b) => positionOf(order, a, mergeKey) - positionOf(order, b, mergeKey));
  const serverOnly = items.filter((item) => positionOf(order, item, mergeKey) < 0);
  const all: Item[] = [];
  let left = 0;
  let right = 0;
  while (left < serverOnly.length || right < named.length) {
    const l = serverOnly[left];
    const r = named[right];
    if (l === undefined) {
      all.push(r as Item);
      right += 1;
      continue;
    }
    if (r === undefined) {
      all.push(l);
      left += 1;
      continue;
    }
    const li = positionOf(serverOrder, l, mergeKey);
    const ri = positionOf(serverOrder, r, mergeKey);
    if (li >= 0 && ri >= 0 && li < ri) {
      all.push(l);
      left += 1;
    } else {
      all.push(r);
      right += 1;
    }
  }
  return all;
}

/** A value as it is stored when there was none before: directives and nulls are no content. Undefined when it is a directive itself. */
function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value))
    return value.flatMap((item: JsonValue) => {
      const kept = withoutDirectives(item);
      return kept === undefined ? [] : [kept];
    });
  if (!isJsonObject(value)) return value;
  if (value[DIRECTIVE] === 'replace') {
    const { [DIRECTIVE]: _directive, ...rest } = value;
    return withoutDirectives(rest);
  }
  if (value[DIRECTIVE] !== undefined) return undefined;
  const result: Draft = {};
  for (const [key, child] of Object.entries(value)) {
    if (child === null || child === undefined || key === RETAIN_KEYS || key.startsWith(ELEMENT_ORDER) || key.startsWith(DELETE_PRIMITIVES)) continue;
    const kept = withoutDirectives(child);
    if (kept !== undefined) result[key] = kept;
  }
  return result;
}
