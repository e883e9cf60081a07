// What Ctrl-C means at any moment: stop the work, let clean-up finish first, or leave it to the program in the foreground.
import { Interrupted, type StopSignal } from '../errors/interrupted.ts';
import type { Clock } from './clock.ts';

/** Work that does not look at the signal is left behind after this long. */
const GRACE_MS = 200;

export class Interrupts {
  readonly #stop = new AbortController();
  readonly #clock: Clock;
  #foreground = 0;
  #protected = 0;
  #puttingBack = 0;
  #onUnprotected: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborts with Interrupted when the work should stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether something is at work that must not be cut off. */
  get isProtected(): boolean {
    return this.#protected > 0;
  }

  /** Whether what is at work takes back what it has begun. */
  get putsBack(): boolean {
    return this.#puttingBack > 0;
  }

  /**
   * To be called for each signal that arrives; false when the person insists and nothing should be waited for.
   * A terminal that is closed sends SIGHUP more than once, by the system and by the shell: that is nobody insisting.
   */
  receive(signal: StopSignal): boolean {
    if (signal === 'SIGINT' && this.#foreground > 0) return true;
    if (this.#stop.signal.aborted) return signal === 'SIGHUP';
    this.#stop.abort(new Interrupted(signal));
    return true;
  }

  /** While `work` goes on, Ctrl-C belongs to the program that has the terminal. */
  async foreground<T>(work: () => Promise<T>): Promise<T> {
    this.#foreground += 1;
    try {
      return await work();
    } finally {
      this.#foreground -= 1;
    }
  }

  /** `work` looks at the signal itself and is given the time to clean up after it; without `putsBack` it ends what it is at and leaves it. */
  async protect<T>(work: () => Promise<T>, { putsBack = true }: { readonly putsBack?: boolean } = {}): Promise<T> {
    this.#protected += 1;
    if (putsBack) this.#puttingBack += 1;
    try {
      return await work();
    } finally {
      this.#protected -= 1;
      if (putsBack) this.#puttingBack -= 1;
      if (this.#protected === 0) this.#onUnprotected();
    }
  }

  /** The result of `work`, or a rejection with Interrupted soon after the signal when `work` does not end by itself. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const giveUp = (): void => {
        this.#clock.after(GRACE_MS, () => reject(this.signal.reason as Error));
      };
      this.signal.addEventListener(
        'abort',
        () => {
          if (this.#protected === 0) giveUp();
          else this.#onUnprotected = giveUp;
        },
        { once: true },
      );
      work().then(resolve, reject);
    });
  }
}
