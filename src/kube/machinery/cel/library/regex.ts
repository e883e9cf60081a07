// Regular expressions in rules. Models apiserver/pkg/cel/library/regex.go
import { goRegexp, RegexpProblem } from '../../go-regexp.ts';
import { PlainList, type Value } from '../values.ts';
import { failure, typed, type Implementations } from './implementation.ts';

function attempt(prefix: string, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof RegexpProblem) return failure(`${prefix}${error.message}`);
    throw error;
  }
}
const matches = typed((text: string, pattern: string) => attempt('', () => goRegexp(pattern).test(text)));
const ILLEGAL = 'Illegal regex: ';
const findAll = (text: string, pattern: string, most = -1n): Value =>
  attempt(ILLEGAL, () => {
    const found = [...text.matchAll(goRegexp(pattern, 'g'))].map(([all]) => all);
    return new PlainList(most < 0n ? found : found.slice(0, Number(most)));
  });

export const REGEX: Implementations = {
  matches,
  matches_string: matches,
  string_find_string: typed((text: string, pattern: string) => attempt(ILLEGAL, () => goRegexp(pattern).exec(text)?.[0] ?? '')),
  string_find_all_string: typed(findAll),
  string_find_all_string_int: typed(findAll),
};

/** Which functions take an expression as their second argument: constants are looked at when the program is made. */
export const PATTERN_FUNCTIONS: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);
/** Go's sentence about an expression that is none. */
export function patternProblem(pattern: string): string | undefined {
  try {
    goRegexp(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RegexpProblem) return error.message;
    throw error;
  }
}
