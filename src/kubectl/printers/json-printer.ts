// -o json: four spaces deep, keys in order, safe inside HTML, as Go writes it.
import { goJson } from '../../kube/machinery/go-json.ts';
import type { ObjectPrinter } from './printer.ts';

export const jsonPrinter = (_request: unknown): ObjectPrinter => ({ print: (object) => `${goJson(sorted(object), 4)}\n` });

/** Go writes the keys of a map in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
