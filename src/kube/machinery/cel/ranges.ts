// Estimates from … to …, which end where 64 bits end. Models the arithmetic of cel-go/checker/cost.go
export interface Range {
  readonly min: number;
  readonly max: number;
}
/** The largest unsigned integer, which stands for "any number". */
export const MAX = 2 ** 64;
const capped = (value: number): number => Math.min(value, MAX);
/** Zero times anything is zero. */
const product = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : capped(a * b));

export const UNKNOWN: Range = { min: 0, max: MAX };
export const fixed = (value: number): Range => ({ min: value, max: value });
export const plus = (a: Range, b: Range): Range => ({ min: capped(a.min + b.min), max: capped(a.max + b.max) });
export const times = (a: Range, b: Range): Range => ({ min: product(a.min, b.min), max: product(a.max, b.max) });
export const union = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
/** Rounded up. */
export const scaled = ({ min, max }: Range, factor: number): Range => ({ min: capped(Math.ceil(min * factor)), max: capped(Math.ceil(max * factor)) });
