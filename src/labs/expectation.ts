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

const NAMES = ['object', 'items'];
const environment = new Environment({ homogeneousAggregateLiterals: false });
for (const name of NAMES) environment.registerVariable(name, 'dyn');

/** Numbers of JSON are integers to CEL where they are whole. */
export function celValue(value: unknown): unknown {
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
