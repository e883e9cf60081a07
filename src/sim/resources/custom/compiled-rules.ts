// The rules of one place of a schema, ready to be asked, with the most that they can cost.
// Models apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go
import type { ValidationRule } from '../../../kube/api/apiextensions-v1.ts';
import type { Checked } from '../../../kube/machinery/cel/checker.ts';
import { compile } from '../../../kube/machinery/cel/compile.ts';
import { MAX_REQUEST_BYTES, namedType, type DeclaredType } from '../../../kube/machinery/cel/declared-type.ts';
import { estimateCost } from '../../../kube/machinery/cel/estimate.ts';
import { makeProgram, ProgramProblem, type Program } from '../../../kube/machinery/cel/program.ts';
import { optionalOf, type CelType } from '../../../kube/machinery/cel/types.ts';
import { isReserved } from '../../../kube/machinery/cel/escaping.ts';
import { schemaPath } from './schema-path.ts';
import type { Schema } from './schema.ts';

export interface CompiledRule {
  readonly rule: ValidationRule;
  /** Undefined where the rule is empty or wrong. */
  readonly program?: Program;
  readonly problem?: string;
  readonly usesOldSelf: boolean;
  readonly maxCost: number;
  readonly messageProgram?: Program;
  readonly messageProblem?: string;
  readonly messageMaxCost: number;
  /** Below the place of the rule, as messages write it. */
  readonly fieldPath: string;
}

/** How often a value can stand in a request at most, when nothing else bounds it. */
export const maxCardinality = ({ minBytes }: DeclaredType): number => Math.trunc(MAX_REQUEST_BYTES / (minBytes + 1));

export function compileRules(schema: Schema, declared: DeclaredType): readonly CompiledRule[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  return rules.map((rule) => compileRule(rule, schema, declared));
}

/** Go names the type after the time of the day, so that nobody relies on it. */
const SELF = 'selfType0';

interface Made {
  readonly problem?: string;
  readonly checked?: Checked;
  readonly program?: Program;
}
function make(source: string, declared: DeclaredType, optionalOld: boolean): Made {
  const fields = new Map<string, ReadonlyMap<string, CelType>>();
  const self = namedType(declared, SELF, fields);
  const variables = new Map([
    ['self', self],
    ['oldSelf', optionalOld ? optionalOf(self) : self],
  ]);
  const { checked, problem } = compile(source, { variables, fieldOf: (name, field) => fieldIn(fields.get(name), field) });
  if (!checked) return { problem: `compilation failed: ${problem}` };
  return { checked };
}
/** Keywords are written as they are, too, where they follow a dot. */
const fieldIn = (fields: ReadonlyMap<string, CelType> | undefined, name: string): CelType | undefined =>
  fields?.get(name) ?? (isReserved(name) ? fields?.get(`__${name}__`) : undefined);
function ready(checked: Checked, what: string): Made {
  try {
    return { program: makeProgram(checked) };
  } catch (error) {
    if (!(error instanceof ProgramProblem)) throw error;
    return { problem: `${what}instantiation failed: ${error.message}` };
  }
}

function compileRule(rule: ValidationRule, schema: Schema, declared: DeclaredType): CompiledRule {
  const nothing = { rule, usesOldSelf: false, maxCost: 0, messageMaxCost: 0, fieldPath: '' };
  if (!rule.rule?.trim()) return nothing;
  const isOptional = rule.optionalOldSelf === true;
  const { checked, problem } = make(rule.rule, declared, isOptional);
  if (!checked) return { ...nothing, problem: problem ?? '' };
  if (checked.typeOf(checked.root).kind !== 'bool') return { ...nothing, problem: 'cel expression must evaluate to a bool' };
  const usesOldSelf = checked.names.has('oldSelf');
  const made = ready(checked, 'program ');
  if (!made.program) return { ...nothing, usesOldSelf, problem: made.problem ?? '' };
  const path = rule.fieldPath ? schemaPath(rule.fieldPath, schema) : undefined;
  return {
    ...nothing,
    usesOldSelf,
    program: made.program,
    maxCost: estimateCost(checked, declared).max,
    fieldPath: path?.problem === undefined ? (path?.text ?? '') : '',
    ...(rule.messageExpression ? compileMessage(rule.messageExpression, declared, isOptional) : {}),
  };
}

function compileMessage(
  source: string,
  declared: DeclaredType,
  optionalOld: boolean,
): Pick<CompiledRule, 'messageProgram' | 'messageProblem' | 'messageMaxCost'> {
  const { checked, problem } = make(source, declared, optionalOld);
  if (!checked) return { messageProblem: `messageExpression ${problem ?? ''}`, messageMaxCost: 0 };
  if (checked.typeOf(checked.root).kind !== 'string') return { messageProblem: 'messageExpression must evaluate to a string', messageMaxCost: 0 };
  const made = ready(checked, 'messageExpression ');
  if (!made.program) return { messageProblem: made.problem ?? '', messageMaxCost: 0 };
  return { messageProgram: made.program, messageMaxCost: estimateCost(checked, declared).max };
}
