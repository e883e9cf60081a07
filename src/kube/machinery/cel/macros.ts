// Macros of the language and of the libraries, expanded to folds and calls as upstream does: costs count every part.
// Models cel-go/parser/macro.go, cel-go/cel/library.go and cel-go/ext/{comprehensions,lists}.go
import { ACCUMULATOR, AND, CONDITIONAL, EQUALS, OR, type Entry, type Expression } from './syntax.ts';
import type { Value } from './values.ts';

/** An error is told at the place of an argument. */
export type Expansion = Expression | { readonly kind: 'error'; readonly offset: number; readonly message: string };
type Macro = (offset: number, target: Expression, args: readonly Expression[]) => Expansion;

const constant = (offset: number, value: Value): Expression => ({ kind: 'constant', value, offset });
const name = (offset: number, text: string): Expression => ({ kind: 'identifier', name: text, offset });
const call = (offset: number, text: string, ...args: readonly Expression[]): Expression => ({ kind: 'call', name: text, args, offset });
const method = (offset: number, target: Expression, text: string, ...args: readonly Expression[]): Expression => ({
  kind: 'call',
  name: text,
  target,
  args,
  offset,
});
const list = (offset: number, ...elements: readonly Expression[]): Expression => ({ kind: 'list', elements, optional: new Set(), offset });
const map = (offset: number, ...entries: readonly Entry[]): Expression => ({ kind: 'map', entries, offset });
const accumulated = (offset: number): Expression => name(offset, ACCUMULATOR);
const failure = (offset: number, message: string): Expansion => ({ kind: 'error', offset, message });

const fold = (
  offset: number,
  range: Expression,
  variables: readonly string[],
  parts: { readonly start: Expression; readonly condition?: Expression; readonly step: Expression; readonly result?: Expression },
): Expression => {
  const [variable = '', variable2] = variables;
  return {
    kind: 'fold',
    range,
    variable,
    ...(variable2 === undefined ? {} : { variable2 }),
    accumulator: ACCUMULATOR,
    condition: constant(offset, true),
    result: accumulated(offset),
    ...parts,
    offset,
  };
};

/** The names that the first arguments give; `problem` in the words of the macro. */
function variablesOf(args: readonly Expression[], problem: string): readonly string[] | Expansion {
  const names: string[] = [];
  for (const each of args) {
    if (each.kind !== 'identifier') return failure(each.offset, problem);
    names.push(each.name);
  }
  const [first, second] = names;
  if (second !== undefined && first === second) return failure(args[1]?.offset ?? 0, `duplicate variable name: ${first}`);
  const clash = names.indexOf('__result__');
  return clash === -1 ? names : failure(args[clash]?.offset ?? 0, 'iteration variable overwrites accumulator variable');
}

type Body = (offset: number, variables: readonly string[], rest: readonly Expression[], args: readonly Expression[]) => Parameters<typeof fold>[3];
const SIMPLE_NAME = 'argument must be a simple name';
const comprehension =
  (count: 1 | 2, problem: string, body: Body): Macro =>
  (offset, target, args) => {
    const variables = variablesOf(args.slice(0, count), problem);
    if ('kind' in variables) return variables;
    return fold(offset, target, variables, body(offset, variables, args.slice(count), args));
  };

const all: Body = (at, _, [predicate]) => ({
  start: constant(at, true),
  condition: call(at, '@not_strictly_false', accumulated(at)),
  step: call(at, AND, accumulated(at), predicate ?? constant(at, true)),
});
const exists: Body = (at, _, [predicate]) => ({
  start: constant(at, false),
  condition: call(at, '@not_strictly_false', call(at, '!_', accumulated(at))),
  step: call(at, OR, accumulated(at), predicate ?? constant(at, false)),
});
const existsOne: Body = (at, _, [predicate]) => ({
  start: constant(at, 0n),
  step: call(at, CONDITIONAL, predicate ?? constant(at, true), call(at, '_+_', accumulated(at), constant(at, 1n)), accumulated(at)),
  result: call(at, EQUALS, accumulated(at), constant(at, 1n)),
});
/** With a filter before the last argument where there is one. */
const collected =
  (start: (at: number) => Expression, step: (at: number, variables: readonly string[], value: Expression) => Expression): Body =>
  (at, variables, rest) => {
    const value = rest.at(-1) ?? constant(at, null);
    const [filter] = rest.length > 1 ? rest : [];
    const added = step(at, variables, value);
    return { start: start(at), step: filter ? call(at, CONDITIONAL, filter, added, accumulated(at)) : added };
  };
const emptyList = (at: number): Expression => list(at);
const emptyMap = (at: number): Expression => map(at);
const appended = (at: number, _: readonly string[], value: Expression): Expression => call(at, '_+_', accumulated(at), list(at, value));
const INSERT = 'cel.@mapInsert';
const mapped = collected(emptyList, appended);
const filtered: Body = (at, _, [predicate], args) => ({
  start: list(at),
  step: call(at, CONDITIONAL, predicate ?? constant(at, true), appended(at, [], args[0] ?? constant(at, null)), accumulated(at)),
});
const entryInserted = collected(emptyMap, (at, [variable = ''], value) => call(at, INSERT, accumulated(at), name(at, variable), value));
const mapInserted = collected(emptyMap, (at, _, value) => call(at, INSERT, accumulated(at), value));

/** `value` named for `body`: a fold over nothing. */
const bound = (at: number, variable: string, value: Expression, body: Expression): Expression => ({
  kind: 'fold',
  range: list(at),
  variable: '#unused',
  accumulator: variable,
  start: value,
  condition: constant(at, false),
  step: name(at, variable),
  result: body,
  offset: at,
});

const optionalMap =
  (macro: string, wrap: (at: number, value: Expression) => Expression): Macro =>
  (at, target, [variable, body]) => {
    if (variable?.kind !== 'identifier' || !body) return failure(variable?.offset ?? at, `${macro}() variable name must be a simple identifier`);
    const value = bound(at, variable.name, method(at, target, 'value'), body);
    return call(at, CONDITIONAL, method(at, target, 'hasValue'), wrap(at, value), call(at, 'optional.none'));
  };

const SORTABLE: ReadonlySet<string> = new Set(['list', 'select', 'identifier', 'fold', 'call']);
const SORT_INPUT = '@__sortBy_input__';
const sortBy: Macro = (at, target, args) => {
  if (!SORTABLE.has(target.kind)) return failure(target.offset, 'sortBy can only be applied to a list, identifier, comprehension, call or select expression');
  const keys = comprehension(1, 'argument is not an identifier', mapped)(at, name(at, SORT_INPUT), args);
  if (keys.kind === 'error') return keys;
  return bound(at, SORT_INPUT, target, method(at, name(at, SORT_INPUT), '@sortByAssociatedKeys', keys));
};

const one = (body: Body): Macro => comprehension(1, SIMPLE_NAME, body);
const argument = (body: Body): Macro => comprehension(1, 'argument is not an identifier', body);
const two = (body: Body): Macro => comprehension(2, SIMPLE_NAME, body);

/** By name and number of arguments. */
const METHODS: Readonly<Record<string, Macro>> = {
  'all 2': one(all),
  'all 3': two(all),
  'exists 2': one(exists),
  'exists 3': two(exists),
  'exists_one 2': one(existsOne),
  'exists_one 3': two(existsOne),
  'existsOne 3': two(existsOne),
  'map 2': argument(mapped),
  'map 3': argument(mapped),
  'filter 2': argument(filtered),
  'transformList 3': two(mapped),
  'transformList 4': two(mapped),
  'transformMap 3': two(entryInserted),
  'transformMap 4': two(entryInserted),
  'transformMapEntry 3': two(mapInserted),
  'transformMapEntry 4': two(mapInserted),
  'optMap 2': optionalMap('optMap', (at, value) => call(at, 'optional.of', value)),
  'optFlatMap 2': optionalMap('optFlatMap', (_, value) => value),
  'sortBy 2': sortBy,
};

/** What a call of this form stands for; undefined where it is no macro. */
export function expandMacro(offset: number, text: string, target: Expression | undefined, args: readonly Expression[]): Expansion | undefined {
  if (target) {
    const key = `${text} ${args.length}`;
    return Object.hasOwn(METHODS, key) ? METHODS[key]?.(offset, target, args) : undefined;
  }
  const [operand] = args;
  if (text !== 'has' || args.length !== 1 || !operand) return undefined;
  return operand.kind === 'select' ? { ...operand, isTest: true, offset } : failure(operand.offset, 'invalid argument to has() macro');
}
