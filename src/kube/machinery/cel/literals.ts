// Values of literals. Models cel-go/parser/unescape.go
import { Uint } from './values.ts';

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const ESCAPES = /\\(?:([0-3][0-7]{2})|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gsu;
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** Without prefix and quotes; raw strings are as they are. */
function body(text: string): { readonly inner: string; readonly isRaw: boolean } {
  const isRaw = /^[rR]/.test(text);
  const quoted = (isRaw ? text.slice(1) : text).replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const quotes = /^(?:"""|''')/.test(quoted) && quoted.length >= 6 ? 3 : 1;
  return { inner: quoted.slice(quotes, -quotes), isRaw };
}

export function stringLiteral(text: string): string {
  const { inner, isRaw } = body(text);
  if (isRaw) return inner;
  return inner.replaceAll(ESCAPES, (_, octal?: string, hex?: string, short?: string, long?: string, plain = '') => {
    const code = octal ? Number.parseInt(octal, 8) : hex ? Number.parseInt(hex, 16) : short ? Number.parseInt(short, 16) : long && Number.parseInt(long, 16);
    return typeof code === 'number' ? String.fromCodePoint(code) : (SIMPLE[plain] ?? plain);
  });
}

/** Escapes of bytes are bytes, not characters. */
export function bytesLiteral(text: string): Uint8Array {
  const { inner, isRaw } = body(text.slice(1));
  if (isRaw) return Buffer.from(inner);
  const pieces: Uint8Array[] = [];
  let last = 0;
  for (const found of inner.matchAll(ESCAPES)) {
    const [all, octal, hex, , , plain] = found;
    pieces.push(Buffer.from(inner.slice(last, found.index)));
    pieces.push(octal ? Buffer.of(Number.parseInt(octal, 8)) : hex ? Buffer.of(Number.parseInt(hex, 16)) : Buffer.from(SIMPLE[plain ?? ''] ?? plain ?? ''));
    last = found.index + all.length;
  }
  return new Uint8Array(Buffer.concat([...pieces, Buffer.from(inner.slice(last))]));
}

/** Undefined where the number does not fit. */
export function intLiteral(text: string, isNegative: boolean): bigint | undefined {
  const value = isNegative ? -BigInt(text) : BigInt(text);
  return value > MAX_INT || value < -MAX_INT - 1n ? undefined : value;
}
export function uintLiteral(text: string): Uint | undefined {
  const value = BigInt(text.slice(0, -1));
  return value > MAX_UINT ? undefined : new Uint(value);
}
