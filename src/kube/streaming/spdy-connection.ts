// A SPDY/3.1 connection as Kubernetes uses it: streams that carry headers and bytes, without the protocol's flow control, which its peers do not know.
// Models github.com/moby/spdystream
import { ByteQueue, type ByteDuplex } from './byte-duplex.ts';
import { controlFrame, dataFrame, FLAG_FIN, FRAME, FrameReader, HeaderBlocks, type ControlFrame, type SpdyHeaders } from './spdy-frames.ts';

/** More streams than that, one client does not need. */
const MOST_STREAMS = 2000;
const CANCEL = 5;
const REFUSED = 3;
const LARGEST_WRITE = 32 * 1024;

export interface SpdyStream extends ByteDuplex {
  readonly headers: SpdyHeaders;
}

export interface SpdyOptions {
  readonly isServer: boolean;
  /** Told of streams that the other side opens. Not accepted ones are refused. */
  readonly onStream?: (stream: SpdyStream) => boolean;
}

export class SpdyConnection {
  readonly #wire: ByteDuplex;
  readonly #options: SpdyOptions;
  readonly #blocks = new HeaderBlocks();
  readonly #streams = new Map<number, Stream>();
  #nextId: number;
  #sending: Promise<void> = Promise.resolve();
  readonly #closed = Promise.withResolvers<void>();
  #isOver = false;

  constructor(wire: ByteDuplex, options: SpdyOptions) {
    this.#wire = wire;
    this.#options = options;
    this.#nextId = options.isServer ? 2 : 1;
    void this.#read();
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Opens a stream; it can be written to at once. */
  async open(headers: SpdyHeaders): Promise<SpdyStream> {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = this.#adopt(id, headers);
    await this.#ordered(async () => {
      const ids = Buffer.alloc(10);
      ids.writeUInt32BE(id, 0);
      await this.#wire.write(controlFrame(FRAME.synStream, 0, Buffer.concat([ids, await this.#blocks.pack(headers)])));
    });
    return stream;
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const stream of this.#streams.values()) stream.finish();
    this.#streams.clear();
    this.#wire.end();
    this.#wire.destroy();
    this.#blocks.close();
    this.#closed.resolve();
  }

  async #read(): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const chunk of this.#wire.bytes)
        for (const frame of reader.read(chunk)) {
          if (frame.type === 'control') await this.#control(frame);
          else {
            const stream = this.#streams.get(frame.stream);
            // A reader that is slow holds back everything on this connection: its peer has no other way of being told.
            const room = stream?.take(Buffer.from(frame.data));
            if (room) await room;
            if (frame.fin) stream?.takeEnd();
          }
          if (this.#isOver) return;
        }
    } catch {
      // What is broken cannot be answered on: the streams end below.
    }
    this.close();
  }

  async #control({ kind, flags, payload }: ControlFrame): Promise<void> {
    switch (kind) {
      case FRAME.synStream: {
        const id = payload.readUInt32BE(0) & 0x7fffffff;
        const headers = await this.#blocks.unpack(payload.subarray(10));
        if (this.#streams.size >= MOST_STREAMS) return this.#reset(id, REFUSED);
        const stream = this.#adopt(id, headers);
        await this.#ordered(async () => {
          const head = Buffer.alloc(4);
          head.writeUInt32BE(id, 0);
          await this.#wire.write(controlFrame(FRAME.synReply, 0, Buffer.concat([head, await this.#blocks.pack({})])));
        });
        if ((flags & FLAG_FIN) !== 0) stream.takeEnd();
        if (!this.#options.onStream?.(stream)) {
          this.#streams.delete(id);
          stream.finish();
          await this.#reset(id, REFUSED);
        }
        return;
      }
      case FRAME.synReply:
        await this.#blocks.unpack(payload.subarray(4));
        return;
      case FRAME.headers:
        await this.#blocks.unpack(payload.subarray(4));
        return;
      case FRAME.rstStream: {
        const id = payload.readUInt32BE(0) & 0x7fffffff;
        this.#streams.get(id)?.finish();
        this.#streams.delete(id);
        return;
      }
      case FRAME.ping:
        // Our own are never sent: whatever comes is a question.
        await this.#ordered(() => this.#wire.write(controlFrame(FRAME.ping, 0, payload)));
        return;
      case FRAME.goAway:
        this.close();
        return;
    }
  }

  #adopt(id: number, headers: SpdyHeaders): Stream {
    const stream = new Stream(headers, {
      send: (data, fin) => this.#ordered(() => this.#wire.write(dataFrame(id, data, fin))),
      reset: () => this.#reset(id, CANCEL),
      forget: () => this.#streams.delete(id),
    });
    this.#streams.set(id, stream);
    return stream;
  }

  async #reset(id: number, status: number): Promise<void> {
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(id, 0);
    payload.writeUInt32BE(status, 4);
    await this.#ordered(() => this.#wire.write(controlFrame(FRAME.rstStream, 0, payload)));
  }

  /** One frame after the other: headers share a history, and a frame is never split. */
  #ordered(send: () => Promise<void>): Promise<void> {
    const sent = this.#sending.then(async () => {
      if (!this.#isOver) await send();
    });
    // A wire that breaks ends the connection; who writes is told by its own promise.
    this.#sending = sent.catch(() => this.close());
    return sent;
  }
}

interface StreamMeans {
  readonly send: (data: Uint8Array, fin: boolean) => Promise<void>;
  readonly reset: () => Promise<void>;
  readonly forget: () => void;
}

class Stream implements SpdyStream {
  readonly headers: SpdyHeaders;
  readonly #means: StreamMeans;
  readonly #incoming = new ByteQueue();
  #hasEnded = false;

  constructor(headers: SpdyHeaders, means: StreamMeans) {
    this.headers = headers;
    this.#means = means;
  }

  get bytes(): AsyncIterable<Uint8Array> {
    return this.#incoming;
  }

  /** All pieces are queued at once: nobody else's come between them. */
  async write(data: Uint8Array): Promise<void> {
    if (this.#hasEnded) return;
    const pieces: Promise<void>[] = [];
    for (let at = 0; at < data.length; at += LARGEST_WRITE) pieces.push(this.#means.send(data.subarray(at, at + LARGEST_WRITE), false));
    await Promise.all(pieces);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    // A connection that is gone needs no end.
    void this.#means.send(Buffer.alloc(0), true).catch(() => undefined);
    if (this.#incoming.isOver) this.#means.forget();
  }

  destroy(): void {
    const wasOpen = !this.#hasEnded || !this.#incoming.isOver;
    this.finish();
    this.#means.forget();
    if (wasOpen) void this.#means.reset().catch(() => undefined);
  }

  take(data: Uint8Array): Promise<void> | undefined {
    return this.#incoming.push(data);
  }
  takeEnd(): void {
    this.#incoming.end();
    if (this.#hasEnded) this.#means.forget();
  }
  finish(): void {
    this.#hasEnded = true;
    this.#incoming.end();
  }
}
