// Where cluster addresses come from: the ServiceCIDRs that are ready. Models kubernetes/pkg/registry/core/service/ipallocator
import type { ServiceCIDR } from '../../../kube/api/networking-v1.ts';
import type { Random } from '../../../platform/random.ts';
import { formatAddress, parseAddress, parseCidr, type Address } from '../../resources/validation/ip.ts';
import type { Store } from '../../storage/store.ts';

const SHELF = 'servicecidrs.networking.k8s.io';

export type Family = 'IPv4' | 'IPv6';
export const familyOf = ({ family }: Address): Family => (family === 4 ? 'IPv4' : 'IPv6');

/** Addresses as numbers, without those of the network and, of IPv4, the broadcast. */
interface Range {
  readonly family: Family;
  readonly first: bigint;
  /** From here on it is handed out at random; what is below stays for those who ask by address. */
  readonly upper: bigint;
  readonly last: bigint;
}

const numberOf = ({ bytes }: Address): bigint => bytes.reduce((sum, each) => (sum << 8n) | BigInt(each), 0n);
function textOf(family: Family, value: bigint): string {
  const bytes = Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(8 * (15 - i))) & 255n));
  return formatAddress({ family: family === 'IPv4' ? 4 : 6, bytes });
}

/** A sixteenth, between 16 and 256 addresses; nothing of a small range. */
function reservedOf(size: bigint): bigint {
  if (size <= 16n) return 0n;
  const part = size / 16n;
  return part < 16n ? 16n : part > 256n ? 256n : part;
}

export function rangeOf(cidr: string): Range | undefined {
  const parsed = parseCidr(cidr);
  if (!parsed) return undefined;
  const { network, length } = parsed;
  const family = familyOf(network);
  const size = 1n << BigInt((family === 'IPv4' ? 32 : 128) - length);
  const base = numberOf(network);
  const last = base + size - (family === 'IPv4' ? 2n : 1n);
  return { family, first: base + 1n, upper: base + 1n + reservedOf(last - base), last };
}

export const isWithin = ({ first, last, family }: Range, address: Address): boolean => {
  const value = numberOf(address);
  return familyOf(address) === family && value >= first && value <= last;
};

export class ServiceRanges {
  readonly #store: Store;
  #ready: readonly Range[] | undefined;

  constructor(store: Store) {
    this.#store = store;
    store.watch(SHELF, store.revision, () => (this.#ready = undefined));
  }

  /** True where a ready range has the address. */
  has(address: Address): boolean {
    return this.#ranges().some((range) => isWithin(range, address));
  }

  /** A free address of the family; undefined where all are taken. */
  next(family: Family, random: Random, isTaken: (address: string) => boolean): string | undefined {
    for (const range of this.#ranges()) {
      if (range.family !== family) continue;
      const found = firstFree(family, range.upper, range.last, random, isTaken) ?? firstFree(family, range.first, range.upper - 1n, random, isTaken);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #ranges(): readonly Range[] {
    return (this.#ready ??= [...this.#store.range(SHELF)]
      .map(([, object]) => object as unknown as ServiceCIDR)
      .filter(({ metadata, status }) => !metadata.deletionTimestamp && status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
      .flatMap(({ spec }) => (spec.cidrs ?? []).flatMap((cidr) => rangeOf(cidr) ?? [])));
  }
}

/** From a random place on, once around. */
function firstFree(family: Family, from: bigint, to: bigint, random: Random, isTaken: (address: string) => boolean): string | undefined {
  if (to < from) return undefined;
  const size = to - from + 1n;
  const start = BigInt(random.below(Number(size > 2n ** 30n ? 2n ** 30n : size)));
  for (let i = 0n; i < size; i++) {
    const address = textOf(family, from + ((start + i) % size));
    if (!isTaken(address)) return address;
  }
  return undefined;
}

export const canonical = (text: string): string => {
  const address = parseAddress(text);
  return address ? formatAddress(address) : text;
};
