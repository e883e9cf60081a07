// Keys in byte order with cheap insertion: the order in which lists and pages come.

export class SortedKeys {
  readonly #keys: string[] = [];

  add(key: string): void {
    const at = this.#lowerBound(key);
    if (this.#keys[at] !== key) this.#keys.splice(at, 0, key);
  }

  delete(key: string): void {
    const at = this.#lowerBound(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  /** Keys from `start` on, or from right behind `after`. What is added while iterating may be missed or seen. */
  *from(start: string, after?: string): Generator<string> {
    let at = after === undefined ? this.#lowerBound(start) : this.#lowerBound(after);
    if (after !== undefined && this.#keys[at] === after) at += 1;
    for (; at < this.#keys.length; at++) yield this.#keys[at] as string;
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
