// Quoted text with Go's escapes, in single or double quotes. Models strconv.UnquoteChar

const SIMPLE: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gsu;

/** Undefined for what is no quoted text. */
export function unquoteExtended(quoted: string): string | undefined {
  const quote = quoted[0];
  if (quoted.length < 2 || quote !== quoted.at(-1) || (quote !== '"' && quote !== "'")) return undefined;
  return unescape(quoted.slice(1, -1), quote);
}

/** Undefined where an escape is none, or the quote stands alone. */
function unescape(text: string, quote: string): string | undefined {
  let value = '';
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === quote) return undefined;
    if (char !== '\\') {
      value += char;
      at++;
      continue;
    }
    ESCAPE.lastIndex = at;
    const found = ESCAPE.exec(text);
    if (!found || found.index !== at) return undefined;
    const [whole, hex, short, long, octal, letter = ''] = found;
    const number = hex ?? short ?? long;
    if (number !== undefined || octal !== undefined) {
      const code = number === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(number, 16);
      if (code > 0x10ffff || (octal !== undefined && code > 255) || (code >= 0xd800 && code < 0xe000)) return undefined;
      value += String.fromCodePoint(code);
    } else if (SIMPLE[letter] !== undefined) value += SIMPLE[letter];
    else if (letter === quote) value += letter;
    else return undefined;
    at += whole.length;
  }
  return value;
}
