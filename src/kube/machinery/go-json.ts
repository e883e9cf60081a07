// JSON as Go writes it, safe inside HTML.

const ESCAPED: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' };
const TO_ESCAPE = /[<>&\u2028\u2029]/;
const ALL_TO_ESCAPE = /[<>&\u2028\u2029]/g;

export function goJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return TO_ESCAPE.test(text) ? text.replace(ALL_TO_ESCAPE, (char) => ESCAPED[char] ?? char) : text;
}

/** The same with the keys of every object in order, as Go writes maps. */
export const sortedGoJson = (value: unknown, indent?: number): string => goJson(sorted(value), indent);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
