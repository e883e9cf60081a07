// Keys by what their objects say of themselves: pods by node, objects by owner.
import type { KubeObject } from '../../kube/machinery/object.ts';
import { SortedKeys } from './sorted-keys.ts';

export class ObjectIndex {
  readonly #values: (object: KubeObject) => readonly string[];
  readonly #keys = new Map<string, SortedKeys>();

  /** `values`: under what an object is found; it must depend on the object alone. */
  constructor(values: (object: KubeObject) => readonly string[]) {
    this.#values = values;
  }

  changed(key: string, previous: KubeObject | undefined, next: KubeObject | undefined): void {
    const before = previous ? this.#values(previous) : [];
    const after = next ? this.#values(next) : [];
    for (const value of before) {
      if (after.includes(value)) continue;
      const keys = this.#keys.get(value);
      keys?.delete(key);
      if (keys?.isEmpty) this.#keys.delete(value);
    }
    for (const value of after) {
      if (before.includes(value)) continue;
      let keys = this.#keys.get(value);
      if (!keys) this.#keys.set(value, (keys = new SortedKeys()));
      keys.add(key);
    }
  }

  /** In key order. */
  keysOf(value: string): Iterable<string> {
    return this.#keys.get(value)?.from('') ?? [];
  }
}
