// Sets of field paths and their algebra. A set is held as FieldsV1, the form it is stored in: `{"f:spec":{"f:replicas":{}}}`.
// Models structured-merge-diff/fieldpath/set.go
import { compareElements, SELF, type FieldPath, type PathElement } from './field-path.ts';

/**
 * The outermost object is the set; below it `{}` is a member, and a member with members below it has `.`.
 * Elements are in canonical order and nothing is empty but members. Sets are values: operations give back an argument where nothing changes.
 */
export interface FieldSet {
  readonly [element: PathElement]: FieldSet;
}
type Draft = Record<PathElement, FieldSet>;

const MEMBER: FieldSet = Object.freeze({});
export const NO_FIELDS: FieldSet = MEMBER;

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

const isMember = (node: FieldSet): boolean => isEmptySet(node) || node[SELF] !== undefined;

/** Puts the elements of one level in canonical order. */
export function sorted(draft: Draft): FieldSet {
  const elements = Object.keys(draft);
  let inOrder = true;
  for (let i = 1; i < elements.length && inOrder; i++) inOrder = compareElements(elements[i - 1] as PathElement, elements[i] as PathElement) < 0;
  if (inOrder) return draft;
  const result: Draft = {};
  for (const element of elements.sort(compareElements)) result[element] = draft[element] as FieldSet;
  return result;
}

/** What is left of a node: undefined when nothing, a plain member when nothing below is. */
export function settled(node: FieldSet): FieldSet | undefined {
  let first: string | undefined;
  for (const element in node) {
    if (first !== undefined) return node;
    first = element;
  }
  return first === undefined ? undefined : first === SELF ? MEMBER : node;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  if (isEmptySet(a)) return b;
  let draft: Draft | undefined;
  for (const element in b) {
    const left = a[element];
    const right = b[element] as FieldSet;
    const both = left === undefined ? right : unionOfNodes(left, right);
    if (both !== left) (draft ??= { ...a })[element] = both;
  }
  return draft ? sorted(draft) : a;
}
function unionOfNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b)) return isMember(a) ? a : { [SELF]: MEMBER, ...a };
  if (isEmptySet(a)) return isMember(b) ? b : { [SELF]: MEMBER, ...b };
  return union(a, b);
}

/** Members of both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  const draft: Draft = {};
  let whole = true;
  for (const element in a) {
    const left = a[element] as FieldSet;
    const right = b[element];
    const both = right === undefined ? undefined : intersectionOfNodes(left, right);
    if (both !== left) whole = false;
    if (both !== undefined) draft[element] = both;
  }
  return whole ? a : draft;
}
function intersectionOfNodes(a: FieldSet, b: FieldSet): FieldSet | undefined {
  if (isEmptySet(a)) return isMember(b) ? a : undefined;
  if (isEmptySet(b)) return isMember(a) ? MEMBER : undefined;
  return settled(intersection(a, b));
}

/** Members of `a` that are none of `b`; what lies below a member of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, (left, right) => {
    if (isEmptySet(left)) return isMember(right) ? undefined : left;
    if (!isEmptySet(right)) return settled(difference(left, right));
    const { [SELF]: _self, ...rest } = left;
    return left[SELF] === undefined ? left : rest;
  });
}

/** Members of `a` that are neither in `b` nor below a member of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, (left, right) => {
    if (isMember(right)) return undefined;
    return isEmptySet(left) ? left : settled(recursiveDifference(left, right));
  });
}

function subtract(a: FieldSet, b: FieldSet, nodes: (left: FieldSet, right: FieldSet) => FieldSet | undefined): FieldSet {
  let draft: Draft | undefined;
  for (const element in a) {
    const right = b[element];
    if (right === undefined) continue;
    const left = a[element] as FieldSet;
    const rest = nodes(left, right);
    if (rest === left) continue;
    draft ??= { ...a };
    if (rest === undefined) delete draft[element];
    else draft[element] = rest;
  }
  return draft ?? a;
}

/** What lies below an element, as a set. */
export function below(set: FieldSet, element: PathElement): FieldSet {
  const node = set[element];
  if (node === undefined || node[SELF] === undefined) return node ?? NO_FIELDS;
  const { [SELF]: _self, ...rest } = node;
  return rest;
}

export function hasElement(set: FieldSet, element: PathElement): boolean {
  const node = set[element];
  return node !== undefined && isMember(node);
}

export function hasPath(set: FieldSet, path: FieldPath): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) {
    node = node[element];
    if (node === undefined) return false;
  }
  return path.length > 0 && isMember(node);
}

/** The paths in upstream's order: at every level the members first, then what lies below. */
export function* pathsOf(set: FieldSet, prefix: FieldPath = []): Generator<FieldPath> {
  for (const element in set) if (element !== SELF && hasElement(set, element)) yield [...prefix, element];
  for (const element in set) if (element !== SELF) yield* pathsOf(set[element] as FieldSet, [...prefix, element]);
}

export function setOf(paths: Iterable<FieldPath>): FieldSet {
  const builder = new FieldSetBuilder();
  for (const path of paths) builder.add(path);
  return builder.build();
}

/** Collects paths in any order. Used once. */
export class FieldSetBuilder {
  readonly #root: DraftNode = {};
  #empty = true;

  /** The whole object, the empty path, is no field. `below`: a member in order that goes in with it, the builder's from now on. */
  add(path: FieldPath, below: FieldSet = MEMBER): void {
    if (path.length === 0) return;
    this.#empty = false;
    let node = this.#root;
    const last = path.length - 1;
    for (let i = 0; i < last; i++) node = descend(node, path[i] as PathElement);
    const element = path[last] as PathElement;
    const there = node[element];
    if (there === undefined) node[element] = below as DraftNode;
    else if (below !== MEMBER) node[element] = { ...unionOfNodes(sortedDeep(there), below) };
    else if (!isEmptySet(there)) there[SELF] = MEMBER as DraftNode;
  }

  build(): FieldSet {
    return this.#empty ? NO_FIELDS : sortedDeep(this.#root);
  }
}
interface DraftNode {
  [element: PathElement]: DraftNode;
}
/** The node to write to below an element; plain members are shared and never written to. */
function descend(node: DraftNode, element: PathElement): DraftNode {
  const child = node[element];
  if (child === undefined) return (node[element] = {});
  if (child === MEMBER) return (node[element] = { [SELF]: MEMBER as DraftNode });
  return child;
}
function sortedDeep(node: DraftNode): FieldSet {
  for (const element in node) {
    const child = node[element] as DraftNode;
    if (child === MEMBER) continue;
    const inOrder = sortedDeep(child);
    if (inOrder !== child) (node as Draft)[element] = inOrder;
  }
  return sorted(node as Draft);
}
