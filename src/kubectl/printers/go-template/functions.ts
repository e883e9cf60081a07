// The functions that a template can call. Models text/template/funcs.go, and exists and base64decode of k8s.io/cli-runtime/pkg/printers/template.go
import { isJsonObject } from '../../../kube/machinery/json.ts';
import { decodeBase64 } from '../../../kube/machinery/go-base64.ts';
import { printed, sprint, sprintf, sprintln } from './format.ts';
import {
  bare,
  boxed,
  dataType,
  GoInt,
  GoUint8,
  INVALID,
  isInteger,
  isTrue,
  kindOf,
  lengthOf,
  numberIn,
  unboxed,
  type Data,
  type Kind,
  type Value,
} from './values.ts';

/** Why a function did not work, in Go's words. */
export class FunctionFailure extends Error {}

export type Parameter = 'any' | 'string' | 'value';
export interface TemplateFunction {
  /** Those that have to be given. */
  readonly parameters: readonly Parameter[];
  /** Of any number of further ones. */
  readonly variadic?: Parameter;
  /** Throws FunctionFailure. */
  readonly call: (args: readonly Value[]) => Value;
}

const text = (value: Value | undefined): string => (typeof value?.data === 'string' ? value.data : '');
const dataOf = (values: readonly Value[]): readonly Data[] => values.map(({ data }) => data);
/** As %v, but that no value is called so. */
const joined = (values: readonly Value[]): string => {
  const [only] = values;
  if (values.length === 1 && typeof only?.data === 'string') return only.data;
  return sprint(values.map(({ data }) => (data === null || data === undefined ? '<no value>' : data)));
};
const escaper = (escape: (text: string) => string): TemplateFunction => ({ parameters: [], variadic: 'any', call: (args) => bare(escape(joined(args))) });
const comparison = (compare: (a: Value, b: Value) => boolean): TemplateFunction => ({
  parameters: ['value', 'value'],
  call: ([a = INVALID, b = INVALID]) => bare(compare(a, b)),
});

/** `and`, `or` and `call` are the evaluator's business; here stands what they take. */
export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: { parameters: ['value'], variadic: 'value', call: () => INVALID },
  or: { parameters: ['value'], variadic: 'value', call: () => INVALID },
  call: { parameters: ['value'], variadic: 'value', call: () => INVALID },
  not: { parameters: ['value'], call: ([value = INVALID]) => bare(!isTrue(unboxed(value).data)) },
  html: escaper((value) => value.replace(/["'&<>\0]/g, (char) => HTML[char] ?? char)),
  js: escaper(escapeJs),
  urlquery: escaper((value) =>
    encodeURIComponent(value)
      .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
  ),
  print: { parameters: [], variadic: 'any', call: (args) => bare(sprint(dataOf(args))) },
  println: { parameters: [], variadic: 'any', call: (args) => bare(sprintln(dataOf(args))) },
  printf: { parameters: ['string'], variadic: 'any', call: ([format, ...args]) => bare(sprintf(text(format), dataOf(args))) },
  len: {
    parameters: ['value'],
    call: ([value = INVALID]) => {
      if (value.data === null) throw new FunctionFailure('len of nil pointer');
      if (value.data === undefined) throw new FunctionFailure('reflect: call of reflect.Value.Type on zero Value');
      const length = lengthOf(value.data);
      if (length === undefined) throw new FunctionFailure(`len of type ${dataType(value.data)}`);
      return bare(new GoInt(length));
    },
  },
  index: { parameters: ['value'], variadic: 'value', call: ([item = INVALID, ...indexes]) => index(item, indexes) },
  slice: { parameters: ['value'], variadic: 'value', call: ([item = INVALID, ...indexes]) => slice(item, indexes) },
  eq: { parameters: ['value'], variadic: 'value', call: ([first = INVALID, ...others]) => bare(equal(first, others)) },
  ne: comparison((a, b) => !equal(a, [b])),
  lt: comparison(less),
  le: comparison((a, b) => less(a, b) || equal(a, [b])),
  gt: comparison((a, b) => !(less(a, b) || equal(a, [b]))),
  ge: comparison((a, b) => !less(a, b)),
  exists: { parameters: ['any'], variadic: 'any', call: ([item = INVALID, ...indexes]) => bare(exists(item, indexes)) },
  base64decode: {
    parameters: ['string'],
    call: ([value]) => {
      const decoded = decodeBase64(text(value));
      if (typeof decoded === 'number') throw new FunctionFailure(`base64 decode failed: illegal base64 data at input byte ${decoded}`);
      return bare(Buffer.from(decoded).toString('utf8'));
    },
  },
};

const HTML: Readonly<Record<string, string>> = { '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;', '\0': '\ufffd' };

function escapeJs(value: string): string {
  return [...value]
    .map((char) => {
      const code = char.codePointAt(0) ?? 0;
      if ('\\\'"'.includes(char)) return `\\${char}`;
      if ('<>&='.includes(char) || code < 0x20) return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
      return code > 0x7f && /[\p{C}\p{Z}]/u.test(char) ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}` : char;
    })
    .join('');
}

/** An index in an interface is none to `slice`, which does not look into it. */
function indexOf({ data, isBoxed }: Value, limit: number): number {
  if (isBoxed) throw new FunctionFailure('cannot index slice/array with type interface {}');
  if (data === undefined || data === null) throw new FunctionFailure('cannot index slice/array with nil');
  if (!isInteger(data)) throw new FunctionFailure(`cannot index slice/array with type ${dataType(data)}`);
  const at = numberIn(data);
  if (at < 0 || at > limit) throw new FunctionFailure(`index out of range: ${at}`);
  return at;
}

function index(first: Value, indexes: readonly Value[]): Value {
  let item = unboxed(first);
  if (item.data === undefined) throw new FunctionFailure('index of untyped nil');
  for (const each of indexes) {
    const at = unboxed(each);
    const { data } = item;
    if (data === null) throw new FunctionFailure('index of nil pointer');
    if (typeof data === 'string' || Array.isArray(data)) {
      const length = lengthOf(data) ?? 0;
      const place = indexOf(at, length);
      // One past the end is let through by the check, and caught by the language.
      if (place === length) throw new FunctionFailure(typeof data === 'string' ? 'reflect: string index out of range' : 'reflect: slice index out of range');
      item = typeof data === 'string' ? bare(new GoUint8(Buffer.from(data)[place] ?? 0)) : boxed(data[place] as Data);
    } else if (isJsonObject(data) && kindOf(data) === 'map') {
      if (at.data === undefined || at.data === null) throw new FunctionFailure('value is nil; should be of type string');
      if (typeof at.data !== 'string') throw new FunctionFailure(`value has type ${dataType(at.data)}; should be string`);
      item = boxed((Object.hasOwn(data, at.data) ? data[at.data] : undefined) ?? null);
    } else throw new FunctionFailure(`can't index item of type ${dataType(data)}`);
  }
  return item;
}

function slice(first: Value, indexes: readonly Value[]): Value {
  const { data } = unboxed(first);
  if (data === undefined) throw new FunctionFailure('slice of untyped nil');
  if (indexes.length > 3) throw new FunctionFailure(`too many slice indexes: ${indexes.length}`);
  if (typeof data === 'string' && indexes.length === 3) throw new FunctionFailure('cannot 3-index slice a string');
  if (typeof data !== 'string' && !Array.isArray(data)) throw new FunctionFailure(`can't slice item of type ${dataType(data)}`);
  const length = lengthOf(data) ?? 0;
  const [from = 0, to = length, end = length] = indexes.map((each) => indexOf(each, length));
  if (from > to) throw new FunctionFailure(`invalid slice index: ${from} > ${to}`);
  if (to > end) throw new FunctionFailure(`invalid slice index: ${to} > ${end}`);
  return bare(typeof data === 'string' ? Buffer.from(data).subarray(from, to).toString('utf8') : (data as readonly Data[]).slice(from, to));
}

function exists(first: Value, indexes: readonly Value[]): boolean {
  let { data } = unboxed(first);
  for (const { data: at } of indexes) {
    if (data === null || data === undefined) return false;
    if (typeof data === 'string' || Array.isArray(data)) {
      if (!isInteger(at) || numberIn(at) < 0 || numberIn(at) >= (lengthOf(data) ?? 0)) return false;
      data = typeof data === 'string' ? new GoUint8(0) : (data[numberIn(at)] as Data);
    } else if (isJsonObject(data) && kindOf(data) === 'map') {
      if (at === null || at === undefined) data = Object.hasOwn(data, '') ? data[''] : null;
      else if (typeof at !== 'string') return false;
      else data = (Object.hasOwn(data, at) ? data[at] : undefined) ?? null;
    } else return false;
  }
  return data !== null && data !== undefined;
}

type Basic = 'invalid' | 'bool' | 'int' | 'uint' | 'float' | 'string';
const BASIC: Readonly<Record<Kind, Basic>> = {
  invalid: 'invalid',
  nil: 'invalid',
  slice: 'invalid',
  map: 'invalid',
  bool: 'bool',
  string: 'string',
  float64: 'float',
  int: 'int',
  int64: 'int',
  uint8: 'uint',
};
const areIntegers = (a: Basic, b: Basic): boolean => (a === 'int' && b === 'uint') || (a === 'uint' && b === 'int');
const plain = (data: Data): unknown => (isInteger(data) || kindOf(data) === 'float64' ? numberIn(data) : data);

function equal(first: Value, others: readonly Value[]): boolean {
  const a = unboxed(first).data;
  if (!others.length) throw new FunctionFailure('missing argument for comparison');
  const kind = BASIC[kindOf(a)];
  return others.some((other) => {
    const b = unboxed(other).data;
    const its = BASIC[kindOf(b)];
    if (kind !== its) {
      if (areIntegers(kind, its)) return numberIn(a) === numberIn(b);
      if (a === undefined || b === undefined) return false;
      throw new FunctionFailure(`incompatible types for comparison: ${dataType(a)} and ${dataType(b)}`);
    }
    if (kind !== 'invalid') return plain(a) === plain(b);
    if (a !== undefined && b !== undefined && kindOf(a) !== kindOf(b))
      throw new FunctionFailure(`non-comparable types ${sprintf('%s', [a])}: ${dataType(a)}, ${dataType(b)}: ${printed(b)}`);
    if (a === undefined || b === undefined) return a === b;
    throw new FunctionFailure(`non-comparable type ${sprintf('%s', [b])}: ${dataType(b)}`);
  });
}

function less(first: Value, second: Value): boolean {
  const a = unboxed(first).data;
  const b = unboxed(second).data;
  const kind = BASIC[kindOf(a)];
  const its = BASIC[kindOf(b)];
  if (kind === 'invalid' || its === 'invalid') throw new FunctionFailure('invalid type for comparison');
  if (kind !== its && !areIntegers(kind, its)) throw new FunctionFailure(`incompatible types for comparison: ${dataType(a)} and ${dataType(b)}`);
  if (kind === 'bool') throw new FunctionFailure('invalid type for comparison');
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  return numberIn(a) < numberIn(b);
}
