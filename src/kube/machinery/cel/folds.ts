// Runs what all macros over lists and maps come to. Models evalFold of cel-go/interpreter/interpretable.go
import type { Context, Step } from './attributes.ts';
import { runtimeType } from './runtime-types.ts';
import type { Fold } from './syntax.ts';
import { CelError, List, Mapping, isError, runtimeName, type Value } from './values.ts';

export interface FoldSteps {
  readonly range: Step;
  readonly start: Step;
  readonly condition: Step;
  readonly step: Step;
  readonly result: Step;
}
export function runFold(fold: Fold, { range, start, condition, step, result }: FoldSteps, outer: Context): Value {
  const over = range.run(outer);
  if (isError(over)) return over;
  if (!(over instanceof List) && !(over instanceof Mapping)) return new CelError(`got '${goTypeName(over)}', expected iterable type`);
  let accumulated: Value | undefined;
  const scope = new Map<string, Value>();
  const lookup = (name: string): Value | undefined => {
    if (name === fold.accumulator) return (accumulated ??= start.run(outer));
    return scope.get(name) ?? outer.lookup(name);
  };
  const inner: Context = { meter: outer.meter, lookup };
  for (const [first, second] of elementsOf(over, fold.variable2 !== undefined)) {
    scope.set(fold.variable, first);
    if (fold.variable2 !== undefined) scope.set(fold.variable2, second);
    const goesOn = condition.run(inner);
    if (goesOn === false) break;
    accumulated = step.run(inner);
  }
  scope.clear();
  return result.run(inner);
}
function* elementsOf(over: List | Mapping, hasTwo: boolean): Generator<readonly [Value, Value]> {
  if (over instanceof List) {
    let i = 0n;
    for (const each of over) yield hasTwo ? [i++, each] : [each, null];
  } else for (const key of over.keys()) yield [key, hasTwo ? (over.find(key) ?? null) : null];
}
/** How Go names the value in its message. */
function goTypeName(value: Value): string {
  const names: Readonly<Record<string, string>> = {
    int: 'Int',
    uint: 'Uint',
    double: 'Double',
    bool: 'Bool',
    string: 'String',
    bytes: 'Bytes',
    null_type: 'Null',
  };
  const name = runtimeName(runtimeType(value));
  return `types.${names[name] ?? name.split('.').at(-1) ?? name}`;
}
