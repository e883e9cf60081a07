// An applied value merged into the live one; nothing is taken away here. Models structured-merge-diff/typed/merge.go
import { showElement, type PathElement } from '../../../kube/machinery/field-path.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import type { ListStructure, MapStructure, Structure } from '../../resources/structure.ts';
import { asList, asObject, elementOf, formsOf, isEmptyObject, LIST, MAP, own, StructureError } from './structured-value.ts';

type Items = readonly JsonValue[];

/** Shares what stays the same with both. Throws StructureError. */
export function mergeValues(structure: Structure, live: JsonValue | undefined, applied: JsonValue | undefined): JsonValue | undefined {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const forms = formsOf(structure, applied);
  if (forms & MAP && structure.map) {
    const left = asObject(live);
    const right = asObject(applied);
    return structure.map.atomic || (isEmptyObject(left) && isEmptyObject(right)) ? applied : mergeMaps(structure.map, left, right);
  }
  if (forms & LIST && structure.list && (forms === LIST || !structure.scalar)) {
    const left = asList(live) ?? [];
    const right = asList(applied) ?? [];
    return structure.list.atomic || (left.length === 0 && right.length === 0) ? applied : mergeLists(structure.list, left, right);
  }
  return applied;
}

function mergeMaps(map: MapStructure, live: JsonObject | undefined, applied: JsonObject | undefined): JsonObject {
  const result: Record<string, JsonValue | undefined> = { ...live };
  for (const key in applied) {
    const right = applied[key];
    if (right === undefined) continue;
    const structure = map.field(key) ?? map.values;
    if (structure) result[key] = mergeValues(structure, own(live, key), right);
  }
  return result;
}

interface Indexed {
  readonly elements: readonly PathElement[];
  /** Null for an element that is there more than once: duplicates are not merged. */
  readonly items: ReadonlyMap<PathElement, JsonValue>;
}
function indexed(list: ListStructure, items: Items, mayRepeat: boolean): Indexed {
  const elements = items.map((item) => elementOf(list, item));
  const index = new Map<PathElement, JsonValue>();
  for (const [i, element] of elements.entries()) {
    if (!index.has(element)) index.set(element, items[i] as JsonValue);
    else if (mayRepeat) index.set(element, null);
    else throw new StructureError([{ path: [], message: `duplicate entries for key ${showElement(element)}` }]);
  }
  return { elements, items: index };
}

/** Items of both stay in the order of what is applied, those of the live list alone keep their place among them. */
function mergeLists(list: ListStructure, live: Items, applied: Items): JsonValue {
  const right = indexed(list, applied, false);
  const left = indexed(list, live, true);
  const shared = right.elements.filter((element) => left.items.has(element));
  let nextShared = shared.shift();
  const done = new Set<PathElement>();
  const result: JsonValue[] = [];
  const merge = (element: PathElement): void => {
    done.add(element);
    const merged = mergeValues(list.items, left.items.get(element), right.items.get(element));
    if (merged !== undefined) result.push(merged);
    if (nextShared === element) nextShared = shared.shift();
  };
  let l = 0;
  let r = 0;
  while (l < left.elements.length || r < right.elements.length) {
    const liveElement = left.elements[l];
    const appliedElement = right.elements[r];
    if (liveElement !== undefined && appliedElement !== undefined) {
      if (liveElement === appliedElement) {
        merge(appliedElement);
        l += 1;
        r += 1;
        continue;
      }
      if (right.items.has(liveElement) && nextShared !== undefined && nextShared !== liveElement) {
        // Shared, but not its turn.
        l += 1;
        continue;
      }
    }
    if (liveElement !== undefined) {
      if (!right.items.has(liveElement)) {
        result.push(live[l] as JsonValue);
        l += 1;
        continue;
      }
      if (done.has(liveElement)) l += 1;
    }
    if (appliedElement !== undefined) {
      merge(appliedElement);
      r += 1;
    }
  }
  return result;
}
