// Growing waits per key, for image pulls and restarts. Models kubernetes/staging/src/k8s.io/client-go/util/flowcontrol/backoff.go
import type { Clock } from '../../../platform/clock.ts';

interface Entry {
  delayMs: number;
  updatedAtMs: number;
}

export class BackOff {
  readonly #clock: Clock;
  readonly #initialMs: number;
  readonly #maxMs: number;
  readonly #entries = new Map<string, Entry>();

  /** 10 s doubling to 5 min, as the kubelet's both are. */
  constructor(clock: Clock, initialMs = 10_000, maxMs = 300_000) {
    this.#clock = clock;
    this.#initialMs = initialMs;
    this.#maxMs = maxMs;
  }

  delayMs(key: string): number {
    return this.#entries.get(key)?.delayMs ?? 0;
  }

  /** Moves to the next wait; one that has been quiet for twice the maximum starts over. */
  next(key: string, eventAtMs: number): void {
    const entry = this.#entries.get(key);
    const delayMs = !entry || this.#expired(entry, eventAtMs) ? this.#initialMs : Math.min(entry.delayMs * 2, this.#maxMs);
    this.#entries.set(key, { delayMs, updatedAtMs: this.#clock.now() });
  }

  /** Whether less than the wait has passed since the event. */
  isWaitingSince(key: string, eventAtMs: number): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && !this.#expired(entry, eventAtMs) && this.#clock.now() - eventAtMs < entry.delayMs;
  }

  /** Milliseconds left of the wait that began with the last `next`; 0 when it is over. */
  leftSinceUpdateMs(key: string): number {
    const entry = this.#entries.get(key);
    const now = this.#clock.now();
    if (!entry || this.#expired(entry, now)) return 0;
    return Math.max(0, entry.updatedAtMs + entry.delayMs - now);
  }

  /** Drops all keys that start so: of a pod that is gone. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #expired(entry: Entry, atMs: number): boolean {
    return atMs - entry.updatedAtMs > this.#maxMs * 2;
  }
}

/** Go's text of a duration, as back-off messages show it: `10s`, `1m20s`, `5m0s`. */
export function formatGoDuration(ms: number): string {
  if (ms < 1000) return ms === 0 ? '0s' : `${trim(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = trim((ms % 60_000) / 1000);
  return `${hours ? `${hours}h` : ''}${hours || minutes ? `${minutes}m` : ''}${seconds}s`;
}

const trim = (value: number): string => String(Math.round(value * 1000) / 1000);
