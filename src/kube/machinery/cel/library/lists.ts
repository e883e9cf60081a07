// Functions of lists, and of lists taken as sets. Models apiserver/pkg/cel/library/lists.go and cel-go/ext/{lists,sets}.go
import { runtimeType } from '../runtime-types.ts';
import {
  CelError,
  Duration,
  List,
  Optional,
  PlainList,
  PlainMap,
  Uint,
  isError,
  noSuchOverload,
  runtimeName,
  valuesEqual,
  type Mapping,
  type Value,
} from '../values.ts';
import { plainText } from '../value-text.ts';
import { compared, isComparable, OPERATORS } from './operators.ts';
import { failure, typed, type Implementation, type Implementations } from './implementation.ts';

const isSorted = typed((list: List) => {
  let before: Value | undefined;
  for (const each of list) {
    if (!isComparable(each)) return noSuchOverload();
    const order = before === undefined ? 0 : compared(before, each);
    if (typeof order === 'number' && order > 0) return false;
    before = each;
  }
  return true;
});
const sumFrom = (zero: Value): Implementation =>
  typed((list: List) => {
    let total = zero;
    for (const each of list) {
      total = OPERATORS['_+_']?.(total, each) ?? total;
      if (isError(total)) return total;
    }
    return total;
  });
const extreme = (name: string, sign: number): Implementation =>
  typed((list: List) => {
    let best: Value | undefined;
    for (const each of list) {
      const order = best === undefined ? 0 : compared(best, each);
      if (best === undefined || (typeof order === 'number' && Math.sign(order) === sign)) best = each;
    }
    return best ?? (list.size ? null : failure(`${name} called on empty list`));
  });

const firstIndex = typed((list: List, value: Value) => {
  for (let i = 0; i < list.size; i++) if (valuesEqual(list.at(i), value) === true) return BigInt(i);
  return -1n;
});
const lastIndex = typed((list: List, value: Value) => {
  for (let i = list.size - 1; i >= 0; i--) if (valuesEqual(list.at(i), value) === true) return BigInt(i);
  return -1n;
});

function slice(list: List, start: bigint, end: bigint): Value {
  const cannot = (why: string): Value => failure(`cannot slice(${start}, ${end}), ${why}`);
  if (start < 0n || end < 0n) return cannot('negative indexes not supported');
  if (start > end) return cannot('start index must be less than or equal to end index');
  if (BigInt(list.size) < end) return cannot(`list is length ${list.size}`);
  return new PlainList([...list].slice(Number(start), Number(end)));
}

const flattened = (list: List, depth: bigint): Value[] =>
  [...list].flatMap((each) => (each instanceof List && depth > 0n ? flattened(each, depth - 1n) : [each]));

function distinct(list: List): Value {
  const found: Value[] = [];
  for (const each of list) if (!found.some((other) => valuesEqual(each, other) === true)) found.push(each);
  return new PlainList(found);
}

function sortedBy(list: List, keys: List): Value {
  if (list.size !== keys.size)
    return failure(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${list.size} and ${keys.size} elements respectively`,
    );
  if (list.size === 0) return list;
  if (!isComparable(keys.at(0))) return failure('list elements must be comparable');
  const type = runtimeName(runtimeType(keys.at(0)));
  const all = [...keys];
  if (all.length > 1 && all.some((each) => runtimeName(runtimeType(each)) !== type)) return failure('list elements must have the same type');
  const order = all
    .map((_, i) => i)
    .sort((a, b) => {
      const found = compared(all[a] ?? null, all[b] ?? null);
      return typeof found === 'number' ? found : 0;
    });
  return new PlainList(order.map((i) => list.at(i)));
}

const containsAll = (list: List, part: List): Value => {
  for (const each of part) {
    const found = list.contains(each);
    if (found !== true) return found;
  }
  return true;
};

const unwrapped = typed((list: List) => {
  const found: Value[] = [];
  for (const each of list) {
    if (!(each instanceof Optional)) return failure(`value ${plainText(each)} is not optional`);
    if (each.value !== undefined) found.push(each.value);
  }
  return new PlainList(found);
});

function inserted(map: Mapping, entries: Iterable<readonly [Value, Value]>): Value {
  const all: (readonly [Value, Value])[] = [...map.keys()].map((key) => [key, map.find(key) ?? null]);
  const known = new PlainMap(all);
  for (const [key, value] of entries) {
    if (known.find(key) !== undefined) return failure(`insert failed: key ${plainText(key)} already exists`);
    all.push([key, value]);
  }
  return new PlainMap(all);
}

const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const WIRE: Readonly<Record<string, string>> = { duration: 'google.protobuf.Duration', timestamp: 'google.protobuf.Timestamp' };
const forEachType = (types: readonly string[], id: (type: string) => string, run: (type: string) => Implementation): Implementations =>
  Object.fromEntries(types.map((type) => [id(type), run(type)]));
const ZEROS: Readonly<Record<string, Value>> = { int: 0n, uint: new Uint(0n), double: 0, duration: new Duration(0n) };

export const LISTS: Implementations = {
  ...forEachType(
    COMPARABLE,
    (type) => `list_${type}_is_sorted_bool`,
    () => isSorted,
  ),
  ...forEachType(
    COMPARABLE,
    (type) => `list_${type}_max_${type}`,
    () => extreme('max', -1),
  ),
  ...forEachType(
    COMPARABLE,
    (type) => `list_${type}_min_${type}`,
    () => extreme('min', 1),
  ),
  ...forEachType(
    Object.keys(ZEROS),
    (type) => `list_${type}_sum_${type}`,
    (type) => sumFrom(ZEROS[type] ?? 0n),
  ),
  ...forEachType(
    COMPARABLE,
    (type) => `list_${WIRE[type] ?? type}_sort`,
    () => typed((list: List) => sortedBy(list, list)),
  ),
  ...forEachType(
    COMPARABLE,
    (type) => `list_${WIRE[type] ?? type}_sortByAssociatedKeys`,
    () => typed(sortedBy),
  ),
  list_a_index_of_int: firstIndex,
  list_a_last_index_of_int: lastIndex,
  list_slice: typed(slice),
  list_flatten: typed((list: List) => new PlainList(flattened(list, 1n))),
  list_flatten_int: typed((list: List, depth: bigint) => (depth < 0n ? failure('level must be non-negative') : new PlainList(flattened(list, depth)))),
  list_distinct: typed(distinct),
  list_reverse: typed((list: List) => new PlainList([...list].reverse())),
  lists_range: typed((count: bigint) => new PlainList(Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i)))),
  list_first: typed((list: List) => (list.size ? new Optional(list.at(0)) : new Optional())),
  list_last: typed((list: List) => (list.size ? new Optional(list.at(list.size - 1)) : new Optional())),
  list_sets_contains_list: typed(containsAll),
  list_sets_equivalent_list: typed((a: List, b: List) => {
    const one = containsAll(a, b);
    return one === true ? containsAll(b, a) : one;
  }),
  list_sets_intersects_list: typed((a: List, b: List) => [...a].some((each) => b.contains(each) === true)),
  optional_unwrap: unwrapped,
  optional_unwrapOpt: unwrapped,
  '@mapInsert_map_key_value': typed((map: Mapping, key: Value, value: Value) => inserted(map, [[key, value]])),
  '@mapInsert_map_map': typed((map: Mapping, more: Mapping) =>
    inserted(
      map,
      [...more.keys()].map((key) => [key, more.find(key) ?? null] as const),
    ),
  ),
};

/** Optionals themselves. */
export const OPTIONALS: Implementations = {
  optional_none: () => new Optional(),
  optional_of: (value = null) => new Optional(value),
  optional_ofNonZeroValue: (value = null) => (isZero(value) ? new Optional() : new Optional(value)),
  optional_hasValue: typed((optional: Optional) => optional.value !== undefined),
  optional_value: typed((optional: Optional) => optional.value ?? new CelError('optional.none() dereference')),
};
function isZero(value: Value): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === '') return true;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Duration) return value.nanoseconds === 0n;
  if (value instanceof Optional) return value.value === undefined || isZero(value.value);
  return typeof value === 'object' && 'size' in value && value.size === 0;
}
