// What the field numbers of a type mean, in both directions, derived from the facts once per type.
import { typeOf, type FieldFact } from '../../../resources/types.ts';

export interface FieldAt {
  readonly name: string;
  readonly fact: FieldFact;
}
/** A field, or a struct that Go embeds and JSON inlines. */
export type Numbers = ReadonlyMap<number, FieldAt | Numbers>;

type Draft = Map<number, FieldAt | Numbers>;

const plans = new Map<string, Numbers>();

/** By ascending number, which is the order upstream writes in. */
export function numbersOf(type: string): Numbers {
  let plan = plans.get(type);
  if (!plan) {
    const root: Draft = new Map();
    for (const [name, fact] of Object.entries(typeOf(type).fields)) place(root, fact.n ?? [], { name, fact });
    plans.set(type, (plan = sorted(root)));
  }
  return plan;
}

function place(at: Draft, [number, ...inner]: readonly number[], field: FieldAt): void {
  if (number === undefined) return;
  if (!inner.length) {
    at.set(number, field);
    return;
  }
  let next = at.get(number) as Draft | undefined;
  if (!next) at.set(number, (next = new Map()));
  place(next, inner, field);
}

const sorted = (numbers: Numbers): Numbers =>
  new Map([...numbers].sort(([a], [b]) => a - b).map(([number, at]) => [number, at instanceof Map ? sorted(at as Numbers) : at] as const));
