// What Go's encoding/json says of text that is no JSON object.

const quoteByte = (char: string): string => (char === "'" ? `'\\''` : char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`);

/** Undefined when the text is an object, or null. */
export function goJsonObjectProblem(text: string): string | undefined {
  if (text.trim() === '') return 'unexpected end of JSON input';
  try {
    const value = JSON.parse(text) as unknown;
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
    const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
  } catch {
    // The parser of this runtime has other words; only the first character is told apart here.
    const first = text.trimStart().charAt(0);
    return '{["-0123456789tfn'.includes(first) ? 'unexpected end of JSON input' : `invalid character ${quoteByte(first)} looking for beginning of value`;
  }
}
