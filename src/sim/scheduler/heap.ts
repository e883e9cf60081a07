// A priority queue from which any element can be taken by its key. Models kubernetes/pkg/scheduler/backend/heap

export class KeyedHeap<T> {
  readonly #items: T[] = [];
  readonly #positions = new Map<string, number>();
  readonly #keyOf: (item: T) => string;
  readonly #before: (a: T, b: T) => boolean;

  constructor(keyOf: (item: T) => string, before: (a: T, b: T) => boolean) {
    this.#keyOf = keyOf;
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  get(key: string): T | undefined {
    const at = this.#positions.get(key);
    return at === undefined ? undefined : this.#items[at];
  }

  /** Adds, or replaces what has the same key. */
  put(item: T): void {
    const key = this.#keyOf(item);
    const at = this.#positions.get(key) ?? this.#items.length;
    this.#place(item, at);
    this.#settle(at);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.delete(this.#keyOf(first));
    return first;
  }

  delete(key: string): T | undefined {
    const at = this.#positions.get(key);
    if (at === undefined) return undefined;
    const removed = this.#items[at];
    const last = this.#items.pop();
    this.#positions.delete(key);
    if (last !== undefined && at < this.#items.length) {
      this.#place(last, at);
      this.#settle(at);
    }
    return removed;
  }

  #place(item: T, at: number): void {
    this.#items[at] = item;
    this.#positions.set(this.#keyOf(item), at);
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.#items[a];
    const right = this.#items[b];
    return left !== undefined && right !== undefined && this.#before(left, right);
  }

  #swap(a: number, b: number): void {
    const left = this.#items[a];
    const right = this.#items[b];
    if (left === undefined || right === undefined) return;
    this.#place(right, a);
    this.#place(left, b);
  }

  #settle(start: number): void {
    let at = start;
    for (let parent = (at - 1) >> 1; at > 0 && this.#isBefore(at, parent); parent = (at - 1) >> 1) {
      this.#swap(at, parent);
      at = parent;
    }
    for (;;) {
      let best = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < this.#items.length && this.#isBefore(child, best)) best = child;
      if (best === at) return;
      this.#swap(at, best);
      at = best;
    }
  }
}
