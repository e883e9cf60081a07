// Base64 read as strictly as Go reads it: what is wrong is told by its place. Models encoding/base64 (StdEncoding)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bytes, or the place of what is no base64. */
export function decodeBase64(text: string): Uint8Array | number {
  const source = Buffer.from(text);
  const bytes: number[] = [];
  let at = 0;
  const skipNewlines = (): void => {
    while (source[at] === 10 || source[at] === 13) at++;
  };
  for (;;) {
    const group: number[] = [];
    while (group.length < 4) {
      skipNewlines();
      const byte = source[at];
      if (byte === undefined) {
        if (group.length === 0) return Uint8Array.from(bytes);
        return at - group.length;
      }
      const char = String.fromCharCode(byte);
      at++;
      if (char === '=') {
        if (group.length < 2) return at - 1;
        if (group.length === 2) {
          skipNewlines();
          if (source[at] === undefined) return source.length;
          if (source[at] !== 61) return at - 1;
          at++;
        }
        skipNewlines();
        bytes.push(...bytesOf(group));
        return source[at] === undefined ? Uint8Array.from(bytes) : at;
      }
      const value = ALPHABET.indexOf(char);
      if (value < 0) return at - 1;
      group.push(value);
    }
    bytes.push(...bytesOf(group));
  }
}

function bytesOf(group: readonly number[]): readonly number[] {
  const [a = 0, b = 0, c = 0, d = 0] = group;
  return [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d].slice(0, group.length - 1);
}
