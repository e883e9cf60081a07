// The revisioned store: frozen objects under sorted keys, one counter of revisions, optimistic locking, watch from any kept revision.
// What is written is seen at once by the writer's process, acknowledged and told to watchers once it is on disk.
import { deepFreeze } from '../../kube/machinery/json.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import type { Logger } from '../../platform/logger.ts';
import { Log } from './log.ts';
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

/** A prefix is one resource: `pods`, `deployments.apps`. */
interface Shelf {
  readonly objects: Map<string, KubeObject>;
  readonly keys: SortedKeys;
  readonly watchers: Set<StoreWatcher>;
}

export class RevisionConflict extends Error {}
export class RevisionCompacted extends Error {
  readonly oldest: number;
  constructor(oldest: number) {
    super(`revision is older than ${oldest}`);
    this.oldest = oldest;
  }
}

const HISTORY_LIMIT = 20_000;
const COMPACT_MIN_BYTES = 8 * 1024 * 1024;

interface Told extends StoreEvent {
  readonly prefix: string;
}
interface RecordLine {
  readonly r: number;
  readonly p: string;
  readonly k: string;
  readonly d?: 1;
  readonly o?: KubeObject;
}

export interface StoreOptions {
  /** Undefined keeps everything in memory only, for tests. */
  readonly folder: string | undefined;
  readonly logger: Logger;
  /** Objects kept for watches that resume; default 20,000 events. */
  readonly historyLimit?: number;
}

export class Store {
  readonly #shelves = new Map<string, Shelf>();
  readonly #logger: Logger;
  readonly #historyLimit: number;
  #history: Told[] = [];
  /** Events at or below this revision are no longer kept. */
  #compacted = 0;
  #revision = 0;
  #told = 0;
  #log: Log | undefined;
  #liveBytes = 0;
  #compacting: Promise<void> | undefined;

  private constructor({ logger, historyLimit }: StoreOptions) {
    this.#logger = logger;
    this.#historyLimit = historyLimit ?? HISTORY_LIMIT;
  }

  /** Throws AppError LOG_DAMAGED when the data cannot be trusted. */
  static open(options: StoreOptions): Store {
    const store = new Store(options);
    if (options.folder !== undefined) store.#log = Log.open(options.folder, options.logger, (payload) => store.#replay(payload));
    return store;
  }

  get revision(): number {
    return this.#revision;
  }
  /** Every watcher has been told of everything up to here. */
  get toldRevision(): number {
    return this.#told;
  }
  /** The oldest revision that `watch` can resume after. */
  get compactedRevision(): number {
    return this.#compacted;
  }

  get(prefix: string, key: string): KubeObject | undefined {
    return this.#shelves.get(prefix)?.objects.get(key);
  }
  count(prefix: string): number {
    return this.#shelves.get(prefix)?.objects.size ?? 0;
  }

  /** Objects whose key starts with `start`, in key order, from `after` (exclusive) on. */
  *range(prefix: string, start = '', after?: string): Generator<readonly [string, KubeObject]> {
    const shelf = this.#shelves.get(prefix);
    if (!shelf) return;
    for (const key of shelf.keys.from(start, after)) {
      if (!key.startsWith(start)) return;
      const object = shelf.objects.get(key);
      if (object) yield [key, object];
    }
  }

  /**
   * Writes `build(revision)` as the next revision. `expected`: the revision the object must have now, 0 for absent, undefined for any.
   * Returns the stored object at once; `durable` resolves when it is on disk. Throws RevisionConflict.
   */
  put(
    prefix: string,
    key: string,
    expected: number | undefined,
    build: (revision: number) => KubeObject,
  ): { readonly object: KubeObject; readonly durable: Promise<void> } {
    const shelf = this.#shelf(prefix);
    const previous = shelf.objects.get(key);
    if (expected !== undefined && revisionOf(previous) !== expected) throw new RevisionConflict();
    const revision = this.#revision + 1;
    const object = deepFreeze(build(revision));
    const durable = this.#record({ r: revision, p: prefix, k: key, o: object }, { type: 'put', prefix, revision, key, object, previous });
    this.#revision = revision;
    if (!previous) shelf.keys.add(key);
    shelf.objects.set(key, object);
    return { object, durable };
  }

  /** Removes a key as the next revision; undefined when it is not there. Throws RevisionConflict. */
  delete(prefix: string, key: string, expected?: number): { readonly object: KubeObject; readonly durable: Promise<void> } | undefined {
    const shelf = this.#shelf(prefix);
    const previous = shelf.objects.get(key);
    if (!previous) return undefined;
    if (expected !== undefined && revisionOf(previous) !== expected) throw new RevisionConflict();
    const revision = this.#revision + 1;
    const object = deepFreeze({ ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } });
    const durable = this.#record({ r: revision, p: prefix, k: key, d: 1 }, { type: 'delete', prefix, revision, key, object, previous });
    this.#revision = revision;
    shelf.objects.delete(key);
    shelf.keys.delete(key);
    return { object, durable };
  }

  /**
   * Tells `watcher` of every durable event of the prefix after `revision`, those that happened already before this returns.
   * Returns the way to stop. Throws RevisionCompacted when events after `revision` are no longer kept.
   */
  watch(prefix: string, revision: number, watcher: StoreWatcher): () => void {
    if (revision < this.#compacted) throw new RevisionCompacted(this.#compacted);
    const shelf = this.#shelf(prefix);
    for (let i = this.#firstAfter(revision); i < this.#history.length; i++) {
      const event = this.#history[i];
      if (event?.prefix === prefix) watcher(event);
    }
    // Events still on their way to the disk come to everyone alike, once.
    const late: StoreWatcher = (event) => {
      if (event.revision > revision) watcher(event);
    };
    shelf.watchers.add(late);
    return () => {
      shelf.watchers.delete(late);
    };
  }

  async close(): Promise<void> {
    await this.#compacting;
    await this.#log?.close();
  }

  /** Called once when the disk refuses a write: the process cannot go on. */
  set onFailure(failed: (error: Error) => void) {
    if (this.#log) this.#log.failed = failed;
  }

  /** Rewrites the log as a snapshot of what is there now. Runs by itself when the log has grown; watches are not affected. */
  compact(): Promise<void> {
    this.#compacting ??= this.#writeSnapshot().finally(() => {
      this.#compacting = undefined;
    });
    return this.#compacting;
  }

  async #writeSnapshot(): Promise<void> {
    if (!this.#log) return;
    const frozen = [...this.#shelves].map(([prefix, shelf]): [string, [string, KubeObject][]] => [prefix, [...shelf.objects]]);
    const revision = this.#revision;
    let bytes = 0;
    function* payloads(): Generator<Buffer> {
      yield Buffer.from(JSON.stringify({ r: revision, p: '', k: '' }));
      for (const [prefix, objects] of frozen)
        for (const [key, object] of objects) {
          const payload = encodeRecord({ r: revisionOf(object), p: prefix, k: key, o: object });
          bytes += payload.length;
          yield payload;
        }
    }
    await this.#log.compact(payloads());
    this.#liveBytes = bytes;
  }

  #shelf(prefix: string): Shelf {
    let shelf = this.#shelves.get(prefix);
    if (!shelf) this.#shelves.set(prefix, (shelf = { objects: new Map(), keys: new SortedKeys(), watchers: new Set() }));
    return shelf;
  }

  #record(line: RecordLine, event: Told): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      this.#tell(event);
      resolve();
    };
    if (this.#log) {
      this.#log.append(encodeRecord(line), done);
      if (this.#log.bytes > Math.max(COMPACT_MIN_BYTES, 4 * this.#liveBytes) && !this.#compacting) {
        this.compact().catch((error: unknown) => this.#logger.error('compaction failed', { error: String(error) }));
      }
    } else setImmediate(done);
    return promise;
  }

  #tell(event: Told): void {
    this.#told = event.revision;
    this.#remember(event);
    for (const watcher of this.#shelf(event.prefix).watchers) watcher(event);
  }

  #remember(event: Told): void {
    this.#history.push(event);
    // Dropping in large steps keeps the cost per event constant.
    if (this.#history.length > this.#historyLimit * 1.25) {
      const drop = this.#history.length - this.#historyLimit;
      this.#compacted = this.#history[drop - 1]?.revision ?? this.#compacted;
      this.#history = this.#history.slice(drop);
    }
  }

  #firstAfter(revision: number): number {
    let low = 0;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#history[middle]?.revision ?? Infinity) > revision) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #replay(payload: Buffer): void {
    const { r, p, k, d, o } = JSON.parse(payload.toString()) as RecordLine;
    // The first line of a snapshot: the revision it stands for.
    if (p === '') {
      this.#revision = Math.max(this.#revision, r);
      this.#compacted = r;
      this.#history = [];
      return;
    }
    const shelf = this.#shelf(p);
    const previous = shelf.objects.get(k);
    const isHistory = r > this.#compacted;
    this.#revision = Math.max(this.#revision, r);
    if (d) {
      shelf.objects.delete(k);
      shelf.keys.delete(k);
      if (previous && isHistory)
        this.#remember({
          type: 'delete',
          prefix: p,
          revision: r,
          key: k,
          object: deepFreeze({ ...previous, metadata: { ...previous.metadata, resourceVersion: String(r) } }),
          previous,
        });
      return;
    }
    if (!o) return;
    const object = deepFreeze(o);
    if (!previous) shelf.keys.add(k);
    shelf.objects.set(k, object);
    this.#liveBytes += payload.length;
    if (isHistory) this.#remember({ type: 'put', prefix: p, revision: r, key: k, object, previous });
  }
}

const encodeRecord = (line: RecordLine): Buffer => Buffer.from(JSON.stringify(line));
export const revisionOf = (object: KubeObject | undefined): number => (object ? Number(object.metadata.resourceVersion) : 0);
