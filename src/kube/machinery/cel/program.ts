// Makes a checked expression runnable: one closure for each part, each of which adds what it costs.
// Models cel-go/interpreter/{planner,interpretable,attributes,decorators}.go
import { qualify, resolved, type Attribute, type Context, type Resolved, type Step } from './attributes.ts';
import type { Checked } from './checker.ts';
import { runFold } from './folds.ts';
import { FUNCTIONS, isConversion } from './declarations.ts';
import type { Implementation } from './library/implementation.ts';
import { OPERATORS } from './library/operators.ts';
import { PATTERN_FUNCTIONS, patternProblem } from './library/regex.ts';
import { OVERLOADS } from './library/registry.ts';
import { callCost, CostingProblem, CostMeter, LIST_BASE, MAP_BASE } from './runtime-cost.ts';
import { fits, runtimeType } from './runtime-types.ts';
import {
  AND,
  CONDITIONAL,
  EQUALS,
  INDEX,
  NOT_EQUALS,
  OPTIONAL_INDEX,
  OPTIONAL_SELECT,
  OR,
  type Call,
  type Expression,
  type Fold,
  type ListLiteral,
  type MapLiteral,
} from './syntax.ts';
import { CelError, List, Optional, PlainList, PlainMap, Uint, isError, noSuchOverload, runtimeName, valuesEqual, type Value } from './values.ts';
import { plainText } from './value-text.ts';

export type Variables = ReadonlyMap<string, Value>;
export interface Outcome {
  readonly value: Value;
  readonly cost: number;
}
export interface Program {
  /** Throws `CostLimitExceeded`. */
  run(variables: Variables, limit: number): Outcome;
}

/** Thrown where a constant part cannot be evaluated: there is no program then. */
export class ProgramProblem extends Error {}

export function makeProgram(checked: Checked): Program {
  const step = new Planner(checked).plan(checked.root);
  return {
    run(variables, limit) {
      const meter = new CostMeter(limit);
      try {
        return { value: step.run({ meter, lookup: (name) => variables.get(name) }), cost: meter.spent };
      } catch (error) {
        if (!(error instanceof CostingProblem)) throw error;
        return { value: new CelError(error.message), cost: meter.spent };
      }
    },
  };
}

const constant = (value: Value): Step => ({ constant: value, run: () => value });

class Planner {
  readonly #checked: Checked;
  constructor(checked: Checked) {
    this.#checked = checked;
  }

  plan(expression: Expression): Step {
    switch (expression.kind) {
      case 'constant':
        return constant(expression.value);
      case 'identifier':
        return this.#name(expression) ?? constant(null);
      case 'select': {
        const named = this.#name(expression);
        if (named) return named;
        return this.#qualified(expression.operand, constant(expression.field), { isOptional: false, isTest: expression.isTest });
      }
      case 'call':
        return this.#call(expression);
      case 'list':
        return this.#list(expression);
      case 'map':
        return this.#map(expression);
      case 'fold':
        return this.#fold(expression);
      case 'struct':
        throw new ProgramProblem(`unknown type: ${expression.name}`);
    }
  }

  #name(expression: Expression): Step | undefined {
    const named = this.#checked.nameOf(expression);
    if (!named) return undefined;
    const { name, value: known } = named;
    if (known !== undefined) return constant(known);
    return attributeStep({ isChoice: false, resolve: ({ lookup }) => resolved(lookup(name) ?? new CelError(`no such attribute(s): ${name}`)) });
  }

  /** A field or an element. */
  #qualified(operand: Expression, key: Step, how: { readonly isOptional: boolean; readonly isTest: boolean }): Step {
    const base = this.#attributeOf(operand);
    const resolve = (context: Context): Resolved => {
      const { value, isOptional: wasOptional } = base.resolve(context);
      if (isError(value)) return resolved(value);
      return qualify(value, wasOptional, key, how, context);
    };
    return attributeStep({ isChoice: base.isChoice, resolve }, how.isTest);
  }
  #attributeOf(expression: Expression): Attribute {
    const step = this.plan(expression);
    return step.attribute ?? { isChoice: false, resolve: (context) => resolved(step.run(context)) };
  }

  #call(call: Call): Step {
    const { name, target } = this.#checked.functionOf(call);
    const [first, second, third] = call.args;
    switch (name) {
      case AND:
      case OR:
        return logic(
          name === OR,
          call.args.map((each) => this.plan(each)),
        );
      case CONDITIONAL:
        return first && second && third ? this.#choice(first, second, third) : constant(null);
      case INDEX:
      case OPTIONAL_INDEX:
      case OPTIONAL_SELECT:
        return first && second ? this.#qualified(first, this.plan(second), { isOptional: name !== INDEX, isTest: false }) : constant(null);
      default:
    }
    const steps = (target ? [target, ...call.args] : call.args).map((each) => this.plan(each));
    const overloads = this.#checked.overloadsOf(call);
    const overload = overloads.length === 1 ? (overloads[0] ?? '') : '';
    if ((name === 'or' || name === 'orValue') && steps.length === 2) return alternative(steps, name === 'orValue');
    const run = name === EQUALS || name === NOT_EQUALS ? equality(name === NOT_EQUALS) : implementationOf(name, overload, target !== undefined);
    const costed = name === EQUALS ? 'equals' : name === NOT_EQUALS ? 'not_equals' : overload;
    return optimised(name, overload, steps) ?? { run: (context) => invoke(context, steps, run, name, costed, hasReadyPattern(name, steps)) };
  }

  #choice(condition: Expression, yes: Expression, no: Expression): Step {
    const test = this.plan(condition);
    const branches = [this.#attributeOf(yes), this.#attributeOf(no)] as const;
    return attributeStep({
      isChoice: true,
      resolve: (context) => {
        const held = test.run(context);
        if (typeof held === 'boolean') return branches[held ? 0 : 1].resolve(context);
        return resolved(isError(held) ? held : noSuchOverload());
      },
    });
  }

  #list({ elements, optional }: ListLiteral): Step {
    const steps = elements.map((each) => this.plan(each));
    const make = (context: Context): Value => {
      const items: Value[] = [];
      for (const [i, step] of steps.entries()) {
        const value = step.run(context);
        if (isError(value)) return value;
        if (!optional.has(i)) items.push(value);
        else if (!(value instanceof Optional)) return new CelError(`cannot initialize optional list element from non-optional value ${plainText(value)}`);
        else if (value.value !== undefined) items.push(value.value);
      }
      return new PlainList(items);
    };
    return literal(steps, make, LIST_BASE);
  }

  #map({ entries }: MapLiteral): Step {
    const pairs = entries.map(({ key, value, isOptional }) => ({ key: this.plan(key), value: this.plan(value), isOptional }));
    const make = (context: Context): Value => {
      const found: (readonly [Value, Value])[] = [];
      for (const pair of pairs) {
        const key = pair.key.run(context);
        if (isError(key)) return key;
        const value = pair.value.run(context);
        if (isError(value)) return value;
        if (!pair.isOptional) found.push([key, value]);
        else if (!(value instanceof Optional))
          return new CelError(`cannot initialize optional entry '${plainText(key)}' from non-optional value ${plainText(value)}`);
        else if (value.value !== undefined) found.push([key, value.value]);
      }
      return new PlainMap(found);
    };
    return literal(
      pairs.flatMap(({ key, value }) => [key, value]),
      make,
      MAP_BASE,
    );
  }

  #fold(fold: Fold): Step {
    const [range, start, condition, step, result] = [fold.range, fold.start, fold.condition, fold.step, fold.result].map((each) => this.plan(each));
    if (!range || !start || !condition || !step || !result) return constant(null);
    return { run: (context) => runFold(fold, { range, start, condition, step, result }, context) };
  }
}

/** On its own an attribute costs one more than what leads to it. */
function attributeStep(attribute: Attribute, isTest = false): Step {
  const own = (attribute.isChoice ? 0 : 1) - (isTest ? 1 : 0);
  return {
    attribute,
    run: (context) => {
      const { value, isOptional } = attribute.resolve(context);
      context.meter.add(own);
      if (isError(value) || !isOptional || value instanceof Optional) return value;
      return new Optional(value);
    },
  };
}

/** The other side decides where one is an error. */
function logic(decisive: boolean, steps: readonly Step[]): Step {
  return {
    run: (context) => {
      let problem: CelError | undefined;
      for (const step of steps) {
        const value = step.run(context);
        if (value === decisive) return decisive;
        if (typeof value !== 'boolean') problem ??= isError(value) ? value : noSuchOverload();
      }
      return problem ?? !decisive;
    },
  };
}

function alternative([left, right]: readonly Step[], isValue: boolean): Step {
  return {
    run: (context) => {
      const value = left?.run(context) ?? null;
      if (!(value instanceof Optional)) return value;
      if (value.value === undefined) return right?.run(context) ?? null;
      return isValue ? value.value : value;
    },
  };
}

const equality =
  (isNegated: boolean): Implementation =>
  (a = null, b = null) => {
    const same = valuesEqual(a, b);
    return isNegated ? same !== true : same;
  };

/** What runs when a call is made: that of the only overload, or of the first that fits the values. */
function implementationOf(name: string, overload: string, isMethod: boolean): Implementation {
  if (Object.hasOwn(OPERATORS, name)) return OPERATORS[name] ?? noSuchOverload;
  if (name === '@not_strictly_false') return (value = null) => value !== false;
  const all = (FUNCTIONS.get(name) ?? []).filter((each) => each.isMethod === isMethod && (overload === '' || each.id === overload));
  return (...args) => {
    const fitting = all.find((each) => each.args.length === args.length && each.args.every((type, i) => fits(args[i] ?? null, type)));
    const run = fitting && OVERLOADS.get(fitting.id);
    return run ? run(...args) : new CelError(`no such overload: ${name}(${args.map((each) => runtimeName(runtimeType(each))).join(', ')})`);
  };
}

function invoke(context: Context, steps: readonly Step[], run: Implementation, name: string, overload: string, isVariadic: boolean): Value {
  const args: Value[] = [];
  // Calls of two look at both sides, longer ones stop at an error, and are not charged when more was to come.
  const stopsEarly = isVariadic || steps.length > 2;
  for (const [i, step] of steps.entries()) {
    const value = step.run(context);
    if (stopsEarly && isError(value) && i < steps.length - 1) return value;
    args.push(value);
  }
  const problem = name === '@not_strictly_false' ? undefined : args.find(isError);
  const result = problem ?? run(...args);
  context.meter.add(callCost(name, overload, args, result));
  return result;
}

const FREE: Context = { meter: new CostMeter(Number.POSITIVE_INFINITY), lookup: () => undefined };

/** What can be done once and for all: lists of constants, conversions of them, and being among them. */
function literal(steps: readonly Step[], make: (context: Context) => Value, cost: number): Step {
  if (steps.every((each) => each.constant !== undefined)) return constant(make(FREE));
  return {
    run: (context) => {
      const value = make(context);
      context.meter.add(cost);
      return value;
    },
  };
}
function optimised(name: string, overload: string, steps: readonly Step[]): Step | undefined {
  const [first, second] = steps;
  if (overload === 'in_list' && first && second?.constant instanceof List) return membership(first, second.constant);
  if (isConversion(name) && steps.length === 1 && first?.constant !== undefined) {
    const value = implementationOf(name, overload, false)(first.constant);
    if (isError(value)) throw new ProgramProblem(value.message);
    return constant(value);
  }
  if (PATTERN_FUNCTIONS.has(name) && typeof second?.constant === 'string') {
    const problem = patternProblem(second.constant);
    if (problem !== undefined) throw new ProgramProblem(problem);
  }
  return undefined;
}
/** Calls whose pattern is known are made anew, as calls of any number of arguments. */
const hasReadyPattern = (name: string, [, pattern]: readonly Step[]): boolean => PATTERN_FUNCTIONS.has(name) && typeof pattern?.constant === 'string';

function membership(element: Step, list: List): Step | undefined {
  if (list.size === 0) return constant(false);
  const isSimple = [...list].every((each) => ['string', 'bigint', 'boolean', 'number'].includes(typeof each) || each instanceof Uint);
  if (!isSimple) return undefined;
  return {
    run: (context) => {
      const value = element.run(context);
      return isError(value) ? value : list.contains(value) === true;
    },
  };
}
