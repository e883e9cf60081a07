// What changed between two states of an object, by field. Models structured-merge-diff/typed/compare.go
import { fieldElement, type PathElement } from '../../../kube/machinery/field-path.ts';
import { FieldSetBuilder, isEmptySet, type FieldSet } from '../../../kube/machinery/field-set.ts';
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
    const left = formsOf(structure, before);
    const right = formsOf(structure, after);
    let whole: boolean;
    if (after === undefined) whole = this.#as(left, structure, before, after);
    else {
      if (before !== undefined && left !== right) this.#as(left, structure, before, after);
      whole = this.#as(right, structure, before, after);
    }
    if (whole) return;
    if (before === undefined) this.added.add(this.#path);
    else if (after === undefined) this.removed.add(this.#path);
  }

  /** True when the value counted as a whole. */
  #as(forms: number, structure: Structure, before: JsonValue | undefined, after: JsonValue | undefined): boolean {
    if (forms & MAP && structure.map) {
      const left = asObject(before);
      const right = asObject(after);
      if (structure.map.atomic || (isEmptyObject(left) && isEmptyObject(right))) return this.#whole(before, after);
      this.#fields(structure.map, left, right);
      return false;
    }
    if (forms & LIST && structure.list && (forms === LIST || !structure.scalar)) {
      const left = asList(before) ?? [];
      const right = asList(after) ?? [];
      if (structure.list.atomic || (left.length === 0 && right.length === 0)) return this.#whole(before, after);
      if (!jsonEqual(left, right)) this.#items(structure.list, left, right);
      return false;
    }
    return this.#whole(before, after);
  }

  #whole(before: JsonValue | undefined, after: JsonValue | undefined): true {
    if (before === undefined) this.added.add(this.#path);
    else if (after === undefined) this.removed.add(this.#path);
    else if (!jsonEqual(before, after)) this.modified.add(this.#path);
    return true;
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
