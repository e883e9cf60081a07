// Lists and maps that were given empty are there while an object is checked; what is shown leaves them out, and what is stored forgets them.
// Models what Go's encoding/json (omitempty) and protobuf keep of empty slices and maps
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { findType, isScalar, type FieldFact } from './types.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** `json` leaves out what is left out when empty; `protobuf` knows no empty lists at all: they come back as null. */
export type EmptiesForm = 'json' | 'protobuf';

const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && (Array.isArray(value) ? value.length === 0 : noKeys(value));
function noKeys(value: object): boolean {
  for (const _key in value) return false;
  return true;
}

/** Quick, and true of every `emptyDir: {}` too. What is frozen came from the store. */
function mayHaveEmpties(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return false;
  if (isEmpty(value)) return true;
  for (const key in value) if (mayHaveEmpties((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** The object without empty lists and maps; the same one where it has none. `type` is undefined of custom resources: they keep their own. */
export function withoutEmpties(type: string | undefined, object: JsonObject, form: EmptiesForm): JsonObject {
  if (!mayHaveEmpties(object)) return object;
  if (type !== undefined) return struct(type, object, form);
  const { metadata } = object;
  return isJsonObject(metadata) ? { ...object, metadata: struct(OBJECT_META, metadata, 'json') } : object;
}

function struct(type: string, value: JsonObject, form: EmptiesForm): JsonObject {
  const fields = findType(type)?.fields;
  if (!fields || Object.isFrozen(value)) return value;
  let copy: Record<string, JsonValue | undefined> | undefined;
  for (const key of Object.keys(value)) {
    const fact = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const given = value[key];
    if (!fact || typeof given !== 'object' || given === null) continue;
    const kept = field(fact, given, form);
    if (kept === given) continue;
    copy ??= { ...value };
    if (kept === undefined) delete copy[key];
    else copy[key] = kept;
  }
  return copy ?? value;
}

function field(fact: FieldFact, given: JsonValue, form: EmptiesForm): JsonValue | undefined {
  if ((fact.l || fact.m) && isEmpty(given)) return fact.o ? undefined : form === 'protobuf' ? null : given;
  if (isScalar(fact.t)) return given;
  if (fact.l) return Array.isArray(given) ? each(given as readonly JsonValue[], fact.t, form) : given;
  if (!isJsonObject(given)) return given;
  if (!fact.m) return struct(fact.t, given, form);
  let copy: Record<string, JsonValue | undefined> | undefined;
  for (const key of Object.keys(given)) {
    const value = given[key];
    const kept = isJsonObject(value) ? struct(fact.t, value, form) : value;
    if (kept !== value) (copy ??= { ...given })[key] = kept;
  }
  return copy ?? given;
}

function each(items: readonly JsonValue[], type: string, form: EmptiesForm): readonly JsonValue[] {
  const kept = items.map((item) => (isJsonObject(item) ? struct(type, item, form) : item));
  return kept.some((item, i) => item !== items[i]) ? kept : items;
}
