// What a call can cost at most, and how large its result can be. Models EstimateCallCost of apiserver/pkg/cel/library/cost.go,
// functionCost of cel-go/checker/cost.go and the estimates of cel-go/ext/{lists,sets}.go
import { fixed, MAX, plus, scaled, times, type Range } from './ranges.ts';
import { LIST_BASE, PATTERN, TRAVERSAL } from './runtime-cost.ts';
import type { Expression } from './syntax.ts';
import { sameType, type CelType } from './types.ts';

export interface Estimated {
  readonly cost: Range;
  readonly size?: Range;
}
export interface Node {
  readonly expression: Expression;
  readonly type: CelType;
  readonly size: Range;
}
export interface CallNodes {
  readonly target: Node | undefined;
  readonly args: readonly Node[];
  /** Of the elements of the target; undefined where it is no list. */
  readonly elementSize: () => { readonly type: CelType; readonly size: Range } | undefined;
}
type Estimate = (nodes: CallNodes, overload: string) => Estimated | undefined;

const ONE = fixed(1);
const MAX_FORMAT_PATTERN = 128;
const isText = ({ kind }: CelType): boolean => kind === 'string' || kind === 'bytes';

const constant: Estimate = () => ({ cost: ONE });
const readFirst: Estimate = ({ args: [first] }) => first && { cost: scaled(first.size, TRAVERSAL) };
const readFirstTwice: Estimate = ({ args: [first] }) => first && { cost: scaled(first.size, 2 * TRAVERSAL) };
const asLongAsTarget: Estimate = ({ target }) => target && { cost: scaled(target.size, TRAVERSAL), size: target.size };

const overList: Estimate = ({ target, elementSize }) => {
  if (!target) return undefined;
  const element = elementSize();
  if (!element) return { cost: scaled(target.size, TRAVERSAL) };
  return { cost: times(target.size, isText(element.type) ? plus(ONE, scaled(element.size, TRAVERSAL)) : ONE) };
};

/** How long a text can be after a replacement. */
const replaced: Estimate = ({ target, args: [from, to] }) => {
  if (!target || !from || !to) return undefined;
  const { size } = target;
  const count = { min: 0, max: 0 };
  const kept = { min: 0, max: 0 };
  if (from.size.min === 0) {
    count.max = Math.min(size.max + 1, MAX);
    kept.max = size.max;
  } else if (to.size.max <= from.size.min) kept.max = size.max;
  else count.max = Math.ceil(size.max / from.size.min);
  if (from.size.max === 0) {
    count.min = Math.min(size.min + 1, MAX);
    kept.min = size.min;
  } else if (from.size.max <= to.size.min) kept.min = size.min;
  else count.min = Math.ceil(size.min / from.size.max);
  return { cost: scaled(size, 2 * TRAVERSAL), size: plus(times(count, to.size), kept) };
};

const split: Estimate = ({ target, args: [, limit] }) => {
  if (!target) return undefined;
  const most = limit?.expression.kind === 'constant' && typeof limit.expression.value === 'bigint' ? Number(limit.expression.value) : undefined;
  return { cost: scaled(target.size, 2 * TRAVERSAL), size: { min: 0, max: most === undefined ? target.size.max : most < 0 ? MAX : most } };
};
const join: Estimate = ({ target, args: [separator], elementSize }) => {
  if (!target) return undefined;
  const element = elementSize();
  const count = target.size;
  let size: Range = element ? times(count, element.size) : fixed(0);
  if (separator) size = plus(size, times(separator.size, { min: Math.max(0, count.min - 1), max: Math.max(0, count.max - 1) }));
  return { cost: scaled(size, TRAVERSAL), size };
};

const patternCost = (text: Range, pattern: Range): Range => times(scaled(plus(text, ONE), TRAVERSAL), scaled(pattern, PATTERN));
const found: Estimate = ({ target, args: [pattern] }) =>
  target && pattern && { cost: patternCost(target.size, pattern.size), size: { min: 0, max: target.size.max } };

/** Comparing addresses byte by byte: four or sixteen. */
const ADDRESS: Range = { min: 4, max: 16 };
const containsIp: Estimate = ({ args: [other] }, overload) => {
  if (!other) return undefined;
  const compare = scaled(plus(ADDRESS, ADDRESS), TRAVERSAL);
  return { cost: overload === 'cidr_contains_ip_string' ? plus(compare, scaled(other.size, TRAVERSAL)) : compare };
};
const containsCidr: Estimate = ({ args: [other] }, overload) => {
  if (!other) return undefined;
  const compare = plus(plus(scaled(plus(ADDRESS, ADDRESS), TRAVERSAL), scaled(ADDRESS, TRAVERSAL)), ONE);
  return { cost: overload === 'cidr_contains_cidr_string' ? plus(compare, scaled(other.size, TRAVERSAL)) : compare };
};

const EQUAL_AT_ONCE: ReadonlySet<string> = new Set(['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver']);
const equal: Estimate = ({ args: [left, right] }) => {
  if (!left || !right || !sameType(left.type, right.type)) return undefined;
  if (EQUAL_AT_ONCE.has(left.type.name)) return { cost: ONE };
  if (left.type.name === 'kubernetes.NamedFormat') return { cost: scaled({ min: 1, max: 64 }, TRAVERSAL) };
  return left.type.name === 'kubernetes.URL' ? { cost: scaled({ min: 1, max: right.size.max === MAX ? 1 : right.size.max }, TRAVERSAL) } : undefined;
};

const named = (names: string, estimate: Estimate): Readonly<Record<string, Estimate>> => Object.fromEntries(names.split(' ').map((each) => [each, estimate]));
const BY_FUNCTION: Readonly<Record<string, Estimate>> = {
  ...named('isSorted sum max min indexOf lastIndexOf', overList),
  ...named('lowerAscii upperAscii substring trim', asLongAsTarget),
  ...named('cidr isIP isCIDR quantity isQuantity semver isSemver', readFirst),
  ...named('masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast format.named', constant),
  ...named('sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch', constant),
  ...named('getScheme getHostname getHost getPort getEscapedPath getQuery', constant),
  ...named('find findAll', found),
  url: ({ args: [text] }) => text && { cost: scaled(text.size, TRAVERSAL), size: text.size },
  ip: (nodes, overload) => (overload === 'cidr_ip' ? { cost: ONE } : readFirst(nodes, overload)),
  'ip.isCanonical': readFirstTwice,
  replace: replaced,
  split,
  join,
  containsIP: containsIp,
  containsCIDR: containsCidr,
  validate: ({ args: [text] }) => text && { cost: scaled(scaled(text.size, TRAVERSAL), MAX_FORMAT_PATTERN * PATTERN) },
  '_==_': equal,
};

const traversed =
  (of: (nodes: CallNodes) => Node | undefined): Estimate =>
  (nodes) => {
    const node = of(nodes);
    return node && { cost: scaled(node.size, TRAVERSAL) };
  };
const firstOf = ({ args: [first] }: CallNodes): Node | undefined => first;
const targetOf = ({ target }: CallNodes): Node | undefined => target;
const lesser: Estimate = ({ args: [left, right] }) => {
  if (!left || !right) return undefined;
  const max = Math.min(left.size.max, right.size.max);
  return { cost: scaled({ min: max > 0 ? 1 : 0, max }, TRAVERSAL) };
};

const listCall = (factor: number, size: Range): Estimated => ({ cost: plus(scaled(size, factor), fixed(1 + LIST_BASE)), size });
const intOf = ({ expression }: Node, otherwise: number): number =>
  expression.kind === 'constant' && typeof expression.value === 'bigint' ? Math.max(0, Number(expression.value)) : otherwise;
const selfCompared = (node: Node | undefined, ofText: boolean): Estimated | undefined =>
  node && listCall(ofText ? 2 + TRAVERSAL : 2, times(node.size, node.size));
const sets =
  (factor: number): Estimate =>
  ({ args: [a, b] }) =>
    a && b && { cost: plus(scaled(times(a.size, b.size), factor), ONE) };

const BY_OVERLOAD: Readonly<Record<string, Estimate>> = {
  string_format: traversed(targetOf),
  string_to_bytes: ({ args: [text] }) => text && { cost: scaled(text.size, TRAVERSAL), size: { min: text.size.min, max: Math.min(text.size.max * 4, MAX) } },
  bytes_to_string: ({ args: [bytes] }) => bytes && { cost: scaled(bytes.size, TRAVERSAL), size: { min: Math.trunc(bytes.size.min / 4), max: bytes.size.max } },
  strings_quote: ({ args: [text] }) =>
    text && { cost: scaled(text.size, TRAVERSAL), size: { min: text.size.min + 2, max: Math.min(text.size.max * 2 + 2, MAX) } },
  ...named('starts_with_string ends_with_string', traversed(firstOf)),
  in_list: ({ args: [, list] }) => list && { cost: list.size },
  matches_string: ({ target, args: [pattern] }) => target && pattern && { cost: patternCost(target.size, pattern.size) },
  contains_string: ({ target, args: [part] }) => target && part && { cost: times(scaled(target.size, TRAVERSAL), scaled(part.size, TRAVERSAL)) },
  ...named('less_string greater_string less_equals_string greater_equals_string less_bytes greater_bytes less_equals_bytes greater_equals_bytes', lesser),
  ...named('equals not_equals', lesser),
};
/** Libraries that say themselves what their overloads cost are asked first. */
const OWN: Readonly<Record<string, Estimate>> = {
  list_slice: ({ target, args: [start, end] }) => {
    if (!target || !start || !end) return undefined;
    const size = intOf(end, target.size.max) - intOf(start, 0);
    return listCall(1, fixed(size < 0 ? MAX + size : size));
  },
  list_flatten: ({ target }) => target && listCall(1, target.size),
  list_flatten_int: ({ target, args: [depth] }) => target && listCall(depth ? intOf(depth, MAX) : 1, target.size),
  lists_range: ({ args: [count] }) => count && listCall(1, fixed(intOf(count, MAX))),
  list_reverse: ({ target }) => target && listCall(1, target.size),
  list_distinct: ({ target }) => target && listCall(2, times(target.size, target.size)),
  list_sets_contains_list: sets(1),
  list_sets_intersects_list: sets(1),
  list_sets_equivalent_list: sets(2),
};

/** Undefined where a call costs what its kind of call costs. */
export function callEstimate(name: string, overload: string, nodes: CallNodes): Estimated | undefined {
  const sorting = /^list_(.*)_(sort|sortByAssociatedKeys)$/.exec(overload);
  if (sorting) return selfCompared(sorting[2] === 'sort' ? nodes.target : nodes.args[0], sorting[1] === 'string' || sorting[1] === 'bytes');
  for (const [table, key] of [
    [OWN, overload],
    [BY_FUNCTION, name],
    [BY_OVERLOAD, overload],
  ] as const) {
    const estimated = Object.hasOwn(table, key) ? table[key]?.(nodes, overload) : undefined;
    if (estimated) return estimated;
  }
  return undefined;
}
