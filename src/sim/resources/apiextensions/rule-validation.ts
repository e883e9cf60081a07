// What is wrong with x-kubernetes-validations: texts, expressions, costs. Models apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
import type { ValidationRule } from '../../../kube/api/apiextensions-v1.ts';
import type { DeclaredType } from '../../../kube/machinery/cel/declared-type.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { compileRules, maxCardinality } from '../custom/compiled-rules.ts';
import { schemaPath } from '../custom/schema-path.ts';
import type { Schema } from '../custom/schema.ts';
import { goRule } from './go-versions.ts';
import { costMessage, multiplied, RULE_LIMIT, type TotalCost } from './rule-costs.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasNewlines = (text: string): boolean => /[\n\r]/.test(text);

/** Of the texts around the expressions. */
export function ruleErrors(schema: Schema, path: string): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) => textErrors(rule, schema, `${path}.x-kubernetes-validations[${i}]`));
}

function textErrors(given: ValidationRule, schema: Schema, at: string): FieldError[] {
  const errors: FieldError[] = [];
  const { rule = '', message = '', messageExpression = '', fieldPath = '', reason } = given;
  if (rule.trim() === '') errors.push(requiredValue(`${at}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '') errors.push(invalidValue(`${at}.message`, message, 'must be non-empty if specified'));
  else if (hasNewlines(message.trim())) errors.push(invalidValue(`${at}.message`, message, 'must not contain line breaks'));
  else if (hasNewlines(rule.trim()) && message.trim() === '')
    errors.push(requiredValue(`${at}.message`, 'message must be specified if rule contains line breaks'));
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(requiredValue(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'));
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${at}.reason`, reason, REASONS));
  if (fieldPath !== '' && fieldPath.trim() === '') errors.push(invalidValue(`${at}.fieldPath`, fieldPath, 'must be non-empty if specified'));
  if (hasNewlines(fieldPath)) errors.push(invalidValue(`${at}.fieldPath`, fieldPath, 'must not contain line breaks'));
  if (fieldPath !== '' && schemaPath(fieldPath, schema).problem !== undefined) errors.push(invalidValue(`${at}.fieldPath`, fieldPath, 'must be a valid path'));
  return errors;
}

export interface RulePlace {
  readonly declared: DeclaredType;
  /** How often values stand there; undefined without a bound. */
  readonly cardinality: number | undefined;
  readonly total: TotalCost;
}

/** Of the expressions. `isKnown`: the schema was accepted before, so costs of single rules are not held against it. */
export function compilationErrors(
  schema: Schema,
  path: string,
  { declared, cardinality, total }: RulePlace,
  uncorrelatable: string | undefined,
  isKnown: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const times = cardinality ?? maxCardinality(declared);
  for (const [i, compiled] of compileRules(schema, declared).entries()) {
    const { rule } = compiled;
    const at = `${path}.x-kubernetes-validations[${i}]`;
    const cost = multiplied(compiled.maxCost, times);
    if (!isKnown && cost > RULE_LIMIT) errors.push(forbiddenValue(`${at}.rule`, costMessage('estimated rule cost', cost, RULE_LIMIT)));
    total.observe(`${at}.rule`, cost);
    if (compiled.problem !== undefined) errors.push(invalidValue(`${at}.rule`, goRule(rule), compiled.problem));
    if (compiled.messageProblem !== undefined) errors.push(invalidValue(`${at}.messageExpression`, goRule(rule), compiled.messageProblem));
    else if (compiled.messageProgram) {
      if (!isKnown && compiled.messageMaxCost > RULE_LIMIT)
        errors.push(forbiddenValue(`${at}.messageExpression`, costMessage('estimated messageExpression cost', compiled.messageMaxCost, RULE_LIMIT)));
      total.observe(`${at}.messageExpression`, compiled.messageMaxCost);
    }
    if (compiled.usesOldSelf) {
      if (uncorrelatable !== undefined)
        errors.push(invalidValue(`${at}.rule`, rule.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`));
    } else if (rule.optionalOldSelf !== undefined)
      errors.push(invalidValue(`${at}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  }
  return errors;
}
