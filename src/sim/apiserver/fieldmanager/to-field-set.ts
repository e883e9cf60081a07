// The fields that a value sets. Models structured-merge-diff/typed/tofieldset.go
import { fieldElement, type PathElement } from '../../../kube/machinery/field-path.ts';
import { FieldSetBuilder, type FieldSet } from '../../../kube/machinery/field-set.ts';
import { isJsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import type { ListStructure, MapStructure, Structure } from '../../resources/structure.ts';
import { asList, asObject, formsOf, isEmptyObject, itemsByElement, LIST, MAP } from './structured-value.ts';

/** Throws StructureError. */
export function toFieldSet(structure: Structure, value: JsonValue): FieldSet {
  const walk = new Walk();
  walk.value(structure, value);
  return walk.set.build();
}

class Walk {
  readonly set = new FieldSetBuilder();
  readonly #path: PathElement[] = [];

  value(structure: Structure, value: JsonValue): void {
    const forms = formsOf(structure, value);
    if (forms & MAP && structure.map) this.#map(structure.map, value);
    else if (structure.scalar && forms !== LIST) this.set.add(this.#path);
    else if (structure.list) this.#list(structure.list, value);
  }

  #list(list: ListStructure, value: JsonValue): void {
    if (list.atomic) {
      this.set.add(this.#path);
      return;
    }
    for (const [element, items] of itemsByElement(list, asList(value) ?? [])) {
      this.#path.push(element);
      // Of duplicates only that they are there is known.
      if (items.length === 1) this.value(list.items, items[0] as JsonValue);
      this.set.add(this.#path);
      this.#path.pop();
    }
  }

  #map(map: MapStructure, value: JsonValue): void {
    if (map.atomic) {
      this.set.add(this.#path);
      return;
    }
    const object = asObject(value);
    for (const key in object) {
      const item = object[key];
      if (item === undefined) continue;
      const declared = map.field(key);
      const structure = declared ?? map.values;
      if (!structure) continue;
      this.#path.push(fieldElement(key));
      this.value(structure, item);
      if (!declared || item === null || (isJsonObject(item) && isEmptyObject(item))) this.set.add(this.#path);
      this.#path.pop();
    }
  }
}
