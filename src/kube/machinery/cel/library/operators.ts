// Arithmetic, comparison, membership and size. Models cel-go/common/types and cel-go/common/stdlib
import { CelError, Duration, List, Mapping, Timestamp, Uint, isError, noSuchOverload, type Value } from '../values.ts';
import { SECOND } from '../time-text.ts';
import { runtimeType } from '../runtime-types.ts';
import { TypeValue } from '../values.ts';
import { checkedInt, failure, isInt, isUint, type Implementations } from './implementation.ts';

const MAX_TIME = 253_402_300_799n * SECOND + SECOND - 1n;
const MIN_TIME = -62_135_596_800n * SECOND;
const checkedUint = (value: bigint): Value => (isUint(value) ? new Uint(value) : failure('unsigned integer overflow'));
const duration = (nanoseconds: bigint): Value => (isInt(nanoseconds) ? new Duration(nanoseconds) : failure('duration overflow'));
const timestamp = (nanoseconds: bigint, zone: number): Value =>
  nanoseconds > MAX_TIME || nanoseconds < MIN_TIME ? failure('timestamp overflow') : new Timestamp(nanoseconds, zone);

/** Some types say it in fewer words: those that have methods. */
const notFor = (name: string, value: Value): Value =>
  typeof value === 'string' || value instanceof Timestamp || value instanceof Duration ? noSuchOverload() : failure(`no such overload: ${name}`);

type Arithmetic = (a: Value, b: Value) => Value;
/** For operands of the same kind of number. */
const numbers =
  (name: string, int: (a: bigint, b: bigint) => Value, uint: (a: bigint, b: bigint) => Value, double?: (a: number, b: number) => number): Arithmetic =>
  (a, b) => {
    if (typeof a === 'bigint') return typeof b === 'bigint' ? int(a, b) : noSuchOverload();
    if (a instanceof Uint) return b instanceof Uint ? uint(a.value, b.value) : noSuchOverload();
    if (typeof a === 'number' && double) return typeof b === 'number' ? double(a, b) : noSuchOverload();
    return notFor(name, a);
  };

const plus: Arithmetic = (a, b) => {
  if (typeof a === 'string') return typeof b === 'string' ? a + b : noSuchOverload();
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? new Uint8Array(Buffer.concat([a, b])) : noSuchOverload();
  if (a instanceof List) return b instanceof List ? a.plus(b) : noSuchOverload();
  if (a instanceof Duration && b instanceof Timestamp) return timestamp(a.nanoseconds + b.nanoseconds, b.offsetMinutes);
  if (a instanceof Duration) return b instanceof Duration ? duration(a.nanoseconds + b.nanoseconds) : noSuchOverload();
  if (a instanceof Timestamp) return b instanceof Duration ? timestamp(a.nanoseconds + b.nanoseconds, a.offsetMinutes) : noSuchOverload();
  return addNumbers(a, b);
};
const addNumbers = numbers(
  '_+_',
  (a, b) => checkedInt(a + b),
  (a, b) => checkedUint(a + b),
  (a, b) => a + b,
);

const minus: Arithmetic = (a, b) => {
  if (a instanceof Duration) return b instanceof Duration ? duration(a.nanoseconds - b.nanoseconds) : noSuchOverload();
  if (a instanceof Timestamp) {
    if (b instanceof Timestamp) return duration(a.nanoseconds - b.nanoseconds);
    return b instanceof Duration ? timestamp(a.nanoseconds - b.nanoseconds, a.offsetMinutes) : noSuchOverload();
  }
  return subtractNumbers(a, b);
};
const subtractNumbers = numbers(
  '_-_',
  (a, b) => checkedInt(a - b),
  (a, b) => checkedUint(a - b),
  (a, b) => a - b,
);

const divided = (a: bigint, b: bigint, check: (value: bigint) => Value): Value => (b === 0n ? failure('division by zero') : check(a / b));
const remainder = (a: bigint, b: bigint, check: (value: bigint) => Value): Value => (b === 0n ? failure('modulus by zero') : check(a % b));

function negated(value: Value): Value {
  if (typeof value === 'bigint') return checkedInt(-value);
  if (typeof value === 'number') return -value;
  if (value instanceof Duration) return duration(-value.nanoseconds);
  return typeof value === 'boolean' ? noSuchOverload() : notFor('-_', value);
}

/** Negative, zero or positive; an error where there is no order. */
export function compared(a: Value, b: Value): number | CelError {
  const order = <T extends bigint | number | string | boolean>(left: T, right: T): number => (left < right ? -1 : left > right ? 1 : 0);
  const left = numberOf(a);
  if (left !== undefined) {
    const right = numberOf(b);
    if (right === undefined) return noSuchOverload();
    if (Number.isNaN(left) || Number.isNaN(right)) return failure('NaN values cannot be ordered');
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (typeof a === 'string') return typeof b === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : noSuchOverload();
  if (typeof a === 'boolean') return typeof b === 'boolean' ? order(a, b) : noSuchOverload();
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? Buffer.compare(a, b) : noSuchOverload();
  if (a instanceof Timestamp) return b instanceof Timestamp ? order(a.nanoseconds, b.nanoseconds) : noSuchOverload();
  if (a instanceof Duration) return b instanceof Duration ? order(a.nanoseconds, b.nanoseconds) : noSuchOverload();
  return new CelError('');
}
const numberOf = (value: Value): bigint | number | undefined =>
  typeof value === 'bigint' || typeof value === 'number' ? value : value instanceof Uint ? value.value : undefined;

export const isComparable = (value: Value): boolean => {
  const same = compared(value, value);
  return typeof same === 'number' || same.message !== '';
};

const comparison =
  (name: string, holds: (order: number) => boolean): Arithmetic =>
  (a, b) => {
    const order = compared(a, b);
    if (typeof order === 'number') return holds(order);
    return order.message === '' ? notFor(name, a) : order;
  };

function isIn(value: Value, of: Value): Value {
  if (of instanceof List) return of.contains(value);
  if (!(of instanceof Mapping)) return noSuchOverload();
  const found = of.find(value);
  return isError(found) ? found : found !== undefined;
}

export function sizeOf(value: Value): bigint | undefined {
  if (typeof value === 'string') {
    let count = 0n;
    for (const _ of value) count += 1n;
    return count;
  }
  if (value instanceof Uint8Array) return BigInt(value.length);
  return value instanceof List || value instanceof Mapping ? BigInt(value.size) : undefined;
}

/** By the name of the function. */
export const OPERATORS: Implementations = {
  '_+_': (a = null, b = null) => plus(a, b),
  '_-_': (a = null, b = null) => minus(a, b),
  '_*_': (a = null, b = null) =>
    numbers(
      '_*_',
      (x, y) => checkedInt(x * y),
      (x, y) => checkedUint(x * y),
      (x, y) => x * y,
    )(a, b),
  '_/_': (a = null, b = null) =>
    numbers(
      '_/_',
      (x, y) => divided(x, y, checkedInt),
      (x, y) => divided(x, y, checkedUint),
      (x, y) => x / y,
    )(a, b),
  '_%_': (a = null, b = null) =>
    numbers(
      '_%_',
      (x, y) => remainder(x, y, checkedInt),
      (x, y) => remainder(x, y, checkedUint),
    )(a, b),
  '-_': (a = null) => negated(a),
  '!_': (a = null) => (typeof a === 'boolean' ? !a : noSuchOverload()),
  '_<_': (a = null, b = null) => comparison('_<_', (order) => order < 0)(a, b),
  '_<=_': (a = null, b = null) => comparison('_<=_', (order) => order <= 0)(a, b),
  '_>_': (a = null, b = null) => comparison('_>_', (order) => order > 0)(a, b),
  '_>=_': (a = null, b = null) => comparison('_>=_', (order) => order >= 0)(a, b),
  '@in': (a = null, b = null) => isIn(a, b),
  size: (a = null) => sizeOf(a) ?? notFor('size', a),
  dyn: (a = null) => a,
  type: (a = null) => new TypeValue(runtimeType(a)),
};
