// Ranges of addresses: what is inside of them.
import { BlockList, isIP } from 'node:net';

interface Parts {
  readonly network: string;
  readonly length: number;
  readonly family: 'ipv4' | 'ipv6';
}

function partsOf(cidr: string): Parts | undefined {
  const [network = '', bits = ''] = cidr.split('/');
  const version = isIP(network);
  return version && /^\d+$/.test(bits) ? { network, length: Number(bits), family: version === 4 ? 'ipv4' : 'ipv6' } : undefined;
}

/** IPv4 or IPv6, without brackets. */
export const isAddress = (text: string): boolean => isIP(text) !== 0;

/** False for what is no range or no address. */
export function containsAddress(cidr: string, address: string): boolean {
  const parts = partsOf(cidr);
  const version = isIP(address);
  if (!parts || !version || (version === 4) !== (parts.family === 'ipv4')) return false;
  const list = new BlockList();
  list.addSubnet(parts.network, parts.length, parts.family);
  return list.check(address, parts.family);
}

/** True for the same range too. */
export function containsRange(outer: string, inner: string): boolean {
  const [large, small] = [partsOf(outer), partsOf(inner)];
  return large !== undefined && small !== undefined && large.length <= small.length && containsAddress(outer, small.network);
}
