// IP addresses and ranges as older API fields take them, and what newer ones will not. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go
import { invalidValue, type FieldError } from '../../../kube/machinery/field-errors.ts';

/** As 16 bytes; IPv4 in the last four. */
export interface Address {
  readonly family: 4 | 6;
  readonly bytes: readonly number[];
}

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Leading zeros are decimal. */
function parseV4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((each) => (/^\d+$/.test(each) ? Number(each) : 256));
  return bytes.every((each) => each <= 255) ? bytes : undefined;
}

function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    if (i === groups.length - 1 && group.includes('.')) {
      const tail = parseV4(group);
      if (!tail) return undefined;
      bytes.push(...tail);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '');
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '') : [];
  if (!head || !tail) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const missing = 16 - head.length - tail.length;
  return missing >= 2 ? [...head, ...Array.from({ length: missing }, () => 0), ...tail] : undefined;
}

const isMapped = (bytes: readonly number[]): boolean => MAPPED.every((each, i) => bytes[i] === each);

export function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) {
    const bytes = parseV6(text);
    return bytes && { family: isMapped(bytes) ? 4 : 6, bytes };
  }
  const bytes = parseV4(text);
  return bytes && { family: 4, bytes: [...MAPPED, ...bytes] };
}

function formatV6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let best = { at: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length += 1;
    if (length > best.length) best = { at: i, length };
  }
  const hex = (part: readonly number[]): string => part.map((each) => each.toString(16)).join(':');
  return best.at < 0 ? hex(groups) : `${hex(groups.slice(0, best.at))}::${hex(groups.slice(best.at + best.length))}`;
}
/** Canonical text; mapped addresses as IPv4. */
export const formatAddress = ({ family, bytes }: Address): string => (family === 4 ? bytes.slice(12).join('.') : formatV6(bytes));

const startsWith = ({ family, bytes }: Address, wanted: 4 | 6, ...prefix: readonly number[]): boolean => {
  const from = wanted === 4 ? 12 : 0;
  return family === wanted && prefix.every((each, i) => bytes[from + i] === each);
};
export const isUnspecified = (address: Address): boolean => address.bytes.slice(address.family === 4 ? 12 : 0).every((each) => each === 0);
export const isLoopback = (address: Address): boolean => startsWith(address, 4, 127) || formatAddress(address) === '::1';
export const isLinkLocalUnicast = (address: Address): boolean =>
  startsWith(address, 4, 169, 254) || (startsWith(address, 6, 0xfe) && ((address.bytes[1] ?? 0) & 0xc0) === 0x80);
export const isLinkLocalMulticast = (address: Address): boolean =>
  startsWith(address, 4, 224, 0, 0) || (startsWith(address, 6, 0xff) && ((address.bytes[1] ?? 0) & 0x0f) === 2);

export function validateLegacyIp(text: string, field: string, before: readonly string[] = []): FieldError[] {
  if (before.includes(text) || parseAddress(text)) return [];
  return [invalidValue(field, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

/** Leading zeros or a mapped address: forms that others read in other ways. */
const isStandard = (text: string, { bytes }: Address): boolean =>
  text.includes(':') ? !isMapped(bytes) && !/(^|[:.])0\d+\./.test(text) : !/(^|\.)0\d/.test(text);

export function warningsForIp(field: string, text: string): string[] {
  const address = parseAddress(text);
  if (!address) return [];
  const canonical = formatAddress(address);
  if (!isStandard(text, address))
    return [
      `${field}: non-standard IP address ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(canonical)}`,
    ];
  return address.family === 6 && canonical !== text
    ? [`${field}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`]
    : [];
}

interface Range {
  readonly address: Address;
  readonly length: number;
  /** The address with nothing beyond the prefix. */
  readonly network: Address;
  readonly v4: boolean;
}
export function parseCidr(text: string): Range | undefined {
  const [ip = '', bits = '', ...more] = text.split('/');
  const address = parseAddress(ip);
  const v4 = !ip.includes(':');
  if (!address || more.length || !/^\d+$/.test(bits) || Number(bits) > (v4 ? 32 : 128)) return undefined;
  const length = Number(bits);
  const kept = v4 ? length + 96 : length;
  const network = address.bytes.map((each, i) => each & (0xff << Math.max(0, 8 - Math.max(0, kept - 8 * i))) & 0xff);
  return { address, length, network: { family: address.family, bytes: network }, v4 };
}
export const cidrFamily = (text: string): 4 | 6 | undefined => parseCidr(text)?.address.family;

export function validateLegacyCidr(text: string, field: string, before: readonly string[] = []): FieldError[] {
  if (before.includes(text) || parseCidr(text)) return [];
  return [invalidValue(field, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

export function warningsForCidr(field: string, text: string): string[] {
  const range = parseCidr(text);
  if (!range) return [];
  const { address, network, length, v4 } = range;
  const canonical = `${formatAddress(network)}/${length}`;
  const warnings: string[] = [];
  if (formatAddress(address) !== formatAddress(network))
    warnings.push(
      `${field}: CIDR value ${JSON.stringify(text)} is ambiguous in this context (should be ${JSON.stringify(canonical)} or "${formatAddress(address)}/${v4 ? 32 : 128}"?)`,
    );
  if (!isStandard(text.split('/')[0] ?? '', address) || /\/0\d/.test(text))
    warnings.push(
      `${field}: non-standard CIDR value ${JSON.stringify(text)} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(canonical)}`,
    );
  const own = `${formatAddress(address)}/${length}`;
  if (!warnings.length && address.family === 6 && own !== text)
    warnings.push(`${field}: IPv6 CIDR value ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(own)})`);
  return warnings;
}
