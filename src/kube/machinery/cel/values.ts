// Values that expressions work on. An error is a value: it may be absorbed by what comes after it.
// Models cel-go/common/types
import { formatType, type CelType } from './types.ts';

/** Ints are bigint, doubles are number. */
export type Value =
  boolean | bigint | number | string | null | Uint | Uint8Array | Timestamp | Duration | List | Mapping | TypeValue | Optional | Opaque | CelError;

export class CelError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}
export const isError = (value: Value | undefined): value is CelError => value instanceof CelError;
export const noSuchOverload = (): CelError => new CelError('no such overload');

export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}
/** Since 1970, in nanoseconds; `offsetMinutes` is where it was written. */
export class Timestamp {
  readonly nanoseconds: bigint;
  readonly offsetMinutes: number;
  constructor(nanoseconds: bigint, offsetMinutes = 0) {
    this.nanoseconds = nanoseconds;
    this.offsetMinutes = offsetMinutes;
  }
}
export class Duration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}
export class TypeValue {
  readonly type: CelType;
  constructor(type: CelType) {
    this.type = type;
  }
}
export class Optional {
  readonly value: Value | undefined;
  constructor(value?: Value) {
    this.value = value;
  }
}
/** Values of libraries: quantities, addresses. */
export abstract class Opaque {
  abstract readonly type: CelType;
  /** False for values of other types. */
  abstract equals(other: Value): Value;
}

export abstract class List {
  abstract readonly size: number;
  abstract at(index: number): Value;
  abstract equals(other: Value): Value;
  abstract plus(other: List): List;
  /** Whether only ints name its elements, and no other whole numbers. */
  readonly wantsInts: boolean = false;
  /** What is left of it without its schema. */
  native(): Value {
    return this;
  }
  *[Symbol.iterator](): Generator<Value> {
    for (let i = 0; i < this.size; i++) yield this.at(i);
  }
  contains(value: Value): Value {
    let problem: CelError | undefined;
    for (const each of this) {
      const same = valuesEqual(each, value);
      if (same === true) return true;
      if (isError(same)) problem ??= same;
    }
    return problem ?? false;
  }
}
export abstract class Mapping {
  abstract readonly size: number;
  /** Undefined where the key is not there; an error for keys that cannot be. */
  abstract find(key: Value): Value | undefined;
  abstract keys(): Iterable<Value>;
  abstract equals(other: Value): Value;
  native(): Value {
    return this;
  }
}

/** A list that an expression has made. */
export class PlainList extends List {
  readonly #items: readonly Value[];
  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }
  get size(): number {
    return this.#items.length;
  }
  at(index: number): Value {
    return this.#items[index] ?? null;
  }
  plus(other: List): List {
    return new PlainList([...this.#items, ...other]);
  }
  equals(other: Value): Value {
    if (!(other instanceof List) || other.size !== this.size) return false;
    let problem: Value = true;
    for (let i = 0; i < this.size; i++) {
      const same = valuesEqual(this.at(i), other.at(i));
      if (same === false) return false;
      if (same !== true && problem === true) problem = same;
    }
    return problem;
  }
}

export type Key = string | bigint | boolean | Uint | number;
/** Keys that are the same number are the same key. */
const keyText = (key: Key): string =>
  typeof key === 'string' ? `s${key}` : typeof key === 'boolean' ? `b${key}` : `n${key instanceof Uint ? key.value : Object.is(key, -0) ? 0 : key}`;
const isKey = (value: Value): value is Key =>
  typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean' || value instanceof Uint || typeof value === 'number';

export class PlainMap extends Mapping {
  readonly #entries = new Map<string, readonly [Value, Value]>();
  constructor(entries: Iterable<readonly [Value, Value]>) {
    super();
    for (const [key, value] of entries) this.#entries.set(isKey(key) ? keyText(key) : '', [key, value]);
  }
  get size(): number {
    return this.#entries.size;
  }
  find(key: Value): Value | undefined {
    return isKey(key) ? this.#entries.get(keyText(key))?.[1] : undefined;
  }
  *keys(): Generator<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }
  equals(other: Value): Value {
    if (!(other instanceof Mapping) || other.size !== this.size) return false;
    for (const [key, value] of this.#entries.values()) {
      const theirs = other.find(key);
      if (theirs === undefined) return false;
      const same = valuesEqual(value, theirs);
      if (same !== true) return same;
    }
    return true;
  }
}

const numeric = (value: Value): bigint | number | undefined =>
  typeof value === 'bigint' || typeof value === 'number' ? value : value instanceof Uint ? value.value : undefined;

/** True, false, or an error. Models types.Equal. */
export function valuesEqual(a: Value, b: Value): Value {
  if (isError(a)) return a;
  if (a === null || b === null) return a === b;
  const left = numeric(a);
  if (left !== undefined) {
    const right = numeric(b);
    // Numbers of different types are compared by what they are worth.
    return right !== undefined && left <= right && left >= right;
  }
  if (a instanceof List || a instanceof Mapping || a instanceof Opaque) return a.equals(b);
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanoseconds === b.nanoseconds;
  if (a instanceof Duration) return b instanceof Duration && a.nanoseconds === b.nanoseconds;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof TypeValue) return b instanceof TypeValue && runtimeName(a.type) === runtimeName(b.type);
  if (a instanceof Optional) {
    if (!(b instanceof Optional)) return false;
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return valuesEqual(a.value, b.value);
  }
  return a === b;
}

/** How types are named at run time: without parameters, in full. */
export const runtimeName = (type: CelType): string =>
  type.kind === 'timestamp'
    ? 'google.protobuf.Timestamp'
    : type.kind === 'duration'
      ? 'google.protobuf.Duration'
      : type.kind === 'null'
        ? 'null_type'
        : type.parameters.length
          ? type.name
          : formatType(type);
