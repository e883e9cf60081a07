// CEL over what was read. A missing key means "not met", and the path is told.
import { Environment } from '@marcbachmann/cel-js';

export interface Verdict {
  readonly met: boolean;
  /** Why not, where there is more to say: `no such key: …`. */
  readonly because: string | undefined;
}

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false });

/** Numbers of JSON are integers to CEL where they are whole. */
function celValue(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, celValue(each)]));
  return value;
}

/** Evaluates once; an expression that is no valid CEL throws, so that `verify` finds it. */
export function evaluate(expression: string, context: Readonly<Record<string, unknown>>): Verdict {
  const run = environment.parse(expression);
  try {
    const result: unknown = run(celValue(context) as Record<string, unknown>);
    return { met: result === true, because: undefined };
  } catch (error) {
    return { met: false, because: (error instanceof Error ? error.message : String(error)).split('\n')[0] };
  }
}
