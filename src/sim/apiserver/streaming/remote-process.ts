// A process somebody works with over a connection: its streams, and how it is told that it has ended. WebSocket and SPDY fill it.
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { ByteQueue } from '../../../kube/streaming/byte-duplex.ts';
import type { ProcessStreams, TerminalSize } from '../node-connection.ts';

/** So much output may wait for a client that does not read. */
export const MOST_BUFFERED_BYTES = 64 * 1024 * 1024;

export interface ProcessOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export interface RemoteProcess {
  readonly streams: ProcessStreams;
  /** Tells how it ended, after all output, and ends the connection. */
  finish(status: JsonObject): Promise<void>;
}

/** The half of a process's streams that comes from the other end. */
export class RemoteInput {
  readonly stdin: ByteQueue | undefined;
  readonly #closed = new AbortController();
  readonly #listeners = new Set<(size: TerminalSize) => void>();
  #size: TerminalSize | undefined;

  constructor({ stdin }: ProcessOptions) {
    this.stdin = stdin ? new ByteQueue() : undefined;
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Nobody is there any longer. */
  close(): void {
    this.stdin?.end();
    this.#closed.abort();
  }

  /** `{"Width":80,"Height":24}`; what is something else is passed over, as the kubelet does. */
  resize(message: Uint8Array): void {
    let size: { readonly Width?: unknown; readonly Height?: unknown };
    try {
      size = JSON.parse(Buffer.from(message).toString('utf8')) as typeof size;
    } catch {
      return; // no JSON: no size
    }
    if (typeof size.Width !== 'number' || typeof size.Height !== 'number') return;
    this.#size = { columns: size.Width, rows: size.Height };
    for (const listener of this.#listeners) listener(this.#size);
  }

  readonly onResize = (listener: (size: TerminalSize) => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#size) listener(this.#size);
    return () => this.#listeners.delete(listener);
  };
}
