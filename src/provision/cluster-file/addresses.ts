// IP addresses and networks in CIDR form, of both families. Pure.
import { BlockList, isIP, isIPv4 } from 'node:net';

export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

export { isIP };

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
