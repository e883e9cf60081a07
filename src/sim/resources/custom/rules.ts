// x-kubernetes-validations: rules in CEL on values of a custom resource, with what they say when they do not hold.
// Models apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go
import type { ValidationRule } from '../../../kube/api/apiextensions-v1.ts';
import { declaredType, withTypeAndMeta, type DeclaredType } from '../../../kube/machinery/cel/declared-type.ts';
import { escapedName } from '../../../kube/machinery/cel/escaping.ts';
import type { Program } from '../../../kube/machinery/cel/program.ts';
import { CostLimitExceeded } from '../../../kube/machinery/cel/runtime-cost.ts';
import { valueOfSchema } from '../../../kube/machinery/cel/schema-values.ts';
import { Optional, isError, type Value } from '../../../kube/machinery/cel/values.ts';
import { shown, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { isJsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import { compileRules, type CompiledRule } from './compiled-rules.ts';
import { Correlation, oldItem } from './correlation.ts';
import { childPath, isEmbeddedResource, itemPath, schemaOfItems, type Schema } from './schema.ts';

const PER_CALL_LIMIT = 1_000_000;
/** What all rules together may cost in one request. */
const TOTAL_BUDGET = 10_000_000;
const LONGEST_MESSAGE = 5 * 1024;

/** Rules by place, down to where there are some. */
interface Validator {
  readonly schema: Schema;
  readonly isResource: boolean;
  readonly rules: readonly CompiledRule[];
  readonly items?: Validator;
  readonly values?: Validator;
  readonly properties: ReadonlyMap<string, Validator>;
}

const validators = new WeakMap<Schema, { readonly validator: Validator | undefined }>();
/** Undefined where no rule stands anywhere below. */
function validatorOf(schema: Schema): Validator | undefined {
  let known = validators.get(schema);
  if (!known) validators.set(schema, (known = { validator: makeValidator(schema, true, declaredType(schema, true)) }));
  return known.validator;
}

function makeValidator(schema: Schema, isResource: boolean, declared: DeclaredType | undefined): Validator | undefined {
  const rules = declared ? compileRules(schema, declared) : [];
  const below = (child: Schema | undefined, type: DeclaredType | undefined): Validator | undefined =>
    child && makeValidator(child, isEmbeddedResource(child), type ?? declaredType(child));
  const items = below(schemaOfItems(schema), declared?.element);
  const values = isJsonObject(schema.additionalProperties) ? below(schema.additionalProperties as Schema, declared?.element) : undefined;
  const properties = new Map<string, Validator>();
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const escaped = escapedName(name);
    const type = escaped === undefined ? undefined : declared?.fields?.get(escaped);
    const validator = escaped === undefined || type ? below(child, type) : undefined;
    if (validator) properties.set(name, validator);
  }
  if (!rules.length && !items && !values && !properties.size) return undefined;
  return { schema, isResource, rules, properties, ...(items ? { items } : {}), ...(values ? { values } : {}) };
}

export const hasRules = (schema: Schema): boolean => validatorOf(schema) !== undefined;

interface Place {
  readonly path: string;
  readonly value: JsonValue | undefined;
  /** Undefined where there was none, or where it cannot be told which it was. */
  readonly old: JsonValue | undefined;
  /** What it was before, and what the nearest thing around it was that can be told. */
  readonly correlation: Correlation | undefined;
  readonly around: Correlation | undefined;
}

/** What the rules have against the object. `old` is undefined on creation. Against what has not changed they only warn. */
export function validateRules(
  value: JsonValue,
  schema: Schema,
  old: JsonValue | undefined,
  root = '',
): { readonly errors: FieldError[]; readonly warnings: string[]; readonly left: number } {
  const validator = validatorOf(schema);
  const run = new Run();
  const correlation = old === undefined ? undefined : new Correlation(value, old, schema);
  if (validator) run.validate(validator, { path: root, value, old, correlation, around: undefined });
  return run;
}

/** Ends all rules: nothing is left to be spent. */
class BudgetSpent extends Error {}

class Run {
  readonly errors: FieldError[] = [];
  readonly warnings: string[] = [];
  #budget = TOTAL_BUDGET;

  /** Of the budget; less than nothing is left where it did not suffice. */
  get left(): number {
    return this.#budget;
  }

  validate(validator: Validator, place: Place): void {
    try {
      this.#place(validator, place);
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
    }
  }

  #place(validator: Validator, place: Place): void {
    const { value, old, path } = place;
    if (value === null || value === undefined) return;
    this.#rules(validator, place);
    if (Array.isArray(value)) {
      const { items } = validator;
      if (items)
        for (const [i, item] of (value as readonly JsonValue[]).entries())
          this.#place(items, {
            path: itemPath(path, i),
            value: item,
            old: oldItem(item, validator.schema, old),
            correlation: place.correlation?.index(i),
            around: place.correlation ?? place.around,
          });
      return;
    }
    if (!isJsonObject(value)) return;
    const before = isJsonObject(old) ? old : undefined;
    for (const [key, each] of Object.entries(value)) {
      const inner = validator.values ?? validator.properties.get(key);
      if (!inner) continue;
      // Kind and version are those of the request, whatever was stored.
      const isIdentity = place.around === undefined && (key === 'apiVersion' || key === 'kind');
      this.#place(inner, {
        path: validator.values ? `${path}[${key}]` : childPath(path, key),
        value: each,
        old: before?.[key] ?? undefined,
        correlation: isIdentity ? undefined : place.correlation?.key(key),
        around: isIdentity ? undefined : (place.correlation ?? place.around),
      });
    }
  }

  #rules({ rules, schema, isResource }: Validator, place: Place): void {
    const type = schema.type ?? '';
    const invalid = (detail: string): void => void this.errors.push(failure(place.path, `Invalid value: ${shown(type)}: ${detail}`));
    if (!rules.length) return;
    if (this.#budget <= 0) {
      invalid('validation failed due to running out of cost budget, no further validation rules will be run');
      throw new BudgetSpent();
    }
    const whole = isResource ? withTypeAndMeta(schema) : schema;
    const self = valueOfSchema(place.value, whole);
    const hasOld = place.old !== undefined && place.old !== null;
    const oldSelf = hasOld ? valueOfSchema(place.old, whole) : undefined;
    for (const compiled of rules) {
      const { rule, program, problem, usesOldSelf } = compiled;
      if (problem !== undefined) invalid(`rule compile error: ${problem}`);
      if (!program) continue;
      const isOptional = rule.optionalOldSelf === true;
      if (usesOldSelf && !hasOld && !isOptional) continue;
      const variables = new Map<string, Value>([['self', self]]);
      if (isOptional) variables.set('oldSelf', oldSelf === undefined ? new Optional() : new Optional(oldSelf));
      else if (oldSelf !== undefined) variables.set('oldSelf', oldSelf);
      const outcome = this.#evaluate(program, variables, compiled, invalid);
      if (isError(outcome)) {
        if (outcome.message.startsWith('no such overload'))
          invalid(`'${outcome.message}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleText(rule)}`);
        else invalid(`${outcome.message} evaluating rule: ${ruleText(rule)}`);
      } else if (outcome !== true) this.#failed(compiled, place, schema, variables, isOptional);
    }
  }

  #evaluate(program: Program, variables: ReadonlyMap<string, Value>, { rule }: CompiledRule, invalid: (detail: string) => void): Value {
    try {
      const { value, cost } = program.run(variables, PER_CALL_LIMIT);
      this.#spend(cost, () => invalid('validation failed due to running out of cost budget, no further validation rules will be run'));
      return value;
    } catch (error) {
      if (!(error instanceof CostLimitExceeded)) throw error;
      this.#spend(PER_CALL_LIMIT, () => invalid('validation failed due to running out of cost budget, no further validation rules will be run'));
      invalid(`'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleText(rule)}`);
      throw new BudgetSpent();
    }
  }
  #spend(cost: number, spent: () => void): void {
    if (cost > this.#budget) {
      spent();
      throw new BudgetSpent();
    }
    this.#budget -= cost;
  }

  #failed(compiled: CompiledRule, place: Place, schema: Schema, variables: ReadonlyMap<string, Value>, isOptional: boolean): void {
    const { rule, usesOldSelf, fieldPath } = compiled;
    const path = fieldPath === '' ? place.path : childPath(place.path, fieldPath);
    const add = (error: FieldError): void => {
      const isOld = !usesOldSelf && ((place.correlation ?? place.around)?.isUnchanged ?? false);
      if (isOld) this.warnings.push(`${error.field}: ${error.detail}`);
      else this.errors.push(error);
    };
    // Messages see the old value as it is, also where rules see it as optional.
    const seen = new Map(variables);
    const old = variables.get('oldSelf');
    if (isOptional && old instanceof Optional) {
      if (old.value === undefined) seen.delete('oldSelf');
      else seen.set('oldSelf', old.value);
    }
    const text = this.#message(compiled, seen, (detail) => add(failure(path, `Invalid value: ${shown(schema.type ?? '')}: ${detail}`)));
    const isWhole = schema.type === 'object' || schema.type === 'array';
    add(failureFor(rule, path, isWhole ? undefined : shown(place.value), text ?? (rule.message ? rule.message.trim() : `failed rule: ${ruleText(rule)}`)));
  }

  /** Undefined where there is no text in the end. */
  #message({ rule, messageProgram }: CompiledRule, variables: ReadonlyMap<string, Value>, fail: (detail: string) => void): string | undefined {
    if (!messageProgram) return undefined;
    const source = JSON.stringify(rule.messageExpression ?? '');
    try {
      const { value, cost } = messageProgram.run(variables, PER_CALL_LIMIT);
      this.#spend(cost, () => fail('messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run'));
      const text = typeof value === 'string' ? value.trim() : '';
      return text === '' || text.includes('\n') || Buffer.byteLength(text) > LONGEST_MESSAGE ? undefined : text;
    } catch (error) {
      if (!(error instanceof CostLimitExceeded)) throw error;
      fail(`no further validation rules will be run due to call cost exceeds limit for messageExpression: ${source}`);
      throw new BudgetSpent();
    }
  }
}

const ruleText = ({ rule, message }: ValidationRule): string => (message ? message : rule).trim();

const failure = (path: string, detail: string, reason: FieldError['reason'] = 'FieldValueInvalid'): FieldError => ({
  field: path === '' ? '<nil>' : path,
  reason,
  detail,
});
function failureFor({ reason }: ValidationRule, path: string, value: string | undefined, detail: string): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return failure(path, `Forbidden: ${detail}`, reason);
    case 'FieldValueRequired':
      return failure(path, `Required value: ${detail}`, reason);
    case 'FieldValueDuplicate':
      return failure(path, `Duplicate value${value === undefined ? '' : `: ${value}`}`, reason);
    default:
      return failure(path, `Invalid value: ${value === undefined ? '' : `${value}: `}${detail}`);
  }
}
