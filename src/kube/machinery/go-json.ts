// JSON as Go writes it, safe inside HTML.

const ESCAPED: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' };
const TO_ESCAPE = /[<>&\u2028\u2029]/;
const ALL_TO_ESCAPE = /[<>&\u2028\u2029]/g;

export function goJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return TO_ESCAPE.test(text) ? text.replace(ALL_TO_ESCAPE, (char) => ESCAPED[char] ?? char) : text;
}
