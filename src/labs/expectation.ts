// CEL over what was read. A missing key means "not met", and its path is told.
import { type ASTNode, Environment, EvaluationError, serialize } from '@marcbachmann/cel-js';
import { messageOf } from '../errors/app-error.ts';

/** What was read: `object` of one query, `items` of a list. */
export type Seen = Readonly<Record<string, unknown>>;

export interface Verdict {
  readonly met: boolean;
  /** Why not, where there is more to say: `object.spec.replicas is not there`. */
  readonly because: string | undefined;
}

/** A place in what was read that the expression looks at, and what is there. */
export interface Place {
  /** As one would write it: `spec.replicas`, `metadata.labels["app"]`. */
  readonly path: string;
  readonly keys: readonly (string | number)[];
  /** Undefined where nothing is. */
  readonly value: unknown;
  /** What a comparison holds it against, when that is a plain text. */
  readonly compared: string | undefined;
}

const NAMES = ['object', 'items'];
const environment = new Environment({ homogeneousAggregateLiterals: false });
for (const name of NAMES) environment.registerVariable(name, 'dyn');

/** Numbers of JSON are integers to CEL where they are whole. */
function celValue(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, celValue(each)]));
  return value;
}

/** Why a text is no expression over these names, undefined when it is one. Its types are as good as they can be known without a cluster. */
export function expressionProblem(expression: string, names: readonly string[] = NAMES): string | undefined {
  const own = new Environment({ homogeneousAggregateLiterals: false });
  for (const name of names) own.registerVariable(name, 'dyn');
  const { valid, type, error } = own.check(expression);
  if (!valid) return error?.summary ?? 'is no CEL';
  return type === undefined || type === 'bool' || type === 'dyn' ? undefined : `gives ${type} where it should be true or false`;
}

const isNode = (value: unknown): value is ASTNode => typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

function because(error: unknown): string {
  if (!(error instanceof EvaluationError)) return messageOf(error).split('\n')[0] ?? '';
  const where = error.code === 'no_such_key' && isNode(error.node) ? serialize(error.node) : undefined;
  return where === undefined ? error.summary : `${where} is not there`;
}

/** Evaluates once; an expression that is no valid CEL throws, so that `verify` finds it. */
export function evaluate(expression: string, seen: Seen): Verdict {
  const run = environment.parse(expression);
  try {
    const result: unknown = run(celValue(seen) as Record<string, unknown>);
    return { met: result === true, because: undefined };
  } catch (error) {
    return { met: false, because: because(error) };
  }
}

/** The places in `object` that the first part of the expression that does not hold looks at. */
export function placesOf(expression: string, object: unknown): readonly Place[] {
  const failing = conjuncts(environment.parse(expression).ast).find((part) => !evaluate(serialize(part), { object }).met);
  const places = new Map<string, Place>();
  if (failing) collect(failing, undefined, object, places);
  return [...places.values()];
}

const conjuncts = (node: ASTNode): readonly ASTNode[] => (node.op === '&&' ? node.args.flatMap(conjuncts) : [node]);

function collect(node: ASTNode, compared: string | undefined, object: unknown, places: Map<string, Place>): void {
  const keys = keysOf(node);
  if (keys?.length) {
    const path = pathText(keys);
    if (!places.has(path)) places.set(path, { path, keys, value: valueAt(object, keys), compared });
    return;
  }
  if (node.op === '==' || node.op === '!=') {
    const [left, right] = node.args;
    collect(left, textOf(right), object, places);
    collect(right, textOf(left), object, places);
    return;
  }
  for (const child of childrenOf(node.args)) collect(child, undefined, object, places);
}

const childrenOf = (args: unknown): readonly ASTNode[] => (isNode(args) ? [args] : Array.isArray(args) ? args.flatMap(childrenOf) : []);
const textOf = (node: ASTNode): string | undefined => (node.op === 'value' && typeof node.args === 'string' ? node.args : undefined);

/** The keys that lead from `object` to a place, undefined for anything that is no plain path. */
function keysOf(node: ASTNode): readonly (string | number)[] | undefined {
  if (node.op === 'id') return node.args === 'object' ? [] : undefined;
  if (node.op === '.') {
    const above = keysOf(node.args[0]);
    return above && [...above, node.args[1]];
  }
  if (node.op === '[]') {
    const [of, key] = node.args;
    const above = keysOf(of);
    if (!above || key.op !== 'value') return undefined;
    return typeof key.args === 'string' ? [...above, key.args] : typeof key.args === 'bigint' ? [...above, Number(key.args)] : undefined;
  }
  return undefined;
}

/** What is at the end of a path, undefined where it ends early. */
export const valueAt = (value: unknown, keys: readonly (string | number)[]): unknown =>
  keys.reduce(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Readonly<Record<string | number, unknown>>)[key] : undefined),
    value,
  );

const pathText = (keys: readonly (string | number)[]): string =>
  keys.map((key, i) => (typeof key === 'number' ? `[${key}]` : /^[A-Za-z_]\w*$/.test(key) ? `${i ? '.' : ''}${key}` : `[${JSON.stringify(key)}]`)).join('');
