// Whether one type may stand for another, and what type parameters then mean. Models cel-go/checker/types.go
import { DYN, sameType, type CelType } from './types.ts';

/** What the parameters stand for so far. */
export type Substitutions = ReadonlyMap<string, CelType>;
type Draft = Map<string, CelType>;

const isWild = ({ kind }: CelType): boolean => kind === 'dyn' || kind === 'error';
const NULLABLE: ReadonlySet<string> = new Set(['opaque', 'struct', 'duration', 'timestamp', 'null']);

/** The substitutions under which all of `from` may be given where `to` is wanted; undefined when they may not. */
export function assignable(known: Substitutions, from: readonly CelType[], to: readonly CelType[]): Substitutions | undefined {
  const draft = new Map(known);
  return allAssignable(draft, from, to) ? draft : undefined;
}

const allAssignable = (draft: Draft, from: readonly CelType[], to: readonly CelType[]): boolean =>
  from.length === to.length && from.every((each, i) => to[i] !== undefined && isAssignable(draft, each, to[i]));

function isAssignable(draft: Draft, from: CelType, to: CelType): boolean {
  if (to.kind === 'param') {
    const { valid, known } = substitutes(draft, from, to);
    if (valid) return true;
    if (known) return false;
  }
  if (from.kind === 'param') return substitutes(draft, to, from).valid;
  if (isWild(from) || isWild(to)) return true;
  if (from.kind === 'null') return NULLABLE.has(to.kind);
  if (to.kind === 'null') return NULLABLE.has(from.kind);
  switch (from.kind) {
    case 'type':
      return to.kind === 'type';
    case 'opaque':
    case 'list':
    case 'map':
      return from.kind === to.kind && from.name === to.name && allAssignable(draft, from.parameters, to.parameters);
    default:
      return sameType(from, to);
  }
}

/** Whether `param` may stand for `type`, and whether it already stands for something. */
function substitutes(draft: Draft, type: CelType, param: CelType): { readonly valid: boolean; readonly known: boolean } {
  if (type.kind === 'param' && sameType(type, param)) return { valid: true, known: true };
  const before = draft.get(param.name);
  if (before) {
    if (sameType(type, before)) return { valid: true, known: true };
    if (!isAssignable(draft, type, before)) return { valid: false, known: true };
    const general = mostGeneral(type, before);
    if (!occursIn(draft, param, general)) draft.set(param.name, general);
    return { valid: true, known: true };
  }
  if (occursIn(draft, param, type)) return { valid: false, known: false };
  draft.set(param.name, type);
  return { valid: true, known: false };
}

function occursIn(draft: Draft, param: CelType, type: CelType): boolean {
  if (sameType(param, type)) return true;
  if (type.kind === 'param') {
    const inner = draft.get(type.name);
    return inner !== undefined && occursIn(draft, param, inner);
  }
  return type.parameters.some((each) => occursIn(draft, param, each));
}

/** Of two types that agree, the one that says less. */
export const mostGeneral = (a: CelType, b: CelType): CelType => (saysLess(a, b) ? a : b);

function saysLess(a: CelType, b: CelType): boolean {
  if (a.kind === 'dyn' || a.kind === 'param') return true;
  if (b.kind === 'dyn' || b.kind === 'param' || a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  return a.name === b.name && a.parameters.length === b.parameters.length && a.parameters.every((each, i) => saysLess(each, b.parameters[i] ?? DYN));
}

/** The type with its parameters replaced; `freeAreDyn`: those that stand for nothing are dynamic. */
export function substitute(known: Substitutions, type: CelType, freeAreDyn: boolean): CelType {
  if (type.kind === 'param') {
    const meant = known.get(type.name);
    if (meant) return substitute(known, meant, freeAreDyn);
    return freeAreDyn ? DYN : type;
  }
  return type.parameters.length ? { ...type, parameters: type.parameters.map((each) => substitute(known, each, freeAreDyn)) } : type;
}
