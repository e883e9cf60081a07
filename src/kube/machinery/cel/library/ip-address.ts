// Addresses and ranges as Go's netip reads and writes them. Models net/netip
import { CelError } from '../values.ts';

export interface Address {
  readonly family: 4 | 6;
  /** Four or sixteen. */
  readonly bytes: readonly number[];
}
export interface Prefix {
  readonly address: Address;
  readonly bits: number;
}

const quoted = (text: string): string => JSON.stringify(text);
const problem = (text: string, message: string, at?: string): CelError =>
  new CelError(`ParseAddr(${quoted(text)}): ${message}${at === undefined || at === '' ? '' : ` (at ${quoted(at)})`}`);

export function parseAddress(text: string): Address | CelError {
  for (const each of text) {
    if (each === '.') {
      const bytes = parseV4(text, text);
      return bytes instanceof CelError ? bytes : { family: 4, bytes };
    }
    if (each === ':') return parseV6(text);
    if (each === '%') return problem(text, 'missing IPv6 address');
  }
  return problem(text, 'unable to parse IP');
}

function parseV4(whole: string, text: string): number[] | CelError {
  const bytes: number[] = [];
  let value = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const each = text[i] ?? '';
    if (/\d/.test(each)) {
      if (digits === 1 && value === 0) return problem(whole, 'IPv4 field has octet with leading zero');
      value = value * 10 + Number(each);
      digits += 1;
      if (value > 255) return problem(whole, 'IPv4 field has value >255');
    } else if (each === '.') {
      if (i === 0 || i === text.length - 1 || text[i - 1] === '.') return problem(whole, 'IPv4 field must have at least one digit', text.slice(i));
      if (bytes.length === 3) return problem(whole, 'IPv4 address too long');
      bytes.push(value);
      value = 0;
      digits = 0;
    } else return problem(whole, 'unexpected character', text.slice(i));
  }
  if (bytes.length < 3) return problem(whole, 'IPv4 address too short');
  return [...bytes, value];
}

function parseV6(whole: string): Address | CelError {
  const zoneAt = whole.indexOf('%');
  if (zoneAt !== -1 && zoneAt === whole.length - 1) return problem(whole, 'zone must be a non-empty string');
  let text = zoneAt === -1 ? whole : whole.slice(0, zoneAt);
  const bytes: number[] = [];
  let ellipsis = -1;
  if (text.startsWith('::')) {
    ellipsis = 0;
    text = text.slice(2);
  }
  while (bytes.length < 16 && text !== '') {
    const group = /^[0-9a-fA-F]*/.exec(text)?.[0] ?? '';
    if (group.length > 4) {
      const value = Number.parseInt(group.slice(0, 5), 16);
      return value > 0xffff ? problem(whole, 'IPv6 field has value >=2^16', text) : problem(whole, 'each group must have 4 or less digits', text);
    }
    if (group === '') return problem(whole, 'each colon-separated field must have at least one digit', text);
    if (text[group.length] === '.') {
      if (ellipsis < 0 && bytes.length !== 12) return problem(whole, 'embedded IPv4 address must replace the final 2 fields of the address', text);
      if (bytes.length + 4 > 16) return problem(whole, 'too many hex fields to fit an embedded IPv4 at the end of the address', text);
      const inner = parseV4(whole, text);
      if (inner instanceof CelError) return inner;
      bytes.push(...inner);
      text = '';
      break;
    }
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
    text = text.slice(group.length);
    if (text === '') break;
    if (text[0] !== ':') return problem(whole, 'unexpected character, want colon', text);
    if (text.length === 1) return problem(whole, 'colon must be followed by more characters', text);
    text = text.slice(1);
    if (text[0] === ':') {
      if (ellipsis >= 0) return problem(whole, 'multiple :: in address', text);
      ellipsis = bytes.length;
      text = text.slice(1);
    }
  }
  if (text !== '') return problem(whole, 'trailing garbage after address', text);
  if (bytes.length < 16) {
    if (ellipsis < 0) return problem(whole, 'address string too short');
    const missing = Array.from({ length: 16 - bytes.length }, () => 0);
    bytes.splice(ellipsis, 0, ...missing);
  } else if (ellipsis >= 0) return problem(whole, 'the :: must expand to at least one field of zeros');
  return { family: 6, bytes };
}

export const isMappedV4 = ({ family, bytes }: Address): boolean => family === 6 && bytes.slice(0, 12).every((each, i) => each === (i < 10 ? 0 : 0xff));

export function addressText({ family, bytes }: Address): string {
  if (family === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let best = { start: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length += 1;
    if (length > best.length) best = { start: i, length };
  }
  const hex = (part: readonly number[]): string => part.map((each) => each.toString(16)).join(':');
  return best.start < 0 ? hex(groups) : `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}

export function parsePrefix(text: string): Prefix | CelError {
  const wrong = (message: string): CelError => new CelError(`netip.ParsePrefix(${quoted(text)}): ${message}`);
  const slash = text.lastIndexOf('/');
  if (slash < 0) return wrong("no '/'");
  const address = parseAddress(text.slice(0, slash));
  if (address instanceof CelError) return wrong(address.message);
  const bits = text.slice(slash + 1);
  if (text.slice(0, slash).includes('%')) return wrong('IPv6 zones cannot be present in a prefix');
  if (!/^(?:0|[1-9]\d*)$/.test(bits)) return wrong(`bad bits after slash: ${quoted(bits)}`);
  if (Number(bits) > address.bytes.length * 8) return wrong('prefix length out of range');
  return { address, bits: Number(bits) };
}

export const masked = ({ address, bits }: Prefix): Prefix => ({
  address: {
    family: address.family,
    bytes: address.bytes.map((each, i) => each & (0xff00 >> Math.max(0, Math.min(8, bits - i * 8)))).map((each) => each & 0xff),
  },
  bits,
});

/** Whether the first `bits` bits are the same. */
export function agree(a: Address, b: Address, bits: number): boolean {
  return a.family === b.family && addressText(masked({ address: a, bits }).address) === addressText(masked({ address: b, bits }).address);
}
