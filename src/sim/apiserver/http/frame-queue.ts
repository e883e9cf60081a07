// Frames on their way to one client. Events wait as what they are and become bytes when the client reads: a long start of a watch costs
// no memory, and a client that stops reading is cut off once too many events wait for it.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go
import type { Response } from '../filters/filter.ts';

/** Bytes made in one turn of the event loop. */
const SLICE_BYTES = 256 * 1024;
/** Events that may wait for a client beyond those it was sent when the watch began. */
const LONGEST_BACKLOG = 10_000;

type Frame = () => readonly Uint8Array[];

export class FrameQueue {
  readonly #response: Response;
  #waiting: Frame[] = [];
  #next = 0;
  /** Events of the beginning count as many as they are: they come at once, whoever reads. */
  #allowed = LONGEST_BACKLOG;
  #isScheduled = false;
  #isBlocked = false;
  #isFinishing = false;
  #isEnded = false;
  #isStarted = false;
  /** Called once, when no more events are wanted. */
  ended: () => void = () => {};

  constructor(response: Response) {
    this.#response = response;
    response.on('drain', () => {
      this.#isBlocked = false;
      if (this.#waiting.length || this.#isFinishing) this.#schedule();
    });
    response.on('close', () => this.#end());
  }

  add(frame: Frame): void {
    if (this.#isEnded || this.#isFinishing) return;
    this.#waiting.push(frame);
    const waiting = this.#waiting.length - this.#next;
    if (!this.#isStarted) this.#allowed = waiting + LONGEST_BACKLOG;
    else if (waiting > this.#allowed) {
      this.#end();
      return;
    }
    this.#schedule();
  }

  /** Ends the stream when all that waits is sent, or at once where the client does not read. */
  finish(): void {
    this.#isFinishing = true;
    if (this.#isBlocked) this.#end();
    else this.#schedule();
  }

  #schedule(isBacklog = false): void {
    if (this.#isScheduled || this.#isBlocked || this.#isEnded) return;
    this.#isScheduled = true;
    // Events of one turn leave in one write; of a backlog every slice has a turn of its own.
    if (isBacklog) setImmediate(() => this.#flush());
    else process.nextTick(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    this.#isStarted = true;
    if (this.#isEnded) return;
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    while (this.#next < this.#waiting.length && bytes < SLICE_BYTES) {
      for (const piece of this.#waiting[this.#next]?.() ?? []) {
        pieces.push(piece);
        bytes += piece.length;
      }
      this.#next++;
    }
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    const [only] = pieces;
    if (only) this.#isBlocked = !this.#response.write(pieces.length === 1 ? only : Buffer.concat(pieces, bytes));
    if (this.#waiting.length) this.#schedule(true);
    else if (this.#isFinishing) this.#end();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#waiting = [];
    this.ended();
    if (!this.#response.writableEnded) this.#response.end();
  }
}
