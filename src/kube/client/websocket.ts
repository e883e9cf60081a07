// WebSockets to an API server, over the library `ws`; loaded when a command opens one.
import type { Agent, IncomingMessage } from 'node:http';
import type { ConnectionOptions } from 'node:tls';
import { WebSocket, type RawData } from 'ws';
import type { WireChannel } from './transport.ts';

export interface WebSocketOptions {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly tls: ConnectionOptions;
  /** Where it goes through a proxy. */
  readonly agent?: Agent | undefined;
  /** Makes the error for an answer that is no WebSocket. */
  readonly refused: (response: IncomingMessage) => Error;
  readonly signal?: AbortSignal | undefined;
}

const NO_CLOSE = 1000;

export function openWebSocket({ url, protocols, headers, tls, agent, refused, signal }: WebSocketOptions): Promise<WireChannel> {
  return new Promise((resolve, reject) => {
    // The library refuses protocol names with a slash, which Kubernetes uses: they go as a plain header.
    const socket = new WebSocket(url, [], {
      ...tls,
      ...(agent ? { agent } : {}),
      headers: { ...headers, 'Sec-WebSocket-Protocol': protocols.join(', ') },
      perMessageDeflate: false,
      finishRequest: (request) => {
        // The library takes an answer that names a protocol for a mistake where it had offered none itself.
        request.prependListener('upgrade', (response) => {
          protocol = String(response.headers['sec-websocket-protocol'] ?? '');
          delete response.headers['sec-websocket-protocol'];
        });
        request.end();
      },
    });
    let protocol = '';
    const abort = (): void => socket.terminate();
    signal?.addEventListener('abort', abort, { once: true });
    const messages = new MessageQueue(() => socket.resume());
    socket.on('unexpected-response', (_request, response) => reject(refused(response)));
    socket.on('error', (error) => {
      reject(error);
      messages.fail(error);
    });
    socket.on('message', (data: RawData) => {
      if (messages.push(bytesOf(data))) socket.pause();
    });
    socket.on('close', () => {
      signal?.removeEventListener('abort', abort);
      messages.end();
    });
    socket.on('open', () =>
      resolve({
        protocol,
        messages,
        send: (message) => new Promise((sent, failed) => socket.send(message, { binary: true }, (error) => (error ? failed(error) : sent()))),
        close: () => socket.close(NO_CLOSE),
      }),
    );
  });
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** How many messages may wait for a slow reader before the sender is held back. */
const MOST_WAITING = 64;

/** Messages between the socket, which pushes, and one reader, which pulls. */
class MessageQueue implements AsyncIterable<Uint8Array> {
  #waiting: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #over: { readonly error?: Error } | undefined;
  readonly #drained: () => void;

  constructor(drained: () => void) {
    this.#drained = drained;
  }

  /** True when the sender should wait. */
  push(message: Uint8Array): boolean {
    this.#waiting.push(message);
    this.#wake?.();
    return this.#waiting.length >= MOST_WAITING;
  }
  end(): void {
    this.#over ??= {};
    this.#wake?.();
  }
  fail(error: Error): void {
    this.#over ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const batch = this.#waiting;
      this.#waiting = [];
      if (batch.length >= MOST_WAITING) this.#drained();
      yield* batch;
      if (this.#waiting.length) continue;
      if (this.#over) {
        if (this.#over.error) throw this.#over.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
