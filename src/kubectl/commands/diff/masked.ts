// Secrets that are compared without being shown: only whether a value differs is told.
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';

interface Pair {
  readonly from: JsonObject | undefined;
  readonly to: JsonObject;
}

export function maskedPair({ from, to }: Pair): Pair {
  const before = dataOf(from);
  const after = dataOf(to);
  const mask = (own: JsonObject, other: JsonObject, word: string): JsonObject =>
    Object.fromEntries(Object.entries(own).map(([key, value]) => [key, other[key] !== undefined && other[key] !== value ? `*** (${word})` : '***']));
  return {
    from: from && (before ? { ...from, data: mask(before, after ?? {}, 'before') } : from),
    to: after ? { ...to, data: mask(after, before ?? {}, 'after') } : to,
  };
}

function dataOf(object: JsonObject | undefined): JsonObject | undefined {
  const data = object?.['data'];
  return isJsonObject(data) ? data : undefined;
}
