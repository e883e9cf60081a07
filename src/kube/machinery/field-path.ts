// Paths to fields as server-side apply counts them. A path element is text as in FieldsV1: `f:name`, `k:{"name":"web"}`, `v:"x"`, `i:0`.
// Models structured-merge-diff/fieldpath
import { parseJsonText } from './json-text.ts';
import { isJsonObject, type JsonValue } from './json.ts';

export type PathElement = string;
export type FieldPath = readonly PathElement[];

/** A member that has members below it says so with this; it is no element of a path. */
export const SELF = '.';

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const valueElement = (value: JsonValue): PathElement => `v:${goJson(value)}`;

/** Of a list item; `names` are sorted, those that are missing are left out. */
export function keyElement(names: readonly string[], values: Readonly<Record<string, JsonValue | undefined>>): PathElement {
  let text = '';
  for (const name of names) {
    const value = values[name];
    if (value !== undefined) text += `${text ? ',' : ''}"${name}":${goJson(value)}`;
  }
  return `k:{${text}}`;
}

/** A path of plain fields. */
export const fieldPath = (...names: readonly string[]): FieldPath => names.map(fieldElement);

const PLAIN = /^[ !#%'-;=?-[\]-~$]*$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '<': String.raw`\u003c`,
  '>': String.raw`\u003e`,
  '&': String.raw`\u0026`,
  '\u2028': String.raw`\u2028`,
  '\u2029': String.raw`\u2029`,
  [String.raw`\b`]: String.raw`\u0008`,
  [String.raw`\f`]: String.raw`\u000c`,
};

/** JSON as Go writes it: keys sorted, `<`, `>` and `&` escaped, no spaces. */
export function goJson(value: JsonValue | undefined): string {
  if (typeof value === 'string') return goString(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => goJson(item)).join(',')}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    return `{${keys
      .sort(compareText)
      .map((key) => `${goString(key)}:${goJson(value[key])}`)
      .join(',')}}`;
  }
  return value === undefined ? 'null' : String(value);
}
function goString(text: string): string {
  return PLAIN.test(text) && !text.includes('<') ? `"${text}"` : JSON.stringify(text).replace(/\\.|[<>&\u2028\u2029]/g, (found) => ESCAPES[found] ?? found);
}

/** By bytes of UTF-8, as Go compares. */
export function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return left >= SURROGATES && right >= SURROGATES ? utf8Order(left) - utf8Order(right) : left - right;
  }
  return a.length - b.length;
}
const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;
/** In UTF-8, unlike in UTF-16, what takes surrogates comes last. */
const utf8Order = (unit: number): number => (unit >= AFTER_SURROGATES ? unit - AFTER_SURROGATES : unit);

const KIND_ORDER = '.fkvi';
/** The order of elements in FieldsV1: fields, keys, values, indices. */
export function compareElements(a: PathElement, b: PathElement): number {
  const kind = a.charAt(0);
  if (kind !== b.charAt(0)) return KIND_ORDER.indexOf(kind) - KIND_ORDER.indexOf(b.charAt(0));
  switch (kind) {
    case 'k':
      return compareKeys(contentOf(a), contentOf(b));
    case 'v':
      return compareValues(contentOf(a), contentOf(b));
    case 'i':
      return Number(a.slice(2)) - Number(b.slice(2));
    default:
      return compareText(a, b);
  }
}
/** What a `k:` or `v:` element holds. */
export const contentOf = (element: PathElement): JsonValue => parseJsonText(element.slice(2)) as JsonValue;

function compareKeys(a: JsonValue, b: JsonValue): number {
  const left = isJsonObject(a) ? Object.entries(a) : [];
  const right = isJsonObject(b) ? Object.entries(b) : [];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [leftName = '', leftValue = null] = left[i] ?? [];
    const [rightName = '', rightValue = null] = right[i] ?? [];
    const order = compareText(leftName, rightName) || compareValues(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const FORM_ORDER = ['number', 'string', 'boolean', 'array', 'object', 'null'];
const formOf = (value: JsonValue): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'bigint' ? 'number' : typeof value);
function compareValues(a: JsonValue, b: JsonValue): number {
  const form = FORM_ORDER.indexOf(formOf(a)) - FORM_ORDER.indexOf(formOf(b));
  if (form !== 0) return form;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'number' || typeof a === 'bigint' || typeof a === 'boolean') return Number(a) - Number(b);
  return compareText(goJson(a), goJson(b));
}

/** `.spec.containers[name="web"].image`: as messages show a path. */
export const showPath = (path: FieldPath): string => path.map(showElement).join('');

export function showElement(element: PathElement): string {
  switch (element.charAt(0)) {
    case 'f':
      return `.${element.slice(2)}`;
    case 'k': {
      const content = contentOf(element);
      return `[${
        isJsonObject(content)
          ? Object.entries(content)
              .map(([name, value]) => `${name}=${showValue(value ?? null)}`)
              .join(',')
          : ''
      }]`;
    }
    case 'v':
      return `[=${showValue(contentOf(element))}]`;
    default:
      return `[${element.slice(2)}]`;
  }
}
/** As Go's `%v` and `%q` print it. */
function showValue(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Math.abs(value) >= 1e6) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => showValue(item)).join(',')}]`;
  if (isJsonObject(value))
    return Object.entries(value)
      .map(([key, item]) => `${key}=${showValue(item ?? null)}`)
      .join('');
  return String(value);
}
