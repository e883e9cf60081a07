// The types of an expression and of all its parts, and what is wrong with them. Models cel-go/checker/checker.go
import { FUNCTIONS, TYPE_NAMES, type Overload } from './declarations.ts';
import type { Issues } from './issues.ts';
import { runtimeType } from './runtime-types.ts';
import {
  AND,
  OPTIONAL_SELECT,
  OR,
  qualifiedName,
  type Call,
  type Expression,
  type Fold,
  type ListLiteral,
  type MapLiteral,
  type Select,
  type StructLiteral,
} from './syntax.ts';
import {
  BOOL,
  DYN,
  ERROR,
  INT,
  STRING,
  firstParameter,
  formatCall,
  formatType,
  isOptional,
  listOf,
  mapOf,
  optionalOf,
  param,
  secondParameter,
  typeOf,
  sameType,
  type CelType,
} from './types.ts';
import { assignable, mostGeneral, substitute, type Substitutions } from './unify.ts';
import { TypeValue, type Value } from './values.ts';

/** What is known of the objects that an expression looks into. */
export interface Declarations {
  readonly variables: ReadonlyMap<string, CelType>;
  /** The type of a field of an object, which is known by the name of its type. */
  readonly fieldOf: (type: string, field: string) => CelType | undefined;
}

export interface Checked {
  readonly root: Expression;
  typeOf(expression: Expression): CelType;
  /** The overloads that a call may come to. */
  overloadsOf(call: Expression): readonly string[];
  /** What `a.b` or `a` names, where it is a variable or a type and no field. */
  nameOf(expression: Expression): { readonly name: string; readonly value?: Value } | undefined;
  /** The function that is called: `a.b.f(x)` may be a method of `a.b`, or a function of that name. */
  functionOf(call: Call): { readonly name: string; readonly target: Expression | undefined };
  readonly names: ReadonlySet<string>;
}

/** Undefined when anything is wrong, which is then among the issues. */
export function check(root: Expression, declarations: Declarations, issues: Issues): Checked | undefined {
  const checker = new Checker(declarations, issues);
  const checked = checker.run(root);
  return issues.isEmpty ? checked : undefined;
}

class Checker {
  readonly #declarations: Declarations;
  readonly #issues: Issues;
  readonly #types = new Map<Expression, CelType>();
  readonly #overloads = new Map<Expression, readonly string[]>();
  readonly #names = new Map<Expression, { readonly name: string; readonly value?: Value }>();
  readonly #namespaced = new Map<Expression, string>();
  readonly #scopes: Map<string, CelType>[] = [];
  #known: Substitutions = new Map();
  #free = 0;

  constructor(declarations: Declarations, issues: Issues) {
    this.#declarations = declarations;
    this.#issues = issues;
  }

  run(root: Expression): Checked {
    this.#check(root);
    for (const [each, type] of this.#types) this.#types.set(each, substitute(this.#known, type, true));
    return {
      root,
      typeOf: (expression) => this.#types.get(expression) ?? DYN,
      overloadsOf: (call) => this.#overloads.get(call) ?? [],
      nameOf: (expression) => this.#names.get(expression),
      functionOf: (call) => {
        const name = this.#namespaced.get(call);
        return name === undefined ? { name: call.name, target: call.target } : { name, target: undefined };
      },
      names: new Set([...this.#names.values()].map(({ name }) => name)),
    };
  }

  #type(expression: Expression): CelType {
    return this.#types.get(expression) ?? ERROR;
  }
  #resolved(type: CelType): CelType {
    return substitute(this.#known, type, false);
  }
  #fits(from: readonly CelType[], to: readonly CelType[]): boolean {
    const known = assignable(this.#known, from, to);
    if (known) this.#known = known;
    return known !== undefined;
  }
  #fresh(): CelType {
    return param(`_var${this.#free++}`);
  }
  #mismatch({ offset }: { readonly offset: number }, expected: CelType, found: CelType): void {
    this.#issues.report(offset, `expected type '${formatType(expected)}' but found '${formatType(found)}'`);
  }
  #undeclared({ offset }: { readonly offset: number }, name: string): CelType {
    this.#issues.report(offset, `undeclared reference to '${name}' (in container '')`);
    return ERROR;
  }

  #check(expression: Expression): CelType {
    const type = this.#checkOne(expression);
    this.#types.set(expression, type);
    return type;
  }
  #checkOne(expression: Expression): CelType {
    switch (expression.kind) {
      case 'constant':
        return runtimeType(expression.value);
      case 'identifier':
        return this.#lookup(expression, expression.name) ?? this.#undeclared(expression, expression.name);
      case 'select':
        return this.#checkSelect(expression);
      case 'call':
        return this.#checkCall(expression);
      case 'list':
        return this.#checkList(expression);
      case 'map':
        return this.#checkMap(expression);
      case 'struct':
        return this.#checkStruct(expression);
      case 'fold':
        return this.#checkFold(expression);
    }
  }

  /** A variable, or a type by its name. */
  #lookup(expression: Expression, text: string): CelType | undefined {
    const name = text.replace(/^\./, '');
    const scoped = text === name ? this.#scopes.findLast((scope) => scope.has(name))?.get(name) : undefined;
    const type = scoped ?? this.#declarations.variables.get(name);
    if (type) {
      this.#names.set(expression, { name });
      return type;
    }
    const named = TYPE_NAMES.get(name);
    if (!named) return undefined;
    this.#names.set(expression, { name, value: new TypeValue(named) });
    return typeOf(named);
  }

  #checkSelect(select: Select): CelType {
    const name = qualifiedName(select);
    const named = name === undefined ? undefined : this.#lookup(select, name);
    if (named) return named;
    const type = this.#field(select, select.operand, select.field, false);
    return select.isTest ? BOOL : this.#resolved(type);
  }

  #field(at: Expression, operand: Expression, field: string, optional: boolean): CelType {
    const whole = this.#resolved(this.#check(operand));
    const type = isOptional(whole) ? firstParameter(whole) : whole;
    const found = this.#fieldOf(at, type, field);
    return isOptional(whole) || optional ? optionalOf(found) : found;
  }
  #fieldOf(at: Expression, type: CelType, field: string): CelType {
    switch (type.kind) {
      case 'map':
        return secondParameter(type);
      case 'struct': {
        const known = this.#declarations.fieldOf(type.name, field);
        if (known) return known;
        this.#issues.report(at.offset, `undefined field '${field}'`);
        return ERROR;
      }
      case 'param':
        this.#fits([DYN], [type]);
        return DYN;
      case 'dyn':
      case 'error':
        return DYN;
      default:
        this.#issues.report(at.offset, `type '${formatType(type)}' does not support field selection`);
        return DYN;
    }
  }

  #checkCall(call: Call): CelType {
    const { name, target, args } = call;
    if (name === OPTIONAL_SELECT) {
      const [operand, field] = args;
      if (!operand || field?.kind !== 'constant' || typeof field.value !== 'string') return ERROR;
      this.#overloads.set(call, ['select_optional_field']);
      this.#types.set(field, STRING);
      return this.#resolved(this.#field(call, operand, field.value, true));
    }
    for (const each of args) this.#check(each);
    if (!target) {
      const plain = name.replace(/^\./, '');
      const found = FUNCTIONS.get(plain);
      if (plain !== name) this.#namespaced.set(call, plain);
      return found ? this.#resolve(call, plain, found, undefined) : this.#undeclared(call, name);
    }
    const prefix = qualifiedName(target);
    const namespaced = prefix === undefined ? undefined : `${prefix}.${name}`.replace(/^\./, '');
    const found = namespaced === undefined ? undefined : FUNCTIONS.get(namespaced);
    if (found && namespaced !== undefined) {
      this.#namespaced.set(call, namespaced);
      return this.#resolve(call, namespaced, found, undefined);
    }
    this.#check(target);
    const methods = FUNCTIONS.get(name);
    return methods ? this.#resolve(call, name, methods, target) : this.#undeclared(call, name);
  }

  #resolve(call: Call, name: string, overloads: readonly Overload[], target: Expression | undefined): CelType {
    const given = [...(target ? [target] : []), ...call.args].map((each) => this.#type(each));
    if (name === AND || name === OR) {
      this.#overloads.set(
        call,
        overloads.map(({ id }) => id),
      );
      const wrong = call.args.filter((each) => !this.#fits([this.#type(each)], [BOOL]));
      for (const each of wrong) this.#mismatch(each, BOOL, this.#type(each));
      return wrong.length ? ERROR : BOOL;
    }
    const chosen: string[] = [];
    let result: CelType | undefined;
    for (const overload of overloads) {
      if (overload.isMethod !== (target !== undefined)) continue;
      const fresh = new Map(overload.params.map((each) => [each, this.#fresh()]));
      if (
        !this.#fits(
          given,
          overload.args.map((each) => substitute(fresh, each, false)),
        )
      )
        continue;
      chosen.push(overload.id);
      const type = this.#resolved(substitute(fresh, overload.result, false));
      if (result === undefined) result = type;
      else if (result.kind !== 'dyn' && !sameType(type, result)) result = DYN;
    }
    if (result) {
      this.#overloads.set(call, chosen);
      return result;
    }
    const types = given.map((each) => substitute(this.#known, each, true));
    this.#issues.report(call.offset, `found no matching overload for '${name}' applied to '${formatCall(types, target !== undefined)}'`);
    return ERROR;
  }

  /** The element of a literal that is left out when it is none. */
  #unwrapped(expression: Expression, isMarked: boolean): CelType {
    const type = this.#type(expression);
    if (!isMarked) return type;
    if (isOptional(type)) return firstParameter(type);
    if (type.kind !== 'dyn') this.#mismatch(expression, optionalOf(type), type);
    return type;
  }
  /** Elements of different types make a list of anything; what speaks against it is said later. */
  #join(before: CelType | undefined, type: CelType): CelType {
    if (!before) return type;
    return this.#fits([before], [type]) ? mostGeneral(before, type) : DYN;
  }

  #checkList({ elements, optional }: ListLiteral): CelType {
    let type: CelType | undefined;
    for (const [i, each] of elements.entries()) {
      this.#check(each);
      type = this.#join(type, this.#unwrapped(each, optional.has(i)));
    }
    return listOf(type ?? this.#fresh());
  }
  #checkMap({ entries }: MapLiteral): CelType {
    let keyType: CelType | undefined;
    let valueType: CelType | undefined;
    for (const { key, value, isOptional: isMarked } of entries) {
      keyType = this.#join(keyType, this.#check(key));
      this.#check(value);
      valueType = this.#join(valueType, this.#unwrapped(value, isMarked));
    }
    return keyType && valueType ? mapOf(keyType, valueType) : mapOf(this.#fresh(), this.#fresh());
  }

  #checkStruct(struct: StructLiteral): CelType {
    const name = struct.name.replace(/^\./, '');
    const type = TYPE_NAMES.get(name);
    if (!type) return this.#undeclared(struct, struct.name);
    for (const { value } of struct.fields) this.#check(value);
    this.#issues.report(struct.offset, `'${name}' is not a message type`);
    return ERROR;
  }

  #checkFold(fold: Fold): CelType {
    this.#check(fold.range);
    const start = this.#check(fold.start);
    const range = this.#resolved(this.#type(fold.range));
    const [first, second] = this.#variableTypes(fold, range);
    this.#scopes.push(new Map([[fold.accumulator, start]]));
    this.#scopes.push(new Map([[fold.variable, first], ...(fold.variable2 === undefined ? [] : [[fold.variable2, second] as const])]));
    this.#assert(fold.condition, BOOL);
    this.#assert(fold.step, start);
    this.#scopes.pop();
    this.#check(fold.result);
    this.#scopes.pop();
    return this.#resolved(this.#type(fold.result));
  }
  #assert(expression: Expression, type: CelType): void {
    const found = this.#check(expression);
    if (!this.#fits([type], [found])) this.#mismatch(expression, type, found);
  }
  #variableTypes(fold: Fold, range: CelType): readonly [CelType, CelType] {
    const hasTwo = fold.variable2 !== undefined;
    switch (range.kind) {
      case 'list':
        return hasTwo ? [INT, firstParameter(range)] : [firstParameter(range), DYN];
      case 'map':
        return [firstParameter(range), secondParameter(range)];
      case 'dyn':
      case 'error':
      case 'param':
        this.#fits([DYN], [range]);
        return [DYN, DYN];
      default:
        this.#issues.report(fold.range.offset, `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`);
        return [ERROR, ERROR];
    }
  }
}
