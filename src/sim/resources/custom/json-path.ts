// The JSONPaths of CustomResourceDefinitions: `.spec.tags[0]`, `.metadata.labels.app\.io/name`, `.items[?(@.type=="Ready")].status`, `.spec..name`.
// Models client-go/util/jsonpath as printer columns, scale and selectable fields use it
import { isJsonObject, type JsonValue } from '../../../kube/machinery/json.ts';

type Step = (values: readonly JsonValue[]) => readonly JsonValue[];

const itemsOf = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? (value as JsonValue[]) : []);
const childrenOf = (value: JsonValue): readonly JsonValue[] =>
  isJsonObject(value) ? Object.values(value).filter((each) => each !== undefined) : itemsOf(value);

const field =
  (name: string): Step =>
  (values) =>
    values.flatMap((value) => {
      const inner = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
      return inner === undefined || inner === null ? [] : [inner];
    });
const all: Step = (values) => values.flatMap(childrenOf);
/** From below, at any depth. */
const deep: Step = (values) => values.flatMap((value) => [value, ...deep(childrenOf(value))]);

/** `[1]`, `[-1]`, `[0:4:2]`. */
function slice(text: string): Step | undefined {
  const found = /^(-?\d+)$|^(-?\d+)?:(-?\d+)?(?::(\d+))?$/.exec(text);
  if (!found) return undefined;
  const [, single, from, to, by] = found;
  return (values) =>
    values.flatMap((value) => {
      const list = itemsOf(value);
      const place = (each: string): number => (Number(each) < 0 ? list.length + Number(each) : Number(each));
      if (single !== undefined) return list.slice(place(single), place(single) + 1);
      const step = Number(by ?? 1) || 1;
      return list.slice(from === undefined ? 0 : place(from), to === undefined ? undefined : place(to)).filter((_, i) => i % step === 0);
    });
}

const OPERATORS: Readonly<Record<string, (a: JsonValue, b: JsonValue) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => typeof a === typeof b && (a ?? 0) < (b ?? 0),
  '<=': (a, b) => typeof a === typeof b && (a ?? 0) <= (b ?? 0),
  '>': (a, b) => typeof a === typeof b && (a ?? 0) > (b ?? 0),
  '>=': (a, b) => typeof a === typeof b && (a ?? 0) >= (b ?? 0),
};

/** `@.type == "Ready"`, or only `@.type`: there is one. */
function filter(text: string): Step | undefined {
  const [, left = '', operator, right = ''] = /^(.*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.*))?$/s.exec(text.trim()) ?? [];
  const path = operandOf(left);
  const other = operandOf(right);
  if (!path || (operator !== undefined && !other)) return undefined;
  return (values) =>
    values.flatMap(childrenOf).filter((item) => {
      const found = path(item);
      if (operator === undefined) return found.length > 0;
      const wanted = other?.(item) ?? [];
      const [a, b] = [found[0], wanted[0]];
      return a !== undefined && b !== undefined && (OPERATORS[operator]?.(a, b) ?? false);
    });
}
function operandOf(text: string): ((item: JsonValue) => readonly JsonValue[]) | undefined {
  if (text.startsWith('@')) {
    const steps = text === '@' ? [] : parseJsonPath(text.slice(1));
    return steps && ((item) => run(steps, item));
  }
  const quoted = /^"((?:[^"\\]|\\.)*)"$|^'((?:[^'\\]|\\.)*)'$/s.exec(text);
  if (quoted) return () => [(quoted[1] ?? quoted[2] ?? '').replaceAll(/\\(.)/gs, '$1')];
  if (text === 'true' || text === 'false') return () => [text === 'true'];
  return /^-?\d+(?:\.\d+)?$/.test(text) ? () => [Number(text)] : undefined;
}

/** What is in brackets: a name in quotes, places, a filter. */
function bracketed(text: string): Step | undefined {
  if (text === '*') return all;
  const filtered = /^\?\((.*)\)$/s.exec(text)?.[1];
  if (filtered !== undefined) return filter(filtered);
  const quoted = /^'((?:[^'\\]|\\.)*)'$/s.exec(text)?.[1];
  if (quoted !== undefined) return field(quoted.replaceAll(/\\(.)/gs, '$1'));
  const parts = text.split(',').map((each) => slice(each.trim()));
  if (parts.some((each) => each === undefined)) return undefined;
  return (values) => values.flatMap((value) => parts.flatMap((part) => part?.([value]) ?? []));
}

/** Where the bracket that begins at `start` ends; quotes may hold brackets. */
function closing(path: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let i = start; i < path.length; i++) {
    const each = path[i] ?? '';
    if (quote !== '') {
      if (each === '\\') i += 1;
      else if (each === quote) quote = '';
    } else if (each === '"' || each === "'") quote = each;
    else if (each === '[') depth += 1;
    else if (each === ']' && --depth === 0) return i;
  }
  return -1;
}

const NAME = /^(?:\\.|[^.[\]\\])+/s;

/** Undefined for what is no such path. */
export function parseJsonPath(text: string): readonly Step[] | undefined {
  const path = text.replace(/^\{(.*)\}$/s, '$1');
  const steps: Step[] = [];
  for (let at = 0; at < path.length;) {
    if (path[at] === '[') {
      const end = closing(path, at);
      const step = end === -1 ? undefined : bracketed(path.slice(at + 1, end));
      if (!step) return undefined;
      steps.push(step);
      at = end + 1;
      continue;
    }
    if (path[at] !== '.') return undefined;
    at += 1;
    if (path[at] === '.') {
      steps.push(deep);
      at += 1;
    }
    const name = NAME.exec(path.slice(at))?.[0];
    if (name === undefined) {
      if (path[at] === '[' || at === path.length) continue;
      return undefined;
    }
    steps.push(name === '*' ? all : field(name.replaceAll(/\\(.)/gs, '$1')));
    at += name.length;
  }
  return steps.length ? steps : undefined;
}

const run = (steps: readonly Step[], value: JsonValue): readonly JsonValue[] => steps.reduce<readonly JsonValue[]>((found, step) => step(found), [value]);

/** All that the path finds; nothing for a path that cannot be read. */
export function find(value: JsonValue, path: string): readonly JsonValue[] {
  const steps = parseJsonPath(path);
  return steps ? run(steps, value) : [];
}
