// How long whoever was refused should wait: doubled while many are refused, shortened second by second after that.
// Models apiserver/pkg/util/flowcontrol/dropped_requests_tracker.go

const LONGEST_SECONDS = 32;

export class DroppedRequests {
  #history: { readonly second: number; readonly count: number }[] = [];
  #second = 0;
  #count = 0;
  #retryAfter = 1;
  #raisedAt = 0;

  /** Seconds that the next one who is refused is told to wait. */
  get retryAfterSeconds(): number {
    return this.#retryAfter;
  }

  record(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) {
      this.#count++;
      return;
    }
    const oldest = this.#second - Math.min(2 * this.#retryAfter, LONGEST_SECONDS);
    this.#history = [...this.#history, { second: this.#second, count: this.#count }].filter((each) => each.second >= oldest);
    this.#second = second;
    this.#count = 1;
    this.#adjust(second);
  }

  #adjust(second: number): void {
    const recent = this.#history.filter((each) => second - each.second <= this.#retryAfter).reduce((sum, { count }) => sum + count, 0);
    if (second - this.#raisedAt >= this.#retryAfter && recent >= 3 * this.#retryAfter) {
      this.#retryAfter = Math.min(2 * this.#retryAfter, LONGEST_SECONDS);
      this.#raisedAt = second;
    } else if (recent < this.#retryAfter && this.#retryAfter > 1) this.#retryAfter--;
  }
}
