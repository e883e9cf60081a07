// A plan with placeholders in place of values that are known only later, in forms that the programs accept. Pure.
import type { Plan, ValueSpec } from './action.ts';
import { filled } from './values.ts';

export type Fill = (text: string) => string;

export function withPlaceholders({ values }: Plan): Fill {
  const known = new Map<string, ValueSpec>(values.map((value) => [value.name, value]));
  return (text) => filled(text, (name) => known.get(name)?.placeholder);
}
