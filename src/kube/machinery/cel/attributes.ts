// Parts of a program, and how one gets from a value to a field or an element of it. Models cel-go/interpreter/attributes.go
import type { CostMeter } from './runtime-cost.ts';
import { runtimeType } from './runtime-types.ts';
import { CelError, List, Mapping, Optional, Uint, isError, runtimeName, type Value } from './values.ts';
import { plainText } from './value-text.ts';

export interface Context {
  readonly meter: CostMeter;
  readonly lookup: (name: string) => Value | undefined;
}
export interface Step {
  readonly run: (context: Context) => Value;
  /** Known beforehand, and free. */
  readonly constant?: Value;
  /** Names, fields, elements and choices cost less inside of one another than on their own. */
  readonly attribute?: Attribute;
}
export interface Attribute {
  readonly resolve: (context: Context) => Resolved;
  readonly isChoice: boolean;
}
export interface Resolved {
  readonly value: Value;
  /** Something optional was on the way: the rest is, too. */
  readonly isOptional: boolean;
}

const NONE = new Optional();
export const resolved = (value: Value): Resolved => ({ value, isOptional: false });

export function qualify(
  base: Value,
  wasOptional: boolean,
  key: Step,
  how: { readonly isOptional: boolean; readonly isTest: boolean },
  context: Context,
): Resolved {
  let value = base;
  let isOptional = wasOptional || how.isOptional;
  if (value instanceof Optional) {
    if (value.value === undefined) return { value: how.isTest ? false : NONE, isOptional: false };
    value = value.value instanceof List || value.value instanceof Mapping ? value.value.native() : value.value;
    isOptional = true;
  }
  const index = key.attribute ? key.attribute.resolve(context).value : key.run(context);
  if (isError(index)) {
    context.meter.add(1);
    return resolved(index);
  }
  const found = elementOf(value, index, isOptional || how.isTest);
  if (how.isTest) {
    context.meter.add(1);
    return resolved(isError(found) ? found : found !== undefined);
  }
  if (found !== undefined) context.meter.add(1);
  if (found === undefined) return { value: NONE, isOptional: false };
  return { value: found, isOptional };
}

/** Undefined for what is not there and need not be. */
function elementOf(value: Value, index: Value, mayMiss: boolean): Value | undefined {
  const missing = (): CelError => new CelError(`no such key: ${plainText(index)}`);
  if (value instanceof Mapping) {
    const found = value.find(index);
    return found ?? (mayMiss ? undefined : missing());
  }
  if (value instanceof List) {
    const at = indexOf(index);
    if (at instanceof CelError) return at;
    const isThere = at >= 0n && at < BigInt(value.size);
    if (isThere && value.wantsInts && typeof index !== 'bigint') return new CelError(`unsupported index: ${plainText(index)}`);
    if (isThere) return value.at(Number(at));
    return mayMiss ? undefined : new CelError(`index out of bounds: ${plainText(index)}`);
  }
  return mayMiss ? undefined : missing();
}
function indexOf(index: Value): bigint | CelError {
  if (typeof index === 'bigint') return index;
  if (index instanceof Uint) return index.value;
  if (typeof index === 'number') return Number.isInteger(index) ? BigInt(index) : new CelError(`unsupported index value ${plainText(index)} in list`);
  return new CelError(`unsupported index type '${runtimeName(runtimeType(index))}' in list`);
}
