// Where an expectation that is not met looks: the items and fields that decide, down to the one condition that fails.
import { type ASTNode, Environment, serialize } from '@marcbachmann/cel-js';
import { celValue, type Seen } from './expectation.ts';

export type Keys = readonly (string | number)[];

/** A place in what was read, and what is there. */
export interface Place {
  /** Below the variable of the query: `object`, or an item of `items`, whose number is then the first key. */
  readonly keys: Keys;
  /** Undefined where nothing is. */
  readonly value: unknown;
  /** What a comparison holds it against, when that is a plain text. */
  readonly compared?: string | undefined;
}

/** How many items of a list count, where the number is not the one asked for. */
export interface Count {
  readonly counted: number;
  readonly of: number;
}

export interface Verdict {
  readonly places: readonly Place[];
  readonly count?: Count;
}

/** What names mean at one point of an expression. */
interface Scope {
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the values of names stand in what was read. */
  readonly paths: Readonly<Record<string, Keys>>;
  /** Lists that were given a name: by which condition they were filtered. */
  readonly filters: Readonly<Record<string, ASTNode>>;
}

const ROOTS = ['object', 'items'];
const MOST_ELEMENTS = 3;

/** The first part of the expression that does not hold, with the places it looks at. An empty verdict where that cannot be told. */
export function decidingPlaces(expression: string, seen: Seen): Verdict {
  const values = celValue(seen) as Record<string, unknown>;
  const paths = Object.fromEntries(ROOTS.filter((name) => name in values).map((name) => [name, []]));
  const { places, count } = judge(new Environment({ homogeneousAggregateLiterals: false }).parse(expression).ast, { values, paths, filters: {} });
  const unique = new Map(places.map((place) => [JSON.stringify(place.keys), place]));
  return { places: [...unique.values()].map((place) => ({ ...place, value: plain(place.value) })), ...(count ? { count } : {}) };
}

/** Every place that an expectation looks at, whether it is met or not. */
export function lookedPlaces(expression: string, seen: Seen): readonly Place[] {
  const values = celValue(seen) as Record<string, unknown>;
  const paths = Object.fromEntries(ROOTS.filter((name) => name in values).map((name) => [name, []]));
  const { ast } = new Environment({ homogeneousAggregateLiterals: false }).parse(expression);
  return looks(ast, { values, paths, filters: {} }, undefined).map((place) => ({ ...place, value: plain(place.value) }));
}

/** As JSON has it: CEL's integers are numbers again. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
  return value;
}

function valueOf(node: ASTNode, { values }: Scope): unknown {
  const environment = new Environment({ homogeneousAggregateLiterals: false });
  for (const name of Object.keys(values)) environment.registerVariable(name, 'dyn');
  try {
    return environment.parse(serialize(node))(values);
  } catch {
    return undefined; // a key that is missing: not met, and told as such
  }
}
const holds = (node: ASTNode, scope: Scope): boolean => valueOf(node, scope) === true;

interface Macro {
  readonly name: string;
  readonly of: ASTNode;
  readonly variable: string;
  readonly body: ASTNode;
}

const MACROS = ['all', 'exists', 'exists_one', 'filter', 'map'];

/** `of.name(variable, body)`, undefined for anything else. */
function macroOf(node: ASTNode): Macro | undefined {
  if (node.op !== 'rcall' || !MACROS.includes(node.args[0])) return undefined;
  const [name, of, [variable, body]] = node.args;
  return variable?.op === 'id' && body ? { name, of, variable: variable.args, body } : undefined;
}

function judge(node: ASTNode, scope: Scope): Verdict {
  if (node.op === 'rcall' && node.args[0] === 'bind') return judgeBound(node.args[2], scope);
  if (node.op === '&&') {
    const failing = node.args.find((part) => !holds(part, scope));
    return failing ? judge(failing, scope) : { places: [] };
  }
  const macro = macroOf(node);
  if (macro) return judgeEach(macro, scope);
  const size = sizeIn(node);
  return (size && judgeSize(size, scope)) ?? { places: looks(node, scope, undefined) };
}

function judgeBound([name, value, body]: readonly ASTNode[], scope: Scope): Verdict {
  if (name?.op !== 'id' || !value || !body) return { places: [] };
  const found = valueOf(value, scope);
  if (found === undefined) return { places: looks(value, scope, undefined) };
  const path = keysOf(value, scope);
  const filter = macroOf(value)?.name === 'filter' ? { [name.args]: value } : {};
  return judge(body, {
    values: { ...scope.values, [name.args]: found },
    paths: path ? { ...scope.paths, [name.args]: path } : scope.paths,
    filters: { ...scope.filters, ...filter },
  });
}

/** The elements of a list with the scope in which a condition looks at one; undefined where it is no list with a place. */
function elements({ of, variable }: Macro, scope: Scope): readonly Scope[] | undefined {
  const list = valueOf(of, scope);
  const path = keysOf(of, scope);
  const base = path && valueAtPath(path, scope);
  if (!Array.isArray(list) || !path || !Array.isArray(base)) return undefined;
  return list.map((element: unknown) => ({
    ...scope,
    values: { ...scope.values, [variable]: element },
    paths: { ...scope.paths, [variable]: [...path, base.indexOf(element)] },
  }));
}

const merged = (verdicts: readonly Verdict[]): Verdict => ({ places: verdicts.flatMap(({ places }) => places) });

/** `all`: the elements that do not fit. `exists`: those that come closest to fitting. */
function judgeEach(macro: Macro, scope: Scope): Verdict {
  const each = elements(macro, scope);
  if (!each?.length) return { places: looks(macro.of, scope, undefined) };
  if (macro.name === 'all') return merged(each.filter((one) => !holds(macro.body, one)).map((one) => judge(macro.body, one)));
  const parts = conjuncts(macro.body);
  const met = each.map((one) => parts.map((part) => holds(part, one)));
  // As one writes it, the first part says which element is meant and the others how it should be.
  const close = met.map((each) => each.filter(Boolean).length + (each[0] ? 0.5 : 0));
  const most = Math.max(...close);
  const closest = each.filter((_, i) => close[i] === most).slice(0, MOST_ELEMENTS);
  return merged(closest.map((one) => (most && most < parts.length ? judge(macro.body, one) : { places: looks(macro.body, one, undefined) })));
}

const conjuncts = (node: ASTNode): readonly ASTNode[] => (node.op === '&&' ? node.args.flatMap(conjuncts) : [node]);

/** The list whose number of elements a comparison is about. */
function sizeIn(node: ASTNode): ASTNode | undefined {
  if (!['==', '!=', '<', '<=', '>', '>='].includes(node.op)) return undefined;
  for (const side of node.args as readonly ASTNode[]) if (side.op === 'rcall' && side.args[0] === 'size') return side.args[1];
  return undefined;
}

/** Elements that a filter has left out are told with what kept them out. */
function judgeSize(list: ASTNode, scope: Scope): Verdict | undefined {
  const counted = valueOf(list, scope);
  const macro = macroOf((list.op === 'id' ? scope.filters[list.args] : undefined) ?? list);
  const path = keysOf(list, scope);
  if (!Array.isArray(counted) || !path) return undefined;
  if (!macro) return { places: path.length ? [{ keys: path, value: counted }] : [], count: { counted: counted.length, of: counted.length } };
  const all = elements(macro, scope) ?? [];
  const out = all.filter((one) => !holds(macro.body, one));
  return { ...merged(out.map((one) => judge(macro.body, one))), count: { counted: counted.length, of: all.length } };
}

/** All places that a part of an expression looks at, as far as they have keys. */
function looks(node: ASTNode, scope: Scope, compared: string | undefined): readonly Place[] {
  const keys = keysOf(node, scope);
  if (keys) return keys.length ? [placeAt(keys, compared, scope)] : [];
  const macro = macroOf(node);
  if (macro) {
    const each = elements(macro, scope);
    return each?.length ? each.slice(0, MOST_ELEMENTS).flatMap((one) => looks(macro.body, one, undefined)) : looks(macro.of, scope, undefined);
  }
  if (node.op === '==' || node.op === '!=') {
    const [left, right] = node.args;
    return [...looks(left, scope, textOf(right)), ...looks(right, scope, textOf(left))];
  }
  return childrenOf(node.args).flatMap((child) => looks(child, scope, undefined));
}

/** Where a path ends early, the place is the first key that is missing: what lies below it would be half of the answer. Keys that people choose are kept. */
function placeAt(keys: Keys, compared: string | undefined, scope: Scope): Place {
  for (let length = 1; length < keys.length; length++)
    if (valueAtPath(keys.slice(0, length), scope) === undefined) return { keys: keys.slice(0, length), value: undefined };
  return { keys, value: valueAtPath(keys, scope), compared };
}

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
const childrenOf = (args: unknown): readonly ASTNode[] => (isNode(args) ? [args] : Array.isArray(args) ? args.flatMap(childrenOf) : []);
const textOf = (node: ASTNode): string | undefined => (node.op === 'value' && typeof node.args === 'string' ? node.args : undefined);

/** The keys that lead to a place, undefined for anything that is no plain path. A filtered list is where the list is. */
function keysOf(node: ASTNode, scope: Scope): Keys | undefined {
  if (node.op === 'id') return scope.paths[node.args];
  const macro = macroOf(node);
  if (macro) return macro.name === 'filter' ? keysOf(macro.of, scope) : undefined;
  if (node.op === '.') {
    const above = keysOf(node.args[0], scope);
    return above && [...above, node.args[1]];
  }
  if (node.op === '[]') {
    const [of, key] = node.args;
    const above = keysOf(of, scope);
    const at = valueOf(key, scope);
    if (!above) return undefined;
    return typeof at === 'string' ? [...above, at] : typeof at === 'bigint' ? [...above, Number(at)] : undefined;
  }
  return undefined;
}

const valueAtPath = (keys: Keys, { values }: Scope): unknown => valueAt(values['object'] ?? values['items'], keys);

/** What is at the end of a path, undefined where it ends early. */
export const valueAt = (value: unknown, keys: Keys): unknown =>
  keys.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Readonly<Record<string | number, unknown>>)[key] : undefined),
    value,
  );
