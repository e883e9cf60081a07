// What an evaluation has cost, call by call. Models cel-go/interpreter/runtimecost.go and CallCost of apiserver/pkg/cel/library/cost.go
import { NamedFormat } from './library/formats.ts';
import { Cidr, Ip } from './library/network.ts';
import { Quantity, Semver } from './library/quantities.ts';
import { Url } from './library/urls.ts';
import { sizeOf } from './library/operators.ts';
import { List, Mapping, Optional, isError, type Value } from './values.ts';

export const TRAVERSAL = 0.1;
export const PATTERN = 0.25;
export const LIST_BASE = 10;
export const MAP_BASE = 30;

/** Thrown when an evaluation costs more than it may. */
export class CostLimitExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

/** Upstream panics where it prices the sorting of an error, and says so instead of the error. */
export class CostingProblem extends Error {
  constructor() {
    super('internal error: interface conversion: *types.Err is not traits.Lister: missing method Add');
  }
}

export class CostMeter {
  readonly #limit: number;
  #spent = 0;
  constructor(limit: number) {
    this.#limit = limit;
  }
  get spent(): number {
    return this.#spent;
  }
  add(cost: number): void {
    this.#spent += cost;
    if (this.#spent > this.#limit) throw new CostLimitExceeded();
  }
}

const traversal = (size: number, factor = 1): number => Math.ceil(size * factor * TRAVERSAL);

/** Of values without a size, 1. */
function actualSize(value: Value | undefined): number {
  if (value === undefined) return 1;
  if (value instanceof Optional && value.value !== undefined) return actualSize(value.value);
  if (value instanceof Cidr || value instanceof Ip) return networkSize(value);
  return Number(sizeOf(value) ?? 1n);
}
/** Addresses are as long as their bits, ranges as their bytes. */
const networkSize = (value: Cidr | Ip): number => (value instanceof Ip ? value.address.bytes.length * 8 : Math.ceil(value.prefix.bits / 8));

function traversed(value: Value): number {
  if (typeof value === 'string') return Math.trunc(Buffer.byteLength(value) * TRAVERSAL);
  if (value instanceof Uint8Array) return Math.trunc(value.length * TRAVERSAL);
  if (value instanceof List) return [...value].reduce<number>((sum, each) => sum + traversed(each), 0);
  if (value instanceof Mapping) return [...value.keys()].reduce<number>((sum, key) => sum + traversed(key) + traversed(value.find(key) ?? null), 0);
  return 1;
}

const patternCost = (text: Value | undefined, pattern: number): number => Math.ceil((1 + actualSize(text)) * TRAVERSAL) * Math.ceil(pattern * PATTERN);

type Cost = (args: readonly Value[], result: Value, overload: string) => number;
const one: Cost = () => 1;
const read: Cost = ([text]) => traversal(actualSize(text));
const rewritten: Cost = ([text]) => traversal(actualSize(text), 2);
const walked: Cost = ([list]) => (list === undefined ? 0 : traversed(list));
const found: Cost = ([text, pattern]) => patternCost(text, actualSize(pattern));

const named = (names: string, cost: Cost): Readonly<Record<string, Cost>> => Object.fromEntries(names.split(' ').map((each) => [each, cost]));
const BY_FUNCTION: Readonly<Record<string, Cost>> = {
  ...named('isSorted sum max min indexOf lastIndexOf', walked),
  ...named('url lowerAscii upperAscii substring trim cidr isIP isCIDR quantity isQuantity semver isSemver', read),
  ...named('replace split ip.isCanonical', rewritten),
  ...named('find findAll', found),
  ...named('masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast format.named', one),
  ...named('sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch', one),
  ...named('getScheme getHostname getHost getPort getEscapedPath getQuery', one),
  join: (_, result) => traversal(actualSize(result), 2),
  ip: ([text], _, overload) => (overload === 'cidr_ip' ? 1 : traversal(actualSize(text))),
  containsIP: ([cidr, other], _, overload) => traversal(actualSize(cidr), 2) + (overload.endsWith('_string') ? traversal(actualSize(other)) : 0),
  containsCIDR: ([cidr, other], _, overload) =>
    traversal(actualSize(cidr), 2) + traversal(actualSize(cidr)) + 1 + (overload.endsWith('_string') ? traversal(actualSize(other)) : 0),
  validate: ([format, text]) => (format instanceof NamedFormat ? patternCost(text, format.patternSize) : 1),
};

const listCall = (factor: number, size: number): number => Math.trunc(size * factor) + 1 + LIST_BASE;
function selfCompared(list: Value | undefined): number {
  if (isError(list)) throw new CostingProblem();
  const size = actualSize(list);
  const first = list instanceof List && size > 0 ? list.at(0) : undefined;
  return listCall(typeof first === 'string' || first instanceof Uint8Array ? 2 + TRAVERSAL : 2, size * size);
}
const setCost =
  (factor: number): Cost =>
  ([a, b]) =>
    1 + Math.trunc(actualSize(a) * actualSize(b) * factor);
const lesser: Cost = ([a, b]) => traversal(Math.min(actualSize(a), actualSize(b)));
const BY_OVERLOAD: Readonly<Record<string, Cost>> = {
  ...named('starts_with_string ends_with_string string_to_bytes bytes_to_string strings_quote string_format', read),
  starts_with_string: ([text]) => traversal(actualSize(text)),
  in_list: ([, list]) => actualSize(list),
  ...named('less_string greater_string less_equals_string greater_equals_string less_bytes greater_bytes less_equals_bytes greater_equals_bytes', lesser),
  ...named('equals not_equals', lesser),
  ...named('add_string add_bytes', ([a, b]) => traversal(actualSize(a) + actualSize(b))),
  matches_string: found,
  contains_string: ([text, part]) => traversal(actualSize(text)) * traversal(actualSize(part)),
  ...named('list_slice lists_range list_reverse', (_, result) => listCall(1, actualSize(result))),
  list_flatten: ([list]) => listCall(1, actualSize(list)),
  list_flatten_int: ([list, depth]) => listCall(Number(depth), actualSize(list)),
  list_distinct: ([list]) => selfCompared(list),
  list_sets_contains_list: setCost(1),
  list_sets_intersects_list: setCost(1),
  list_sets_equivalent_list: setCost(2),
};

/** `overload` is '' where more than one might have been meant. */
export function callCost(name: string, overload: string, args: readonly Value[], result: Value): number {
  if (/^list_.*_sortByAssociatedKeys$/.test(overload)) return selfCompared(args[1]);
  if (/^list_.*_sort$/.test(overload)) return selfCompared(args[0]);
  const isOwn = /^(?:list_(?:slice|reverse|flatten|distinct|sets)|lists_range)/.test(overload);
  if (!isOwn && Object.hasOwn(BY_FUNCTION, name)) return BY_FUNCTION[name]?.(args, result, overload) ?? 1;
  const [left] = args;
  if (
    name === '_==_' &&
    (left instanceof Quantity || left instanceof Ip || left instanceof Cidr || left instanceof NamedFormat || left instanceof Url || left instanceof Semver)
  )
    return 1;
  if (args.some(isError) && !Object.hasOwn(BY_OVERLOAD, overload)) return 1;
  return BY_OVERLOAD[overload]?.(args, result, overload) ?? 1;
}
