// Bytes both ways: a socket, a tunnel through WebSocket messages, a stream of a SPDY connection.

export interface ByteDuplex {
  /** Ends when the other side has said everything; fails when the connection breaks. One reader. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Resolves when there is room for more. Rejects when nobody takes it any more. */
  write(data: Uint8Array): Promise<void>;
  /** No more will be written. */
  end(): void;
  /** Ends both ways at once. */
  destroy(): void;
}

/** What one side pushes and another pulls, in order; the pusher can wait for room. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #mostBytes: number;
  #waiting: Uint8Array[] = [];
  #size = 0;
  #over: { readonly error?: Error } | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  constructor(mostBytes = 1024 * 1024) {
    this.#mostBytes = mostBytes;
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  /** Resolves when there is room for more; at once where nobody will read any more. */
  push(data: Uint8Array): Promise<void> | undefined {
    if (this.#over || data.length === 0) return undefined;
    this.#waiting.push(data);
    this.#size += data.length;
    this.#wakeReader?.();
    return this.#size < this.#mostBytes ? undefined : new Promise((resolve) => this.#wakeWriters.push(resolve));
  }

  end(): void {
    this.#finish({});
  }
  fail(error: Error): void {
    this.#finish({ error });
  }

  #finish(how: { readonly error?: Error }): void {
    if (this.#over) return;
    this.#over = how;
    this.#wakeReader?.();
    this.#release();
  }

  #release(): void {
    const writers = this.#wakeWriters;
    this.#wakeWriters = [];
    for (const wake of writers) wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const batch = this.#waiting;
        this.#waiting = [];
        this.#size = 0;
        this.#release();
        yield* batch;
        if (this.#waiting.length) continue;
        if (this.#over) {
          if (this.#over.error) throw this.#over.error;
          return;
        }
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
        this.#wakeReader = undefined;
      }
    } finally {
      // Who stops reading lets the writers go.
      this.#finish({});
    }
  }
}

/** The two ends of a connection within this process. */
export function duplexPair(): readonly [ByteDuplex, ByteDuplex] {
  const toFirst = new ByteQueue();
  const toSecond = new ByteQueue();
  const end = (incoming: ByteQueue, outgoing: ByteQueue): ByteDuplex => ({
    bytes: incoming,
    async write(data) {
      if (outgoing.isOver) throw new Error('write: broken pipe');
      await outgoing.push(data);
    },
    end: () => outgoing.end(),
    destroy() {
      incoming.end();
      outgoing.end();
    },
  });
  return [end(toFirst, toSecond), end(toSecond, toFirst)];
}
