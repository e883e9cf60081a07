// Cuts the cluster's pod range into one block per node. Models kubernetes/pkg/controller/nodeipam/ipam/cidrset

const toNumber = (address: string): number => address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
const toAddress = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

export class CidrBlocks {
  readonly #first: number;
  readonly #bits: number;
  readonly #count: number;
  readonly #used = new Set<number>();
  /** Where the search goes on: a block that was just given back is not given out at once. */
  #next = 0;

  /** `blockBits` is the length of a block's prefix. */
  constructor(range: string, blockBits = 24) {
    const [address = '', bits = ''] = range.split('/');
    this.#bits = blockBits;
    this.#first = toNumber(address);
    this.#count = 2 ** Math.max(0, blockBits - Number(bits));
  }

  /** Undefined when all are taken. */
  allocate(): string | undefined {
    for (let i = 0; i < this.#count; i++) {
      const at = (this.#next + i) % this.#count;
      if (this.#used.has(at)) continue;
      this.#used.add(at);
      this.#next = (at + 1) % this.#count;
      return `${toAddress(this.#first + at * 2 ** (32 - this.#bits))}/${this.#bits}`;
    }
    return undefined;
  }

  occupy(cidr: string): void {
    this.#used.add(this.#indexOf(cidr));
  }
  release(cidr: string): void {
    this.#used.delete(this.#indexOf(cidr));
  }

  #indexOf(cidr: string): number {
    return Math.floor((toNumber(cidr.split('/')[0] ?? '') - this.#first) / 2 ** (32 - this.#bits));
  }
}
