// Addresses and ranges in rules. Models apiserver/pkg/cel/library/{ip,cidr}.go
import { opaque, type CelType } from '../types.ts';
import { CelError, Opaque, type Value } from '../values.ts';
import { failure, typed, type Implementations } from './implementation.ts';
import { addressText, agree, isMappedV4, masked, parseAddress, parsePrefix, type Address, type Prefix } from './ip-address.ts';

const IP_TYPE = opaque('net.IP');
const CIDR_TYPE = opaque('net.CIDR');
const quoted = (text: string): string => JSON.stringify(text);

export class Ip extends Opaque {
  readonly type: CelType = IP_TYPE;
  readonly address: Address;
  constructor(address: Address) {
    super();
    this.address = address;
  }
  equals(other: Value): Value {
    return other instanceof Ip ? addressText(other.address) === addressText(this.address) : failure('no such overload');
  }
  override toString(): string {
    return addressText(this.address);
  }
}
export class Cidr extends Opaque {
  readonly type: CelType = CIDR_TYPE;
  readonly prefix: Prefix;
  constructor(prefix: Prefix) {
    super();
    this.prefix = prefix;
  }
  equals(other: Value): Value {
    return other instanceof Cidr ? String(other) === String(this) : failure('no such overload');
  }
  override toString(): string {
    return `${addressText(this.prefix.address)}/${this.prefix.bits}`;
  }
}

function toIp(text: string): Ip | CelError {
  const address = parseAddress(text);
  if (address instanceof CelError) return failure(`IP Address ${quoted(text)} parse error during conversion from string: ${address.message}`);
  if (text.includes('%')) return failure(`IP address ${quoted(text)} with zone value is not allowed`);
  return isMappedV4(address) ? failure(`IPv4-mapped IPv6 address ${quoted(text)} is not allowed`) : new Ip(address);
}
const TWICE = 'network address parse error during conversion from string: ';
function toCidr(text: string): Cidr | CelError {
  const prefix = parsePrefix(text);
  if (prefix instanceof CelError) return failure(`${TWICE}${TWICE}${prefix.message}`);
  return isMappedV4(prefix.address) ? failure(`${TWICE}IPv4-mapped IPv6 address ${quoted(text)} is not allowed`) : new Cidr(prefix);
}

const holds = ({ prefix }: Cidr, { address }: Ip): boolean => agree(prefix.address, address, prefix.bits);
const holdsRange = ({ prefix: outer }: Cidr, { prefix: inner }: Cidr): boolean =>
  outer.bits <= inner.bits && agree(outer.address, inner.address, Math.min(outer.bits, inner.bits));
/** The other side may be text that is none. */
const parsed =
  <T>(read: (text: string) => T | CelError, run: (cidr: Cidr, other: T) => Value) =>
  (cidr: Cidr, text: string): Value => {
    const other = read(text);
    return other instanceof CelError ? failure('no such overload') : run(cidr, other);
  };

const isAll = (bytes: readonly number[], value: number): boolean => bytes.every((each) => each === value);
const isUnspecified = ({ bytes }: Address): boolean => isAll(bytes, 0);
const isLoopback = ({ family, bytes }: Address): boolean => (family === 4 ? bytes[0] === 127 : isAll(bytes.slice(0, 15), 0) && bytes[15] === 1);
const isMulticast = ({ family, bytes }: Address): boolean => (family === 4 ? ((bytes[0] ?? 0) & 0xf0) === 0xe0 : bytes[0] === 0xff);
const isLocalMulticast = ({ family, bytes: [a = 0, b = 0, c = 0] }: Address): boolean =>
  family === 4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 0x02;
const isLocalUnicast = ({ family, bytes: [a = 0, b = 0] }: Address): boolean => (family === 4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80);
const isGlobal = (address: Address): boolean =>
  !(address.family === 4 && isAll(address.bytes, 255)) && !isUnspecified(address) && !isLoopback(address) && !isMulticast(address) && !isLocalUnicast(address);
const about = (test: (address: Address) => boolean) => typed((ip: Ip) => test(ip.address));

export const NETWORK: Implementations = {
  string_to_ip: typed(toIp),
  is_ip: typed((text: string) => !(toIp(text) instanceof CelError)),
  ip_is_canonical: typed((text: string) => {
    const ip = toIp(text);
    return ip instanceof CelError ? ip : String(ip) === text;
  }),
  ip_family: typed((ip: Ip) => BigInt(ip.address.family)),
  ip_is_unspecified: about(isUnspecified),
  ip_is_loopback: about(isLoopback),
  ip_is_link_local_multicast: about(isLocalMulticast),
  ip_is_link_local_unicast: about(isLocalUnicast),
  ip_is_global_unicast: about(isGlobal),
  ip_to_string: typed((ip: Ip) => String(ip)),
  string_to_cidr: typed(toCidr),
  is_cidr: typed((text: string) => !(toCidr(text) instanceof CelError)),
  cidr_contains_ip_string: typed(parsed(toIp, holds)),
  cidr_contains_ip_ip: typed(holds),
  cidr_contains_cidr_string: typed(parsed(toCidr, holdsRange)),
  cidr_contains_cidr: typed(holdsRange),
  cidr_ip: typed((cidr: Cidr) => new Ip(cidr.prefix.address)),
  cidr_prefix_length: typed((cidr: Cidr) => BigInt(cidr.prefix.bits)),
  cidr_masked: typed((cidr: Cidr) => new Cidr(masked(cidr.prefix))),
  cidr_to_string: typed((cidr: Cidr) => String(cidr)),
};
