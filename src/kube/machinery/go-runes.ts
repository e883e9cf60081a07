// How Go names a character in a complaint (`%#U`).

/** `U+0025 '%'`; without a character, the end of what is read. */
export function runeName(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return char === '' ? 'U+FFFFFFFFFFFFFFFF' : /[\p{C}\p{Z}]/u.test(char) && char !== ' ' ? `U+${code}` : `U+${code} '${char}'`;
}
