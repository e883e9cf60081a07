// The fields that a value sets. Models structured-merge-diff/typed/tofieldset.go
import { fieldElement, SELF, type PathElement } from '../../../kube/machinery/field-path.ts';
import { isEmptySet, NO_FIELDS, sorted, type FieldSet } from '../../../kube/machinery/field-set.ts';
import { isJsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import type { ListStructure, MapStructure, Structure } from '../../resources/structure.ts';
import { asList, asObject, formsOf, isEmptyObject, itemsByElement, LIST, MAP } from './structured-value.ts';

/** Throws StructureError. */
export const toFieldSet = (structure: Structure, value: JsonValue): FieldSet => fieldsIn(structure, value) ?? NO_FIELDS;

type Draft = Record<PathElement, FieldSet>;

/** What a value sets below itself; undefined when it is set as a whole. */
function fieldsIn(structure: Structure, value: JsonValue): FieldSet | undefined {
  const forms = formsOf(structure, value);
  const { map, list, scalar } = structure;
  if (forms & MAP && map) return map.atomic ? undefined : fieldsOfMap(map, value);
  if (!list || (scalar && forms !== LIST) || list.atomic) return undefined;
  return fieldsOfList(list, value);
}

const member = (inside: FieldSet | undefined): FieldSet => (inside === undefined || isEmptySet(inside) ? NO_FIELDS : { [SELF]: NO_FIELDS, ...inside });

function fieldsOfList(list: ListStructure, value: JsonValue): FieldSet {
  const result: Draft = {};
  // Of duplicates only that they are there is known.
  for (const [element, items] of itemsByElement(list, asList(value) ?? []))
    result[element] = items.length === 1 ? member(fieldsIn(list.items, items[0] as JsonValue)) : NO_FIELDS;
  return sorted(result);
}

function fieldsOfMap(map: MapStructure, value: JsonValue): FieldSet {
  const result: Draft = {};
  const object = asObject(value);
  for (const key in object) {
    const item = object[key];
    if (item === undefined) continue;
    const declared = map.field(key);
    const structure = declared ?? map.values;
    if (!structure) continue;
    const inside = fieldsIn(structure, item);
    if (inside === undefined || !declared || item === null || (isJsonObject(item) && isEmptyObject(item))) result[fieldElement(key)] = member(inside);
    else if (!isEmptySet(inside)) result[fieldElement(key)] = inside;
  }
  return sorted(result);
}
