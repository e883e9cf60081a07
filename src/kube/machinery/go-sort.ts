// Sorting as Go's sort.Sort does it, which is not stable: what compares equal ends where Go leaves it. Models sort (pdqsort)
const MAX_INSERTION = 12;
const SHORTEST_NINTHER = 50;
const MAX_SWAPS = 12;
const MAX_STEPS = 5;
const SHORTEST_SHIFTING = 50;

/** A new list; `less` need not be an order. */
export function goSort<T>(items: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const sorter = new Sorter([...items], less);
  sorter.sort(0, items.length, 32 - Math.clz32(items.length));
  return sorter.items;
}

type Hint = 'unknown' | 'increasing' | 'decreasing';

class Sorter<T> {
  readonly items: T[];
  readonly #isLess: (a: T, b: T) => boolean;
  #swaps = 0;

  constructor(items: T[], less: (a: T, b: T) => boolean) {
    this.items = items;
    this.#isLess = less;
  }

  #less(i: number, j: number): boolean {
    return this.#isLess(this.items[i] as T, this.items[j] as T);
  }
  #swap(i: number, j: number): void {
    const kept = this.items[i] as T;
    this.items[i] = this.items[j] as T;
    this.items[j] = kept;
  }

  sort(from: number, to: number, limit: number): void {
    let a = from;
    let b = to;
    let wasBalanced = true;
    let wasPartitioned = true;
    for (;;) {
      const length = b - a;
      if (length <= MAX_INSERTION) return this.#insertion(a, b);
      if (limit === 0) return this.#heap(a, b);
      if (!wasBalanced) {
        this.#breakPatterns(a, b);
        limit--;
      }
      let [pivot, hint] = this.#choosePivot(a, b);
      if (hint === 'decreasing') {
        this.#reverse(a, b);
        pivot = b - 1 - (pivot - a);
        hint = 'increasing';
      }
      if (wasBalanced && wasPartitioned && hint === 'increasing' && this.#partialInsertion(a, b)) return;
      if (a > 0 && !this.#less(a - 1, pivot)) {
        a = this.#partitionEqual(a, b, pivot);
        continue;
      }
      const [middle, alreadyPartitioned] = this.#partition(a, b, pivot);
      wasPartitioned = alreadyPartitioned;
      const threshold = Math.floor(length / 8);
      if (middle - a < b - middle) {
        wasBalanced = middle - a >= threshold;
        this.sort(a, middle, limit);
        a = middle + 1;
      } else {
        wasBalanced = b - middle >= threshold;
        this.sort(middle + 1, b, limit);
        b = middle;
      }
    }
  }

  #insertion(a: number, b: number): void {
    for (let i = a + 1; i < b; i++) for (let j = i; j > a && this.#less(j, j - 1); j--) this.#swap(j, j - 1);
  }

  #heap(first: number, end: number): void {
    const length = end - first;
    for (let i = Math.floor((length - 1) / 2); i >= 0; i--) this.#siftDown(i, length, first);
    for (let i = length - 1; i >= 0; i--) {
      this.#swap(first, first + i);
      this.#siftDown(0, i, first);
    }
  }
  #siftDown(low: number, high: number, first: number): void {
    for (let root = low; ;) {
      let child = 2 * root + 1;
      if (child >= high) return;
      if (child + 1 < high && this.#less(first + child, first + child + 1)) child++;
      if (!this.#less(first + root, first + child)) return;
      this.#swap(first + root, first + child);
      root = child;
    }
  }

  #partition(a: number, b: number, pivot: number): readonly [number, boolean] {
    this.#swap(a, pivot);
    let i = a + 1;
    let j = b - 1;
    const narrow = (): void => {
      while (i <= j && this.#less(i, a)) i++;
      while (i <= j && !this.#less(j, a)) j--;
    };
    narrow();
    const alreadyPartitioned = i > j;
    while (i <= j) {
      this.#swap(i++, j--);
      narrow();
    }
    this.#swap(j, a);
    return [j, alreadyPartitioned];
  }

  #partitionEqual(a: number, b: number, pivot: number): number {
    this.#swap(a, pivot);
    let i = a + 1;
    let j = b - 1;
    for (;;) {
      while (i <= j && !this.#less(a, i)) i++;
      while (i <= j && this.#less(a, j)) j--;
      if (i > j) return i;
      this.#swap(i++, j--);
    }
  }

  #partialInsertion(a: number, b: number): boolean {
    let i = a + 1;
    for (let step = 0; step < MAX_STEPS; step++) {
      while (i < b && !this.#less(i, i - 1)) i++;
      if (i === b) return true;
      if (b - a < SHORTEST_SHIFTING) return false;
      this.#swap(i, i - 1);
      if (i - a >= 2) for (let j = i - 1; j >= 1 && this.#less(j, j - 1); j--) this.#swap(j, j - 1);
      if (b - i >= 2) for (let j = i + 1; j < b && this.#less(j, j - 1); j++) this.#swap(j, j - 1);
    }
    return false;
  }

  /** The same few swaps for the same length, every time. */
  #breakPatterns(a: number, b: number): void {
    const length = b - a;
    if (length < 8) return;
    let random = BigInt(length);
    const mask = BigInt(2 ** (32 - Math.clz32(length)) - 1);
    const middle = a + Math.floor(length / 4) * 2;
    for (let at = middle - 1; at <= middle + 1; at++) {
      random ^= BigInt.asUintN(64, random << 13n);
      random ^= random >> 7n;
      random = BigInt.asUintN(64, random ^ (random << 17n));
      let other = Number(random & mask);
      if (other >= length) other -= length;
      this.#swap(at, a + other);
    }
  }

  #choosePivot(a: number, b: number): readonly [number, Hint] {
    const length = b - a;
    const quarter = Math.floor(length / 4);
    this.#swaps = 0;
    let i = a + quarter;
    let j = a + quarter * 2;
    let k = a + quarter * 3;
    if (length >= 8) {
      if (length >= SHORTEST_NINTHER) {
        i = this.#median(i - 1, i, i + 1);
        j = this.#median(j - 1, j, j + 1);
        k = this.#median(k - 1, k, k + 1);
      }
      j = this.#median(i, j, k);
    }
    return [j, this.#swaps === 0 ? 'increasing' : this.#swaps === MAX_SWAPS ? 'decreasing' : 'unknown'];
  }

  #median(a: number, b: number, c: number): number {
    const order = (x: number, y: number): readonly [number, number] => {
      if (!this.#less(y, x)) return [x, y];
      this.#swaps++;
      return [y, x];
    };
    const [low, high] = order(a, b);
    const [middle] = order(high, c);
    return order(low, middle)[1];
  }

  #reverse(a: number, b: number): void {
    for (let i = a, j = b - 1; i < j; i++, j--) this.#swap(i, j);
  }
}
