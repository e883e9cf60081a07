// What is stored under one prefix, which is one resource: objects in key order, indexes, and the newest events.
import type { KubeObject } from '../../kube/machinery/object.ts';
import { ObjectIndex } from './object-index.ts';
import { SortedKeys } from './sorted-keys.ts';

export interface StoreEvent {
  readonly type: 'put' | 'delete';
  readonly revision: number;
  /** Key inside its prefix: `namespace/name` or `name`. */
  readonly key: string;
  /** The new object; of a deletion the last one, with the revision of the deletion. */
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}
export type StoreWatcher = (event: StoreEvent) => void;
export type Entry = readonly [key: string, object: KubeObject];

export class RevisionCompacted extends Error {
  readonly oldest: number;
  constructor(oldest: number) {
    super(`revision is older than ${oldest}`);
    this.oldest = oldest;
  }
}

export class Shelf {
  readonly objects = new Map<string, KubeObject>();
  readonly watchers = new Set<StoreWatcher>();
  readonly #keys = new SortedKeys();
  readonly #indexes = new Map<string, ObjectIndex>();
  readonly #historyLimit: number;
  /** Those on their way to the disk too. Its own for each prefix, so that chatty leases do not age watches of pods. */
  #history: StoreEvent[] = [];
  #compacted: number;

  constructor(historyLimit: number, compacted: number) {
    this.#historyLimit = historyLimit;
    this.#compacted = compacted;
  }

  /** Events at or below this revision are no longer kept. */
  get compacted(): number {
    return this.#compacted;
  }

  apply(event: StoreEvent): void {
    const { type, key, object, previous, revision } = event;
    if (type === 'put') {
      if (!previous) this.#keys.add(key);
      this.objects.set(key, object);
    } else {
      this.objects.delete(key);
      this.#keys.delete(key);
    }
    for (const index of this.#indexes.values()) index.changed(key, previous, type === 'put' ? object : undefined);
    if (revision <= this.#compacted) return;
    this.#history.push(event);
    // Dropping in large steps keeps the cost per event constant.
    if (this.#history.length > this.#historyLimit * 1.25) {
      const drop = this.#history.length - this.#historyLimit;
      this.#compacted = this.#history[drop - 1]?.revision ?? this.#compacted;
      this.#history = this.#history.slice(drop);
    }
  }

  forgetHistory(revision: number): void {
    this.#history = [];
    this.#compacted = revision;
  }

  /** Throws RevisionCompacted when they are no longer all there. */
  eventsAfter(revision: number): readonly StoreEvent[] {
    if (revision < this.#compacted) throw new RevisionCompacted(this.#compacted);
    let low = 0;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#history[middle]?.revision ?? Infinity) > revision) high = middle;
      else low = middle + 1;
    }
    return this.#history.slice(low);
  }

  /** Objects whose key starts with `start`, in key order, from `after` (exclusive) on. */
  *range(start: string, after?: string): Generator<Entry> {
    for (const key of this.#keys.from(start, after)) {
      if (!key.startsWith(start)) return;
      const object = this.objects.get(key);
      if (object) yield [key, object];
    }
  }

  /** As `range`, of how things were at `revision`. Throws RevisionCompacted when that is too long ago. */
  *rangeAt(revision: number, start: string, after?: string): Generator<Entry> {
    const changed = new Map<string, KubeObject | undefined>();
    for (const { key, previous } of this.eventsAfter(revision)) if (!changed.has(key)) changed.set(key, previous);
    const before = new SortedKeys();
    for (const [key, object] of changed) if (object && key.startsWith(start) && (after === undefined || key > after)) before.add(key);
    const past = before.from('');
    let next = past.next();
    for (const entry of this.range(start, after)) {
      for (; !next.done && next.value <= entry[0]; next = past.next()) yield [next.value, changed.get(next.value) as KubeObject];
      if (!changed.has(entry[0])) yield entry;
    }
    for (; !next.done; next = past.next()) yield [next.value, changed.get(next.value) as KubeObject];
  }

  addIndex(name: string, values: (object: KubeObject) => readonly string[]): void {
    if (this.#indexes.has(name)) return;
    const index = new ObjectIndex(values);
    for (const [key, object] of this.objects) index.changed(key, undefined, object);
    this.#indexes.set(name, index);
  }

  hasIndex(name: string): boolean {
    return this.#indexes.has(name);
  }

  /** Objects with that value of an index, in key order. Throws for an index nobody made. */
  *byIndex(name: string, value: string): Generator<Entry> {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`there is no index ${name}`);
    for (const key of index.keysOf(value)) {
      const object = this.objects.get(key);
      if (object) yield [key, object];
    }
  }
}
