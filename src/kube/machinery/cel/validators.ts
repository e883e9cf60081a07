// What is looked at after the types: literals that cannot be read, literals of mixed types, formats that do not fit.
// Models cel-go/cel/validator.go and the validator of cel-go/ext/formatting.go
import type { Checked } from './checker.ts';
import type { Issues } from './issues.ts';
import { formatProblem, misuse } from './library/string-format.ts';
import { patternProblem } from './library/regex.ts';
import { parseGoDuration, parseTimestamp } from './time-text.ts';
import { everyExpression, childrenOf, type Call, type Expression } from './syntax.ts';
import { firstParameter, formatType, isOptional, sameType, type CelType } from './types.ts';
import { runtimeName } from './values.ts';

const LITERALS: Readonly<Record<string, (text: string) => boolean>> = {
  duration: (text) => parseGoDuration(text) !== undefined,
  timestamp: (text) => parseTimestamp(text) !== undefined,
  matches: (text) => patternProblem(text) === undefined,
};

export function validate(checked: Checked, issues: Issues): void {
  for (const each of everyExpression(checked.root)) if (each.kind === 'call') validateLiteral(checked, each, issues);
  validateMixed(checked, checked.root, false, issues);
  for (const each of everyExpression(checked.root)) if (each.kind === 'call' && each.name === 'format') validateFormat(checked, each, issues);
}

function validateLiteral(checked: Checked, call: Call, issues: Issues): void {
  const { name } = checked.functionOf(call);
  const [argument] = call.args;
  if (argument?.kind !== 'constant' || typeof argument.value !== 'string' || !Object.hasOwn(LITERALS, name)) return;
  if (LITERALS[name]?.(argument.value) === false) issues.report(argument.offset, `invalid ${name} argument`);
}

/** Arguments of a format may be of any types. */
function validateMixed(checked: Checked, expression: Expression, isExempt: boolean, issues: Issues): void {
  const report = (each: Expression, expected: CelType, found: CelType): void =>
    issues.report(each.offset, `expected type '${formatType(expected)}' but found '${formatType(found)}'`);
  if (!isExempt && expression.kind === 'list') {
    let type: CelType | undefined;
    for (const [i, each] of expression.elements.entries()) {
      const own = unwrapped(checked.typeOf(each), expression.optional.has(i));
      if (type && !sameType(type, own)) {
        report(each, type, own);
        break;
      }
      type ??= own;
    }
  }
  if (!isExempt && expression.kind === 'map') {
    const [first] = expression.entries;
    const [keyType, valueType] = [first && checked.typeOf(first.key), first && unwrapped(checked.typeOf(first.value), first.isOptional)];
    for (const { key, value, isOptional: isMarked } of expression.entries) {
      const [ownKey, ownValue] = [checked.typeOf(key), unwrapped(checked.typeOf(value), isMarked)];
      if (keyType && !sameType(keyType, ownKey)) report(key, keyType, ownKey);
      if (valueType && !sameType(valueType, ownValue)) report(value, valueType, ownValue);
    }
  }
  const below = isExempt || (expression.kind === 'call' && expression.name === 'format');
  for (const child of childrenOf(expression)) validateMixed(checked, child, below, issues);
}
const unwrapped = (type: CelType, isMarked: boolean): CelType => (isMarked && isOptional(type) ? firstParameter(type) : type);

const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  s: ['list', 'map', 'int', 'uint', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
  d: ['int', 'uint'],
  f: ['double', 'string'],
  e: ['double', 'string'],
  b: ['int', 'uint', 'bool'],
  x: ['int', 'uint', 'string', 'bytes'],
  o: ['int', 'uint'],
};

function validateFormat(checked: Checked, call: Call, issues: Issues): void {
  const { target } = call;
  const [list] = call.args;
  if (target?.kind !== 'constant' || typeof target.value !== 'string' || list?.kind !== 'list' || call.args.length !== 1) return;
  let place: Expression | undefined;
  const problem = formatProblem(target.value, list.elements.length, (clause, i) => {
    const argument = list.elements[i];
    const wrong = argument && misfit(checked, argument, clause);
    place = wrong;
    return wrong && misuse(clause, runtimeName(checked.typeOf(wrong)));
  });
  if (problem) issues.report(place?.offset ?? call.offset, problem.message);
}
/** The part that a clause cannot show: of lists and maps, something in them. */
function misfit(checked: Checked, expression: Expression, clause: string): Expression | undefined {
  const { kind } = checked.typeOf(expression);
  if (kind !== 'dyn' && !ACCEPTED[clause.toLowerCase()]?.includes(kind)) return expression;
  if (clause !== 's' || (expression.kind !== 'list' && expression.kind !== 'map')) return undefined;
  for (const child of childrenOf(expression)) {
    const wrong = misfit(checked, child, clause);
    if (wrong) return wrong;
  }
  return undefined;
}
