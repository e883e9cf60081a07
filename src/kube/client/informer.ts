// A local, always current copy of a resource with handlers and indexes. Models kubernetes/staging/src/k8s.io/client-go/tools/cache
import type { Clock, Timer } from '../../platform/clock.ts';
import { keyOf, type KubeObject, type ResourceRef } from '../machinery/object.ts';
import { isStatusError } from '../machinery/status-error.ts';
import type { ApiClient, WatchEvent, WatchHandle, WatchOptions } from './api-client.ts';

export interface InformerHandler<T> {
  added?(object: T): void;
  updated?(object: T, old: T): void;
  deleted?(object: T): void;
}
export type IndexFunction<T> = (object: T) => readonly string[];

interface Index<T> {
  readonly of: IndexFunction<T>;
  readonly entries: Map<string, Map<string, T>>;
}

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';
const RECONNECT_MIN_MS = 50;
const RECONNECT_MAX_MS = 10_000;

/** Keeps itself up to date by watch-list: it resumes from the last revision it saw, and lists again when that is gone. */
export class Informer<T extends KubeObject> {
  readonly resource: ResourceRef<T>;
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #scope: Pick<WatchOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #handlers: InformerHandler<T>[] = [];
  /** While the initial events arrive: the keys seen so far; what is not among them at the end is gone. */
  #arriving: Set<string> | undefined;
  #watch: WatchHandle | undefined;
  #retry: Timer | undefined;
  #backoffMs = RECONNECT_MIN_MS;
  #resourceVersion: string | undefined;
  #started = false;
  #stopped = false;
  #synced = false;
  readonly #sync = Promise.withResolvers<void>();

  constructor(client: ApiClient, resource: ResourceRef<T>, clock: Clock, scope: Pick<WatchOptions, 'namespace' | 'labelSelector' | 'fieldSelector'> = {}) {
    this.#client = client;
    this.resource = resource;
    this.#clock = clock;
    this.#scope = scope;
  }

  /** Resolves when the first full list has arrived and its handlers have run. */
  get synced(): Promise<void> {
    return this.#sync.promise;
  }
  get hasSynced(): boolean {
    return this.#synced;
  }

  get(name: string, namespace?: string): T | undefined {
    return this.#objects.get(namespace ? `${namespace}/${name}` : name);
  }
  getByKey(key: string): T | undefined {
    return this.#objects.get(key);
  }
  list(): MapIterator<T> {
    return this.#objects.values();
  }
  get size(): number {
    return this.#objects.size;
  }

  /** Objects under one value of an index that `addIndex` made; without order. */
  byIndex(index: string, value: string): readonly T[] {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`informer of ${this.resource.resource} has no index ${index}`);
    const entries = found.entries.get(value);
    return entries ? [...entries.values()] : [];
  }

  /** Adds an index; one of the same name is kept, so several users may ask for it. */
  addIndex(name: string, of: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return;
    const index: Index<T> = { of, entries: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) this.#index(index, key, object);
  }

  /** A handler added late is told of everything that is there already. */
  addHandler(handler: InformerHandler<T>): void {
    this.#handlers.push(handler);
    for (const object of this.#objects.values()) handler.added?.(object);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#watch?.stop();
  }

  #connect(): void {
    if (this.#stopped) return;
    const resume = this.#resourceVersion;
    if (resume === undefined) this.#arriving = new Set();
    const options: WatchOptions =
      resume === undefined
        ? { ...this.#scope, sendInitialEvents: true, allowBookmarks: true }
        : { ...this.#scope, resourceVersion: resume, allowBookmarks: true };
    this.#watch = this.#client.watch(this.resource, options, {
      event: (event) => this.#receive(event),
      end: (error) => {
        if (this.#stopped) return;
        // A revision that is gone, or a first list cut short: start over.
        if (isStatusError(error) && error.code === 410) this.#resourceVersion = undefined;
        this.#retry = this.#clock.after(error ? this.#backoffMs : RECONNECT_MIN_MS, () => this.#connect());
        this.#backoffMs = Math.min(this.#backoffMs * 2, RECONNECT_MAX_MS);
      },
    });
  }

  #receive({ type, object }: WatchEvent<T>): void {
    if (type === 'BOOKMARK') {
      if (this.#arriving && object.metadata.annotations?.[INITIAL_EVENTS_END] === 'true') this.#endInitialEvents();
      if (!this.#arriving) this.#resourceVersion = object.metadata.resourceVersion;
      return;
    }
    const key = keyOf(object);
    if (type === 'DELETED') {
      this.#remove(key, object);
    } else {
      this.#arriving?.add(key);
      this.#put(key, object);
    }
    if (!this.#arriving) {
      this.#resourceVersion = object.metadata.resourceVersion;
      this.#backoffMs = RECONNECT_MIN_MS;
    }
  }

  #endInitialEvents(): void {
    const seen = this.#arriving;
    this.#arriving = undefined;
    this.#backoffMs = RECONNECT_MIN_MS;
    for (const [key, object] of this.#objects) if (!seen?.has(key)) this.#remove(key, object);
    if (this.#synced) return;
    this.#synced = true;
    this.#sync.resolve();
  }

  #put(key: string, object: T): void {
    const old = this.#objects.get(key);
    if (old && old.metadata.resourceVersion === object.metadata.resourceVersion) return;
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) {
      if (old) this.#unindex(index, key, old);
      this.#index(index, key, object);
    }
    for (const handler of this.#handlers) {
      if (!old) {
        handler.added?.(object);
        continue;
      }
      // Deleted and made again between two looks: for the handlers these are two objects.
      if (old.metadata.uid !== object.metadata.uid) {
        handler.deleted?.(old);
        handler.added?.(object);
        continue;
      }
      handler.updated?.(object, old);
    }
  }

  #remove(key: string, last: T): void {
    const old = this.#objects.get(key);
    if (!old) return;
    this.#objects.delete(key);
    for (const index of this.#indexes.values()) this.#unindex(index, key, old);
    for (const handler of this.#handlers) handler.deleted?.(last);
  }

  #index(index: Index<T>, key: string, object: T): void {
    for (const value of index.of(object)) {
      let entries = index.entries.get(value);
      if (!entries) index.entries.set(value, (entries = new Map()));
      entries.set(key, object);
    }
  }

  #unindex(index: Index<T>, key: string, object: T): void {
    for (const value of index.of(object)) {
      const entries = index.entries.get(value);
      entries?.delete(key);
      if (entries?.size === 0) index.entries.delete(value);
    }
  }
}

/** Shares one informer per resource among everyone who asks. */
export class InformerFactory {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #informers = new Map<string, Informer<KubeObject>>();
  #running = false;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  of<T extends KubeObject>(resource: ResourceRef<T>): Informer<T> {
    const key = `${resource.group}/${resource.version}/${resource.resource}`;
    let informer = this.#informers.get(key);
    if (!informer) {
      informer = new Informer<T>(this.#client, resource, this.#clock) as unknown as Informer<KubeObject>;
      this.#informers.set(key, informer);
      if (this.#running) informer.start();
    }
    return informer as unknown as Informer<T>;
  }

  /** Starts all, also those asked for later; resolves when those known now have synced. */
  async start(): Promise<void> {
    this.#running = true;
    const known = [...this.#informers.values()];
    for (const informer of known) informer.start();
    await Promise.all(known.map((informer) => informer.synced));
  }

  /** Ends the informer of a resource that is served no longer; who asks again gets a new one. */
  drop(resource: ResourceRef): void {
    const key = `${resource.group}/${resource.version}/${resource.resource}`;
    this.#informers.get(key)?.stop();
    this.#informers.delete(key);
  }

  stop(): void {
    for (const informer of this.#informers.values()) informer.stop();
  }
}
