// Short, stable names of contents: the hash that pod templates, revisions and endpoint names carry.
// Models kubernetes/pkg/controller/controller_utils.go (ComputeHash); the hashed text is canonical JSON here, so values differ from upstream's.

const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a, 32 bits, over the text's UTF-8 bytes. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** JSON with keys in order and absent values left out: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = value as Readonly<Record<string, unknown>>;
    const keys = Object.keys(fields)
      .filter((key) => fields[key] !== undefined && fields[key] !== null)
      .sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(fields[key])}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** Each character mapped into the alphabet of generated names, which spells no words. */
export const safeEncode = (text: string): string => Array.from(text, (each) => SAFE_ALPHABET[each.charCodeAt(0) % SAFE_ALPHABET.length] ?? '').join('');

/** The hash of a value, told apart from an earlier collision by `collisionCount`. */
export function contentHash(value: unknown, collisionCount?: number): string {
  return safeEncode(String(fnv32a(canonicalJson(value) + (collisionCount === undefined ? '' : String(collisionCount)))));
}

const FNV128_PRIME = 0x0000000001000000000000000000013bn;
const FNV128_OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const FNV128_MASK = (1n << 128n) - 1n;

/** FNV-1a, 128 bits: what upstream orders lists by that have no order of their own. */
export function fnv128a(text: string): bigint {
  let hash = FNV128_OFFSET;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * FNV128_PRIME) & FNV128_MASK;
  return hash;
}
