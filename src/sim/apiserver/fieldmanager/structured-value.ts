// How a value meets its structure: which form it has, and by what an item of a list is known.
// Models structured-merge-diff/typed/helpers.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { keyElement, showElement, valueElement, type FieldPath, type PathElement } from '../../../kube/machinery/field-path.ts';
import type { ListStructure, Structure } from '../../resources/structure.ts';

export interface StructureProblem {
  readonly path: FieldPath;
  readonly message: string;
}
/** A value that is not of its structure. The message is upstream's. */
export class StructureError extends Error {
  constructor(problems: readonly StructureProblem[]) {
    const lines = problems.map(({ path, message }) => (path.length ? `${path.map(showElement).join('')}: ${message}` : message));
    super(lines.length === 1 ? lines[0] : ['errors:', ...lines.map((line) => `  ${line}`)].join('\n'));
  }
}

/** Forms as bits: where a value leaves several open, the lowest goes first. */
export const MAP = 1;
export const SCALAR = 2;
export const LIST = 4;

/** The form that a value of this structure has; more than one bit while the value (null, absent) does not tell. */
export function formsOf({ map, scalar, list }: Structure, value: JsonValue | undefined): number {
  if (value !== undefined && value !== null) {
    if (typeof value !== 'object') {
      if (scalar) return SCALAR;
    } else if (Array.isArray(value)) {
      if (list) return LIST;
    } else if (map) return MAP;
  }
  return (map ? MAP : 0) | (scalar ? SCALAR : 0) | (list ? LIST : 0);
}

export const asObject = (value: JsonValue | undefined): JsonObject | undefined => (isJsonObject(value) ? value : undefined);
export const asList = (value: JsonValue | undefined): readonly JsonValue[] | undefined => (Array.isArray(value) ? (value as readonly JsonValue[]) : undefined);

export function isEmptyObject(object: JsonObject | undefined): boolean {
  for (const key in object) if (object[key] !== undefined) return false;
  return true;
}

/** A field of the object itself, never of its prototype. */
export const own = (object: JsonObject | undefined, key: string): JsonValue | undefined =>
  object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;

/** By what an item is known in a list that is not atomic. Throws StructureError. */
export function elementOf(list: ListStructure, item: JsonValue): PathElement {
  return list.keys.length ? keyedElement(list, item) : setElement(item);
}

const wrong = (message: string): StructureError => new StructureError([{ path: [], message }]);

function keyedElement({ keys, keyDefaults }: ListStructure, item: JsonValue): PathElement {
  if (item === null) throw wrong('associative list with keys may not have a null element');
  if (!isJsonObject(item)) throw wrong('associative list with keys may not have non-map elements');
  let values = item;
  let found = 0;
  for (const key of keys) {
    if (own(item, key) !== undefined) found += 1;
    else if (keyDefaults[key] !== undefined) {
      found += 1;
      values = { ...values, [key]: keyDefaults[key] };
    }
  }
  if (found === 0)
    throw wrong(
      `associative list with keys has an element that omits all key fields [${keys.map((key) => JSON.stringify(key)).join(' ')}] (and doesn't have default values for any key fields)`,
    );
  return keyElement(keys, values);
}

function setElement(item: JsonValue): PathElement {
  if (item === null) throw wrong("associative list without keys has an element that's an explicit null");
  if (Array.isArray(item)) throw wrong('not supported: associative list with lists as elements');
  if (typeof item === 'object') throw wrong("associative list without keys has an element that's a map type");
  return valueElement(item);
}

/** Items by element, in order; several where the list has duplicates. */
export function itemsByElement(list: ListStructure, items: readonly JsonValue[]): Map<PathElement, JsonValue[]> {
  const index = new Map<PathElement, JsonValue[]>();
  for (const item of items) {
    const element = elementOf(list, item);
    const same = index.get(element);
    if (same) same.push(item);
    else index.set(element, [item]);
  }
  return index;
}
