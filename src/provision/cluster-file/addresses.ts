// IP addresses and networks in CIDR form, of both families. Pure.
import { BlockList, isIP, isIPv4, isIPv6, SocketAddress } from 'node:net';

export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

export { isIP };

/** An IPv6 address as `ip` prints it, `fd00::11` for `FD00:0::011`, so that addresses can be compared as text; anything else as it is. */
export function canonicalAddress(text: string): string {
  if (!isIPv6(text)) return text;
  const [address = '', ...zone] = text.split('%');
  return [new SocketAddress({ address, family: 'ipv6' }).address, ...zone].join('%');
}

/** The same of a network, `FD00:10::/48`. */
export function canonicalNetwork(text: string): string {
  const network = parseNetwork(text);
  return network ? `${canonicalAddress(network.address)}/${network.prefix}` : text;
}

/** `10.244.0.0/16`; undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  if (!family || Number(bits) > (family === 4 ? 32 : 128)) return undefined;
  return { address, prefix: Number(bits), family: family === 4 ? 'ipv4' : 'ipv6' };
}

export function contains(network: Network, address: string): boolean {
  if (!isIP(address) || isIPv4(address) !== (network.family === 'ipv4')) return false;
  const list = new BlockList();
  list.addSubnet(network.address, network.prefix, network.family);
  return list.check(address, network.family);
}

export function overlap(a: Network, b: Network): boolean {
  if (a.family !== b.family) return false;
  return a.prefix <= b.prefix ? contains(a, b.address) : contains(b, a.address);
}
