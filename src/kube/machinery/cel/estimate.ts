// The most that evaluating an expression can cost, from the sizes that its schema allows. Models cel-go/checker/cost.go
import { callEstimate, type Estimated } from './call-estimates.ts';
import type { Checked } from './checker.ts';
import type { DeclaredType } from './declared-type.ts';
import { fixed, MAX, plus, scaled, times, union, UNKNOWN, type Range } from './ranges.ts';
import { LIST_BASE, MAP_BASE, TRAVERSAL } from './runtime-cost.ts';
import { sizeOf } from './library/operators.ts';
import { ACCUMULATOR, type Call, type Expression, type Fold, type ListLiteral, type MapLiteral, type Select } from './syntax.ts';
import { DYN, firstParameter, isOptional, type CelType } from './types.ts';

/** Of keys and of values of a list or map. */
interface EntrySize {
  readonly container: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}
interface Local {
  readonly path: readonly string[];
  readonly size: Range | undefined;
  readonly entries: EntrySize | undefined;
}

/** `root`: what `self` and `oldSelf` are. */
export function estimateCost(checked: Checked, root: DeclaredType | undefined): Range {
  return new Estimator(checked, root).cost(checked.root);
}

const ZERO = fixed(0);
const ONE = fixed(1);
const SCALARS: ReadonlySet<string> = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);
const isScalar = (type: CelType): boolean => SCALARS.has(type.kind) || (isOptional(type) && isScalar(firstParameter(type)));
const SELECTABLE: ReadonlySet<string> = new Set(['map', 'struct', 'param']);

class Estimator {
  readonly #checked: Checked;
  readonly #root: DeclaredType | undefined;
  readonly #paths = new Map<Expression, readonly string[]>();
  readonly #sizes = new Map<Expression, Range>();
  readonly #entries = new Map<Expression, EntrySize>();
  readonly #locals = new Map<string, Local[]>();

  constructor(checked: Checked, root: DeclaredType | undefined) {
    this.#checked = checked;
    this.#root = root;
  }

  cost(expression: Expression): Range {
    switch (expression.kind) {
      case 'constant':
        return ZERO;
      case 'identifier':
        return this.#name(expression, expression.name);
      case 'select':
        return this.#select(expression);
      case 'call':
        return this.#call(expression);
      case 'list':
        return this.#list(expression);
      case 'map':
        return this.#map(expression);
      case 'fold':
        return isBinding(expression) ? this.#binding(expression) : this.#fold(expression);
      case 'struct':
        return ZERO;
    }
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }
  #within<T>(locals: readonly (readonly [string, Local])[], run: () => T): T {
    for (const [name, local] of locals) this.#locals.set(name, [...(this.#locals.get(name) ?? []), local]);
    const result = run();
    for (const [name] of locals) this.#locals.get(name)?.pop();
    return result;
  }

  #name(expression: Expression, name: string): Range {
    this.#paths.set(expression, this.#local(name)?.path ?? [name]);
    return ONE;
  }
  #select(select: Select): Range {
    const named = this.#checked.nameOf(select);
    if (named) return this.#name(select, named.name);
    const operand = this.cost(select.operand);
    if (select.isTest) return operand;
    const type = this.#checked.typeOf(select.operand);
    this.#paths.set(select, [...this.#pathOf(select.operand), select.field]);
    return SELECTABLE.has(type.kind) ? plus(operand, ONE) : operand;
  }

  #pathOf(expression: Expression): readonly string[] {
    if (expression.kind === 'identifier') {
      const local = this.#local(expression.name);
      if (local) return local.path;
    }
    return this.#paths.get(expression) ?? [];
  }
  /** From a variable down the schema; '@items', '@values' and '@keys' are those of lists and maps. */
  #sizeAt(path: readonly string[]): Range | undefined {
    if (!path.length || path[0] === ACCUMULATOR || !this.#root) return undefined;
    let at: DeclaredType = this.#root;
    for (const [i, step] of path.slice(1).entries()) {
      if (step === '@keys') {
        if (at.kind !== 'map') return undefined;
        // Keys are strings of no declared length, and have nothing below.
        return i === path.length - 2 ? ZERO : undefined;
      }
      const next: DeclaredType | undefined = step === '@items' || step === '@values' ? at.element : at.fields?.get(step);
      if (!next) return undefined;
      at = next;
    }
    return { min: 0, max: at.maxElements };
  }

  #size(expression: Expression): Range | undefined {
    const known = this.#sizes.get(expression);
    if (known) return known;
    const own = ownSize(expression);
    if (own !== undefined) return fixed(own);
    const declared = this.#sizeAt(this.#pathOf(expression));
    if (declared) {
      this.#sizes.set(expression, declared);
      return declared;
    }
    if (isScalar(this.#checked.typeOf(expression))) return ONE;
    return expression.kind === 'identifier' ? this.#local(expression.name)?.size : undefined;
  }
  #sizeOrUnknown(expression: Expression): Range {
    return this.#size(expression) ?? UNKNOWN;
  }
  #entriesOf(expression: Expression): EntrySize | undefined {
    return this.#entries.get(expression) ?? (expression.kind === 'identifier' ? this.#local(expression.name)?.entries : undefined);
  }
  #copySizes(to: Expression, from: Expression): void {
    const size = this.#size(from);
    if (size) this.#sizes.set(to, size);
    const entries = this.#entriesOf(from);
    if (entries) this.#entries.set(to, entries);
  }

  #list(list: ListLiteral): Range {
    let sum = ZERO;
    let value: Range = { min: list.elements.length ? MAX : 0, max: 0 };
    for (const each of list.elements) {
      sum = plus(sum, this.cost(each));
      value = union(value, this.#sizeOrUnknown(each));
    }
    this.#entries.set(list, { container: 'list', key: ONE, value });
    return plus(sum, fixed(LIST_BASE));
  }
  #map(map: MapLiteral): Range {
    let sum = ZERO;
    let key: Range = { min: map.entries.length ? MAX : 0, max: 0 };
    let value = key;
    for (const each of map.entries) {
      sum = plus(plus(sum, this.cost(each.key)), this.cost(each.value));
      key = union(key, this.#sizeOrUnknown(each.key));
      value = union(value, this.#sizeOrUnknown(each.value));
    }
    this.#entries.set(map, { container: 'map', key, value });
    return plus(sum, fixed(MAP_BASE));
  }

  #binding(fold: Fold): Range {
    const before = plus(this.cost(fold.range), this.cost(fold.start));
    const result = this.#within([[fold.accumulator, this.#localOf(fold.start)]], () => this.cost(fold.result));
    this.#copySizes(fold, fold.result);
    return plus(before, result);
  }
  #localOf(value: Expression): Local {
    return { path: this.#pathOf(value), entries: this.#entriesOf(value), size: this.#size(value) };
  }
  #iterated(range: Expression, which: 'key' | 'value'): Local {
    const entries = this.#entriesOf(range);
    const isList = (entries?.container ?? this.#checked.typeOf(range).kind) === 'list';
    const step = which === 'key' ? (isList ? '@indices' : '@keys') : isList ? '@items' : '@values';
    return { path: [...this.#pathOf(range), step], size: entries?.[which], entries: undefined };
  }

  #fold(fold: Fold): Range {
    const { range, start } = fold;
    let sum = plus(this.cost(range), this.cost(start));
    const accumulator = [fold.accumulator, this.#localOf(start)] as const;
    const isList = (this.#entriesOf(range)?.container ?? this.#checked.typeOf(range).kind) === 'list';
    const variables: (readonly [string, Local])[] =
      fold.variable2 === undefined
        ? [[fold.variable, this.#iterated(range, isList ? 'value' : 'key')]]
        : [
            [fold.variable, this.#iterated(range, 'key')],
            [fold.variable2, this.#iterated(range, 'value')],
          ];
    const loop = this.#within([accumulator], () => {
      const each = this.#within(variables, () => {
        const condition = this.cost(fold.condition);
        return plus(this.cost(fold.step), condition);
      });
      sum = plus(sum, this.cost(fold.result));
      return each;
    });
    const count = this.#sizeOrUnknown(range);
    sum = plus(sum, times(count, loop));
    if (start.kind === 'constant') {
      const size = this.#size(start);
      if (size) this.#sizes.set(fold, size);
    } else if (start.kind === 'list' || start.kind === 'map') {
      this.#sizes.set(fold, count);
      const entries = this.#entriesOf(fold.step);
      if (entries) this.#entries.set(fold, entries);
    }
    return sum;
  }

  #call(call: Call): Range {
    const { name, target } = this.#checked.functionOf(call);
    const [first] = call.args;
    if (name === 'dyn' && first) {
      const cost = plus(ONE, this.cost(first));
      this.#copySizes(call, first);
      return cost;
    }
    const costs = call.args.map((each) => this.cost(each));
    const overloads = this.#checked.overloadsOf(call);
    if (!overloads.length) return ZERO;
    // The sizes of arguments are taken before the target has been looked at.
    for (const each of call.args) this.#size(each);
    const own = target ? this.cost(target) : ZERO;
    let cost: Range = { min: MAX, max: 0 };
    let size: Range | undefined;
    for (const overload of overloads) {
      const estimated = this.#overload(call, name, overload, target, costs);
      cost = union(cost, estimated.cost);
      if (estimated.size) size = size ? union(size, estimated.size) : estimated.size;
      if (first && (overload === 'index_list' || overload === 'index_map')) {
        size = this.#entriesOf(first)?.value;
        this.#paths.set(call, [...this.#pathOf(first), overload === 'index_list' ? '@items' : '@values']);
      }
      size ??= this.#size(call);
    }
    if (size) this.#sizes.set(call, size);
    return plus(own, cost);
  }

  #overload(call: Call, name: string, overload: string, target: Expression | undefined, costs: readonly Range[]): Estimated {
    const { args } = call;
    const sum = costs.reduce(plus, ZERO);
    const estimated = callEstimate(name, overload, {
      target: target && this.#node(target),
      args: args.map((each) => this.#node(each)),
      elementSize: () => this.#elementSize(target),
    });
    if (estimated) return { cost: plus(estimated.cost, sum), ...(estimated.size ? { size: estimated.size } : {}) };
    const [left, right, third] = args;
    const [a = ZERO, b = ZERO, c = ZERO] = costs;
    switch (overload) {
      case 'logical_or':
      case 'logical_and':
        return { cost: { min: a.min, max: plus(a, b).max } };
      case 'conditional': {
        if (!right || !third) break;
        const [yes, no] = [this.#entriesOf(right), this.#entriesOf(third)];
        if (yes && no) this.#entries.set(call, { container: yes.container, key: union(yes.key, no.key), value: union(yes.value, no.value) });
        return { cost: plus(a, union(b, c)), size: union(this.#sizeOrUnknown(right), this.#sizeOrUnknown(third)) };
      }
      case 'add_string':
      case 'add_bytes':
      case 'add_list': {
        if (!left || !right) break;
        const [x, y] = [this.#entriesOf(left), this.#entriesOf(right)];
        if (x && y) this.#entries.set(call, { container: x.container, key: union(x.key, y.key), value: union(x.value, y.value) });
        const size = plus(this.#sizeOrUnknown(left), this.#sizeOrUnknown(right));
        return { cost: plus(overload === 'add_list' ? ONE : scaled(size, TRAVERSAL), sum), size };
      }
      default:
    }
    return { cost: plus(ONE, sum) };
  }
  #node(expression: Expression): { readonly expression: Expression; readonly type: CelType; readonly size: Range } {
    return { expression, type: this.#checked.typeOf(expression), size: this.#size(expression) ?? UNKNOWN };
  }
  /** Of the elements of a list that is a target; undefined for a string. */
  #elementSize(target: Expression | undefined): { readonly type: CelType; readonly size: Range } | undefined {
    if (!target) return undefined;
    const type = this.#checked.typeOf(target);
    if (!type.parameters.length) return undefined;
    const path = this.#pathOf(target);
    return { type: type.parameters[0] ?? DYN, size: (path.length ? this.#sizeAt([...path, '@items']) : undefined) ?? UNKNOWN };
  }
}

const isBinding = ({ range, condition, accumulator }: Fold): boolean =>
  range.kind === 'list' && range.elements.length === 0 && condition.kind === 'constant' && condition.value === false && accumulator !== ACCUMULATOR;

function ownSize(expression: Expression): number | undefined {
  switch (expression.kind) {
    case 'constant':
      return Number(sizeOf(expression.value) ?? 1n);
    case 'list':
      return expression.elements.length;
    case 'map':
      return expression.entries.length;
    default:
      return undefined;
  }
}
