// A value without certain fields. Models structured-merge-diff/typed/remove.go
import { fieldElement } from '../../../kube/machinery/field-path.ts';
import { below, hasElement, isEmptySet, type FieldSet } from '../../../kube/machinery/field-set.ts';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import type { ListStructure, MapStructure, Structure } from '../../resources/structure.ts';
import { asList, asObject, elementOf, formsOf, isEmptyObject, LIST, MAP } from './structured-value.ts';

/** Null where nothing is left of a map or a list; atomic ones go as a whole. */
export function removeItems(structure: Structure, value: JsonValue, fields: FieldSet): JsonValue {
  if (isEmptySet(fields)) return value;
  const forms = formsOf(structure, value);
  if (forms & MAP && structure.map) return removeFromMap(structure.map, asObject(value), fields);
  if (structure.scalar && forms !== LIST) return value;
  return structure.list ? removeFromList(structure.list, asList(value) ?? [], fields) : value;
}

function removeFromMap(map: MapStructure, object: JsonObject | undefined, fields: FieldSet): JsonValue {
  if (object === undefined || isEmptyObject(object) || map.atomic) return null;
  const result: Record<string, JsonValue> = {};
  for (const key in object) {
    const value = object[key];
    const element = fieldElement(key);
    if (value === undefined || hasElement(fields, element)) continue;
    const structure = map.field(key) ?? map.values;
    const inside = below(fields, element);
    result[key] = structure && !isEmptySet(inside) ? removeItems(structure, value, inside) : value;
  }
  return isEmptyObject(result) ? null : result;
}

function removeFromList(list: ListStructure, items: readonly JsonValue[], fields: FieldSet): JsonValue {
  if (items.length === 0 || list.atomic) return null;
  const result: JsonValue[] = [];
  for (const item of items) {
    const element = elementOf(list, item);
    if (hasElement(fields, element)) continue;
    const inside = below(fields, element);
    result.push(isEmptySet(inside) ? item : removeItems(list.items, item, inside));
  }
  return result.length ? result : null;
}
