// A clock that tests step by hand: timers run in order of their time, and between two of them pending promises settle.
import type { Clock, Timer } from '../../platform/clock.ts';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly task: () => void;
  cancelled: boolean;
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  readonly #pending: Pending[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, task: () => void): Timer {
    const pending: Pending = { at: this.#now + Math.max(0, delayMs), order: this.#order++, task, cancelled: false };
    this.#pending.push(pending);
    return {
      cancel: () => {
        pending.cancelled = true;
      },
    };
  }

  /** Advances by `ms`, running every timer that falls due; timers that these set run too when due. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.at);
      next.task();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /** Steps time until `done` holds; throws when it does not within `limitMs` of virtual time. */
  async until(done: () => boolean, limitMs = 600_000): Promise<void> {
    const end = this.#now + limitMs;
    await settle();
    while (!done()) {
      const next = this.#next(end);
      if (!next) throw new Error(`not reached within ${limitMs} ms of virtual time`);
      this.#now = Math.max(this.#now, next.at);
      next.task();
      await settle();
    }
  }

  #next(limit: number): Pending | undefined {
    let best = -1;
    for (let i = this.#pending.length - 1; i >= 0; i--) {
      const each = this.#pending[i];
      if (!each || each.cancelled) {
        this.#pending.splice(i, 1);
        if (best > i) best -= 1;
        continue;
      }
      const leader = this.#pending[best];
      if (each.at <= limit && (!leader || each.at < leader.at || (each.at === leader.at && each.order < leader.order))) best = i;
    }
    return best < 0 ? undefined : this.#pending.splice(best, 1)[0];
  }
}

/** Lets everything that is ready run: promises, and the immediates that in-process watches are delivered by. */
async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
