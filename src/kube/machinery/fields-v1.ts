// FieldsV1 as clients send it, brought into canonical form. Models structured-merge-diff/fieldpath/serialize.go
import { compareElements, contentOf, goJson, SELF, type PathElement } from './field-path.ts';
import { NO_FIELDS, type FieldSet } from './field-set.ts';
import { isJsonObject, type JsonValue } from './json.ts';

/** Text that is no FieldsV1. */
export class FieldsV1Error extends Error {}

const canonical = new WeakSet<object>();

/** Says that a set was made here and is in order: reading it again costs nothing. */
export function markCanonical(set: FieldSet): FieldSet {
  canonical.add(set);
  return set;
}

/** Throws FieldsV1Error. Elements of kinds that nobody knows are dropped; what is in order already is given back itself. */
export function parseFieldsV1(value: JsonValue | undefined): FieldSet {
  if (value === undefined || value === null) return NO_FIELDS;
  if (!isJsonObject(value)) throw new FieldsV1Error(`ReadMapCB: expect { or n, but found ${goJson(value).charAt(0)}`);
  if (canonical.has(value)) return value as FieldSet;
  return markCanonical(node(value as Readonly<Record<string, JsonValue>>, true));
}

function node(value: Readonly<Record<string, JsonValue>>, outermost: boolean): FieldSet {
  const entries: [PathElement, FieldSet][] = [];
  let inOrder = true;
  for (const key in value) {
    const below = value[key] as JsonValue;
    if (key === SELF) {
      if (outermost || entries.length) inOrder = false;
      if (!outermost) entries.unshift([SELF, NO_FIELDS]);
      continue;
    }
    const element = elementOf(key);
    if (element === undefined) {
      inOrder = false;
      continue;
    }
    if (below !== null && !isJsonObject(below)) throw new FieldsV1Error(`ReadMapCB: expect { or n, but found ${goJson(below).charAt(0)}`);
    const child = below === null ? NO_FIELDS : settledNode(node(below as Readonly<Record<string, JsonValue>>, false));
    const last = entries.at(-1);
    if (element !== key || child !== below || (last && compareElements(last[0], element) >= 0)) inOrder = false;
    entries.push([element, child]);
  }
  if (inOrder) return value as unknown as FieldSet;
  return Object.fromEntries(entries.sort(([a], [b]) => compareElements(a, b)));
}
/** A member whose `.` stands alone is written as a plain member. */
const settledNode = (set: FieldSet): FieldSet => {
  const elements = Object.keys(set);
  return elements.length === 1 && elements[0] === SELF ? NO_FIELDS : set;
};

/** Undefined for kinds of elements that nobody knows. */
function elementOf(key: string): PathElement | undefined {
  if (key.length < 2) throw new FieldsV1Error('parsing key as path element: key must be 2 characters long:');
  if (key.charAt(1) !== ':') throw new FieldsV1Error(`parsing key as path element: missing colon: ${key}`);
  switch (key.charAt(0)) {
    case 'f':
      return key;
    case 'k':
    case 'v':
      return `${key.slice(0, 2)}${goJson(parsed(key))}`;
    case 'i':
      if (!/^[+-]?\d+$/.test(key.slice(2)))
        throw new FieldsV1Error(`parsing key as path element: strconv.Atoi: parsing ${JSON.stringify(key.slice(2))}: invalid syntax`);
      return `i:${Number(key.slice(2))}`;
    default:
      return undefined;
  }
}
function parsed(key: string): JsonValue {
  try {
    return contentOf(key);
  } catch (error) {
    throw new FieldsV1Error(`parsing key as path element: ${(error as Error).message}`);
  }
}
