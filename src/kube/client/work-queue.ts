// Keys waiting for a worker: never twice in the queue, never two workers on one key, failures retried with growing delays.
// Models kubernetes/staging/src/k8s.io/client-go/util/workqueue
import type { Clock, Timer } from '../../platform/clock.ts';

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Brings one key to its desired state; may run at any time and again. A rejection retries the key later. */
  sync(key: string): Promise<void>;
  /** Told of every failure before the retry. */
  failed?(key: string, error: unknown): void;
  /** Keys worked on at the same time; default 5. */
  readonly workers?: number;
  /** First retry delay; doubles per failure. Default 5 ms. */
  readonly baseDelayMs?: number;
  /** Default 1,000 s as upstream. */
  readonly maxDelayMs?: number;
}

export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #workers: number;
  readonly #waiting: Set<string> = new Set();
  readonly #active = new Set<string>();
  /** Added again while being worked on. */
  readonly #dirty = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { at: number; timer: Timer }>();
  #running = false;
  #stopped = false;
  #scheduled = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#workers = options.workers ?? 5;
  }

  add(key: string): void {
    if (this.#stopped) return;
    if (this.#active.has(key)) {
      this.#dirty.add(key);
      return;
    }
    this.#waiting.add(key);
    this.#schedule();
  }

  /** Adds the key later; an earlier pending time wins. */
  addAfter(key: string, delayMs: number): void {
    if (this.#stopped) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const at = this.#options.clock.now() + delayMs;
    const pending = this.#timers.get(key);
    if (pending) {
      if (pending.at <= at) return;
      pending.timer.cancel();
    }
    this.#timers.set(key, {
      at,
      timer: this.#options.clock.after(delayMs, () => {
        this.#timers.delete(key);
        this.add(key);
      }),
    });
  }

  /** Keys wait until this is called, so that handlers may fill the queue while informers sync. */
  start(): void {
    this.#running = true;
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#waiting.clear();
  }

  /** Keys waiting or being worked on; delayed ones are not counted. */
  get size(): number {
    return this.#waiting.size + this.#active.size;
  }

  #schedule(): void {
    if (!this.#running || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (const key of this.#waiting) {
      if (this.#active.size >= this.#workers || this.#stopped) return;
      this.#waiting.delete(key);
      this.#active.add(key);
      void this.#work(key);
    }
  }

  async #work(key: string): Promise<void> {
    try {
      await this.#options.sync(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#options.failed?.(key, error);
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.addAfter(key, Math.min((this.#options.baseDelayMs ?? 5) * 2 ** Math.min(failures, 40), this.#options.maxDelayMs ?? 1_000_000));
    } finally {
      this.#active.delete(key);
      if (this.#dirty.delete(key)) this.#waiting.add(key);
      if (this.#waiting.size) this.#schedule();
    }
  }
}
