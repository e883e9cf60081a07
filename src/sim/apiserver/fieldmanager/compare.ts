// What changed between two states of an object, by field. Models structured-merge-diff/typed/compare.go
import { fieldElement, SELF, type PathElement } from '../../../kube/machinery/field-path.ts';
import { FieldSetBuilder, isEmptySet, NO_FIELDS, sorted, type FieldSet } from '../../../kube/machinery/field-set.ts';
import { jsonEqual, type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import type { ListStructure, MapStructure, Structure } from '../../resources/structure.ts';
import { asList, asObject, formsOf, isEmptyObject, itemsByElement, LIST, MAP, own } from './structured-value.ts';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}
type Items = readonly JsonValue[];

export const isSame = ({ added, modified, removed }: Comparison): boolean => isEmptySet(added) && isEmptySet(modified) && isEmptySet(removed);

/** All fields of a value that came or went as a whole: the value itself and everything in it. Throws StructureError. */
function allFields(structure: Structure, value: JsonValue): FieldSet {
  const forms = formsOf(structure, value);
  const { map, list } = structure;
  if (forms & MAP && map) {
    const object = asObject(value);
    if (map.atomic || isEmptyObject(object)) return NO_FIELDS;
    const result: Record<PathElement, FieldSet> = { [SELF]: NO_FIELDS };
    for (const key in object) {
      const item = object[key];
      const inside = item === undefined ? undefined : (map.field(key) ?? map.values);
      if (inside) result[fieldElement(key)] = allFields(inside, item as JsonValue);
    }
    return sorted(result);
  }
  if (forms & LIST && list && (forms === LIST || !structure.scalar)) {
    const items = asList(value) ?? [];
    if (list.atomic || items.length === 0) return NO_FIELDS;
    const result: Record<PathElement, FieldSet> = { [SELF]: NO_FIELDS };
    // Of duplicates only that they are there is known.
    for (const [element, same] of itemsByElement(list, items)) result[element] = same.length === 1 ? allFields(list.items, same[0] as JsonValue) : NO_FIELDS;
    return sorted(result);
  }
  return NO_FIELDS;
}

/** Throws StructureError. */
export function compareValues(structure: Structure, before: JsonValue, after: JsonValue): Comparison {
  const walk = new Walk();
  if (before !== after) walk.value(structure, before, after);
  return { added: walk.added.build(), modified: walk.modified.build(), removed: walk.removed.build() };
}

class Walk {
  readonly added = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();
  readonly #path: PathElement[] = [];

  value(structure: Structure, before: JsonValue | undefined, after: JsonValue | undefined): void {
    if (before === undefined) {
      if (after !== undefined) this.added.add(this.#path, allFields(structure, after));
    } else if (after === undefined) this.removed.add(this.#path, allFields(structure, before));
    else {
      const left = formsOf(structure, before);
      const right = formsOf(structure, after);
      if (left !== right) this.#as(left, structure, before, after);
      this.#as(right, structure, before, after);
    }
  }

  #as(forms: number, structure: Structure, before: JsonValue, after: JsonValue): void {
    if (forms & MAP && structure.map) {
      const left = asObject(before);
      const right = asObject(after);
      if (structure.map.atomic || (isEmptyObject(left) && isEmptyObject(right))) this.#whole(before, after);
      else this.#fields(structure.map, left, right);
      return;
    }
    if (forms & LIST && structure.list && (forms === LIST || !structure.scalar)) {
      const left = asList(before) ?? [];
      const right = asList(after) ?? [];
      if (structure.list.atomic || (left.length === 0 && right.length === 0)) this.#whole(before, after);
      else if (!jsonEqual(left, right)) this.#items(structure.list, left, right);
      return;
    }
    this.#whole(before, after);
  }

  #whole(before: JsonValue, after: JsonValue): void {
    if (!jsonEqual(before, after)) this.modified.add(this.#path);
  }

  #below(element: PathElement, structure: Structure, before: JsonValue | undefined, after: JsonValue | undefined): void {
    this.#path.push(element);
    this.value(structure, before, after);
    this.#path.pop();
  }

  #fields(map: MapStructure, before: JsonObject | undefined, after: JsonObject | undefined): void {
    for (const key in after) {
      const right = after[key];
      if (right === undefined) continue;
      const left = own(before, key);
      if (left === right) continue;
      const structure = map.field(key) ?? map.values;
      if (structure) this.#below(fieldElement(key), structure, left, right);
    }
    for (const key in before) {
      const left = before[key];
      if (left === undefined || own(after, key) !== undefined) continue;
      const structure = map.field(key) ?? map.values;
      if (structure) this.#below(fieldElement(key), structure, left, undefined);
    }
  }

  #items(list: ListStructure, before: Items, after: Items): void {
    const lefts = itemsByElement(list, before);
    const rights = itemsByElement(list, after);
    for (const [element, left] of lefts) this.#sameItems(list, element, left, rights.get(element) ?? []);
    for (const [element, right] of rights) if (!lefts.has(element)) this.#sameItems(list, element, [], right);
  }

  /** Duplicates are compared as a whole; coming and going they are no more than a mark. */
  #sameItems(list: ListStructure, element: PathElement, before: Items, after: Items): void {
    if (before.length <= 1 && after.length <= 1) {
      if (before[0] !== after[0]) this.#below(element, list.items, before[0], after[0]);
    } else if (before.length >= 2 && after.length >= 2) {
      if (!jsonEqual(before, after)) this.modified.add([...this.#path, element]);
    } else if (before.length >= 2) {
      if (after.length) this.#below(element, list.items, undefined, after[0]);
      this.removed.add([...this.#path, element]);
    } else {
      if (before.length) this.#below(element, list.items, before[0], undefined);
      this.added.add([...this.#path, element]);
    }
  }
}
