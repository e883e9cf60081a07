// Expressions of CEL as the parser gives them: macros are expanded to folds. Models cel-go/common/ast
import type { Value } from './values.ts';

interface Place {
  /** Of the character that messages point at, counted in code points. */
  readonly offset: number;
}
export interface Constant extends Place {
  readonly kind: 'constant';
  readonly value: Value;
}
export interface Identifier extends Place {
  readonly kind: 'identifier';
  readonly name: string;
}
export interface Select extends Place {
  readonly kind: 'select';
  readonly operand: Expression;
  readonly field: string;
  /** `has(a.b)`. */
  readonly isTest: boolean;
}
export interface Call extends Place {
  readonly kind: 'call';
  readonly name: string;
  readonly target?: Expression;
  readonly args: readonly Expression[];
}
export interface ListLiteral extends Place {
  readonly kind: 'list';
  readonly elements: readonly Expression[];
  /** Elements that are left out when they are none. */
  readonly optional: ReadonlySet<number>;
}
export interface Entry extends Place {
  readonly key: Expression;
  readonly value: Expression;
  readonly isOptional: boolean;
}
export interface MapLiteral extends Place {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}
export interface Field extends Place {
  readonly name: string;
  readonly value: Expression;
  readonly isOptional: boolean;
}
export interface StructLiteral extends Place {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: readonly Field[];
}
/** What all macros over lists and maps come to. */
export interface Fold extends Place {
  readonly kind: 'fold';
  readonly range: Expression;
  readonly variable: string;
  readonly variable2?: string;
  readonly accumulator: string;
  readonly start: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}
export type Expression = Constant | Identifier | Select | Call | ListLiteral | MapLiteral | StructLiteral | Fold;

export const ACCUMULATOR = '@result';
export const CONDITIONAL = '_?_:_';
export const INDEX = '_[_]';
export const OPTIONAL_INDEX = '_[?_]';
export const OPTIONAL_SELECT = '_?._';
export const AND = '_&&_';
export const OR = '_||_';
export const EQUALS = '_==_';
export const NOT_EQUALS = '_!=_';

/** In the order in which upstream looks at them. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'select':
      return [expression.operand];
    case 'call':
      return expression.target ? [expression.target, ...expression.args] : expression.args;
    case 'list':
      return expression.elements;
    case 'map':
      return expression.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expression.fields.map(({ value }) => value);
    case 'fold':
      return [expression.range, expression.start, expression.condition, expression.step, expression.result];
    default:
      return [];
  }
}

/** All of it, outer things first. */
export function* everyExpression(expression: Expression): Generator<Expression> {
  yield expression;
  for (const child of childrenOf(expression)) yield* everyExpression(child);
}

/** `a.b.c` of plain names, undefined for anything else. */
export function qualifiedName(expression: Expression): string | undefined {
  if (expression.kind === 'identifier') return expression.name;
  if (expression.kind !== 'select' || expression.isTest) return undefined;
  const prefix = qualifiedName(expression.operand);
  return prefix === undefined ? undefined : `${prefix}.${expression.field}`;
}
