// The revisioned store: frozen objects under sorted keys, one counter of revisions, optimistic locking, watch from any kept revision.
// What is written is seen at once by the writer's process, acknowledged and told to watchers once it is on disk.
import { parseJsonText } from '../../kube/machinery/json-text.ts';
import { deepFreeze } from '../../kube/machinery/json.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import type { Logger } from '../../platform/logger.ts';
import { Log } from './log.ts';
import { Shelf, type Entry, type StoreEvent, type StoreWatcher } from './shelf.ts';

export { RevisionCompacted, type Entry, type StoreEvent, type StoreWatcher } from './shelf.ts';

export class RevisionConflict extends Error {}
const HISTORY_LIMIT = 10_000;
const COMPACT_MIN_BYTES = 8 * 1024 * 1024;

interface RecordLine {
  readonly r: number;
  readonly p: string;
  readonly k: string;
  readonly d?: 1;
  /** Milliseconds since the epoch when the object vanishes. */
  readonly x?: number;
  readonly o?: KubeObject;
}
interface Expiry {
  readonly prefix: string;
  readonly key: string;
  readonly revision: number;
  readonly at: number;
}

export interface StoreOptions {
  /** Undefined keeps everything in memory only, for tests. */
  readonly folder: string | undefined;
  readonly logger: Logger;
  /** Events kept for each prefix, for watches that resume and lists of the past; default 10,000. */
  readonly historyLimit?: number;
}

export interface Written {
  readonly object: KubeObject;
  /** Resolves when it is on disk. */
  readonly durable: Promise<void>;
}

export class Store {
  readonly #shelves = new Map<string, Shelf>();
  readonly #logger: Logger;
  readonly #historyLimit: number;
  /** Of a shelf nobody has touched: the revision of the snapshot the store was read from. */
  #compacted = 0;
  /** In order of writing; an object written anew has a later entry, which makes the earlier one void. */
  #expiries: Expiry[] = [];
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
    store.#expiries.sort((a, b) => a.at - b.at);
    return store;
  }

  get revision(): number {
    return this.#revision;
  }
  /** Every watcher has been told of everything up to here. */
  get toldRevision(): number {
    return this.#told;
  }
  /** The oldest revision of the prefix that `watch` can resume after and `rangeAt` can show. */
  compactedRevision(prefix: string): number {
    return this.#shelves.get(prefix)?.compacted ?? this.#compacted;
  }

  get(prefix: string, key: string): KubeObject | undefined {
    return this.#shelves.get(prefix)?.objects.get(key);
  }
  count(prefix: string): number {
    return this.#shelves.get(prefix)?.objects.size ?? 0;
  }

  /** Objects whose key starts with `start`, in key order, from `after` (exclusive) on. */
  range(prefix: string, start = '', after?: string): Iterable<Entry> {
    return this.#shelf(prefix).range(start, after);
  }

  /** As `range`, of how things were at `revision`. Throws RevisionCompacted while it is read when that is too long ago. */
  rangeAt(revision: number, prefix: string, start = '', after?: string): Iterable<Entry> {
    return this.#shelf(prefix).rangeAt(revision, start, after);
  }

  /** Keeps objects of the prefix findable by `values(object)`, which must depend on the object alone. */
  addIndex(prefix: string, name: string, values: (object: KubeObject) => readonly string[]): void {
    this.#shelf(prefix).addIndex(name, values);
  }
  hasIndex(prefix: string, name: string): boolean {
    return this.#shelf(prefix).hasIndex(name);
  }
  /** Objects with that value of an index, in key order. Throws for an index nobody made. */
  byIndex(prefix: string, name: string, value: string): Iterable<Entry> {
    return this.#shelf(prefix).byIndex(name, value);
  }

  /**
   * Writes `build(revision)` as the next revision. `expected`: the revision the object must have now, 0 for absent, undefined for any.
   * Returns the stored object at once. `expiresAt`: milliseconds since the epoch from when `expire` removes it, if nobody writes it again.
   * Throws RevisionConflict.
   */
  put(prefix: string, key: string, expected: number | undefined, build: (revision: number) => KubeObject, expiresAt?: number): Written {
    const previous = this.#shelf(prefix).objects.get(key);
    if (expected !== undefined && revisionOf(previous) !== expected) throw new RevisionConflict();
    const revision = this.#revision + 1;
    const object = deepFreeze(build(revision));
    const event: StoreEvent = { type: 'put', revision, key, object, previous };
    const durable = this.#record({ r: revision, p: prefix, k: key, ...(expiresAt === undefined ? {} : { x: expiresAt }), o: object }, prefix, event);
    this.#apply(prefix, event);
    if (expiresAt !== undefined) this.#expiries.push({ prefix, key, revision, at: expiresAt });
    return { object, durable };
  }

  /** Removes what was written to vanish by now, by the order of writing: lifetimes of one kind are alike. */
  expire(now: number): void {
    let due = 0;
    for (const { prefix, key, revision, at } of this.#expiries) {
      if (at > now) break;
      due += 1;
      if (revisionOf(this.get(prefix, key)) === revision) void this.delete(prefix, key);
    }
    if (due) this.#expiries = this.#expiries.slice(due);
  }

  /** Removes a key as the next revision; undefined when it is not there. Throws RevisionConflict. */
  delete(prefix: string, key: string, expected?: number): Written | undefined {
    const previous = this.#shelf(prefix).objects.get(key);
    if (!previous) return undefined;
    if (expected !== undefined && revisionOf(previous) !== expected) throw new RevisionConflict();
    const revision = this.#revision + 1;
    const event: StoreEvent = { type: 'delete', revision, key, object: withRevision(previous, revision), previous };
    const durable = this.#record({ r: revision, p: prefix, k: key, d: 1 }, prefix, event);
    this.#apply(prefix, event);
    return { object: event.object, durable };
  }

  /**
   * Tells `watcher` of every durable event of the prefix after `revision`, those that happened already before this returns.
   * Returns the way to stop. Throws RevisionCompacted when events after `revision` are no longer kept.
   */
  watch(prefix: string, revision: number, watcher: StoreWatcher): () => void {
    const shelf = this.#shelf(prefix);
    for (const event of shelf.eventsAfter(revision)) if (event.revision <= this.#told) watcher(event);
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
    const expiries = new Map(this.#expiries.map(({ revision: of, at }) => [of, at]));
    let bytes = 0;
    function* payloads(): Generator<Buffer> {
      yield Buffer.from(JSON.stringify({ r: revision, p: '', k: '' }));
      for (const [prefix, objects] of frozen)
        for (const [key, object] of objects) {
          const at = expiries.get(revisionOf(object));
          const payload = encodeRecord({ r: revisionOf(object), p: prefix, k: key, ...(at === undefined ? {} : { x: at }), o: object });
          bytes += payload.length;
          yield payload;
        }
    }
    await this.#log.compact(payloads());
    this.#liveBytes = bytes;
  }

  #shelf(prefix: string): Shelf {
    let shelf = this.#shelves.get(prefix);
    if (!shelf) this.#shelves.set(prefix, (shelf = new Shelf(this.#historyLimit, this.#compacted)));
    return shelf;
  }

  #apply(prefix: string, event: StoreEvent): void {
    this.#revision = Math.max(this.#revision, event.revision);
    this.#shelf(prefix).apply(event);
  }

  #record(line: RecordLine, prefix: string, event: StoreEvent): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      this.#told = event.revision;
      for (const watcher of this.#shelf(prefix).watchers) watcher(event);
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

  #replay(payload: Buffer): void {
    const { r, p, k, d, x, o } = parseJsonText(payload.toString()) as RecordLine;
    this.#told = Math.max(this.#told, r);
    // The first line of a snapshot: the revision it stands for.
    if (p === '') {
      this.#revision = Math.max(this.#revision, r);
      this.#compacted = r;
      for (const shelf of this.#shelves.values()) shelf.forgetHistory(r);
      return;
    }
    const previous = this.get(p, k);
    if (d && previous) this.#apply(p, { type: 'delete', revision: r, key: k, object: withRevision(previous, r), previous });
    this.#revision = Math.max(this.#revision, r);
    if (!o) return;
    this.#liveBytes += payload.length;
    this.#apply(p, { type: 'put', revision: r, key: k, object: deepFreeze(o), previous });
    if (x !== undefined) this.#expiries.push({ prefix: p, key: k, revision: r, at: x });
  }
}

const withRevision = (object: KubeObject, revision: number): KubeObject =>
  deepFreeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
const encodeRecord = (line: RecordLine): Buffer => Buffer.from(JSON.stringify(line));
export const revisionOf = (object: KubeObject | undefined): number => (object ? Number(object.metadata.resourceVersion) : 0);
