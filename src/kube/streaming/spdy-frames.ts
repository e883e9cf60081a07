// Frames of SPDY/3.1 as bytes. Headers are compressed with one history for each direction, so they have to pass in order.
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { SPDY_DICTIONARY } from './spdy-dictionary.ts';

export const FRAME = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7, headers: 8, windowUpdate: 9 } as const;
export const FLAG_FIN = 1;
const VERSION = 3;
const HEAD_BYTES = 8;
/** As net/http has it for a request's. */
const LARGEST_HEADERS = 1024 * 1024;

export interface DataFrame {
  readonly type: 'data';
  readonly stream: number;
  readonly fin: boolean;
  readonly data: Uint8Array;
}
export interface ControlFrame {
  readonly type: 'control';
  readonly kind: number;
  readonly flags: number;
  readonly payload: Buffer;
}

export class SpdyError extends Error {}

/** Cuts frames out of bytes as they come. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  *read(chunk: Uint8Array): Generator<DataFrame | ControlFrame> {
    this.#rest = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (this.#rest.length >= HEAD_BYTES) {
      const length = this.#rest.readUIntBE(5, 3);
      if (this.#rest.length < HEAD_BYTES + length) return;
      const head = this.#rest.readUInt32BE(0);
      const flags = this.#rest.readUInt8(4);
      const payload = this.#rest.subarray(HEAD_BYTES, HEAD_BYTES + length);
      this.#rest = this.#rest.subarray(HEAD_BYTES + length);
      if (head >>> 31 === 0) yield { type: 'data', stream: head, fin: (flags & FLAG_FIN) !== 0, data: payload };
      else {
        const version = (head >>> 16) & 0x7fff;
        if (version !== VERSION) throw new SpdyError(`SPDY version ${version} is not spoken here`);
        yield { type: 'control', kind: head & 0xffff, flags, payload };
      }
    }
  }
}

export function controlFrame(kind: number, flags: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(((0x8000 | VERSION) * 0x10000 + kind) >>> 0, 0);
  head.writeUInt8(flags, 4);
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

export function dataFrame(stream: number, data: Uint8Array, fin: boolean): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(stream, 0);
  head.writeUInt8(fin ? FLAG_FIN : 0, 4);
  head.writeUIntBE(data.length, 5, 3);
  return Buffer.concat([head, data]);
}

export type SpdyHeaders = Readonly<Record<string, string>>;

/** One history of compression for what is sent, one for what comes. */
export class HeaderBlocks {
  readonly #deflate: Deflate = createDeflate({ dictionary: SPDY_DICTIONARY });
  readonly #inflate: Inflate = createInflate({ dictionary: SPDY_DICTIONARY });

  async pack(headers: SpdyHeaders): Promise<Buffer> {
    const entries = Object.entries(headers);
    const plain = Buffer.concat([uint32(entries.length), ...entries.flatMap(([name, value]) => [sized(name.toLowerCase()), sized(value)])]);
    return through(this.#deflate, plain, true);
  }

  async unpack(block: Uint8Array): Promise<SpdyHeaders> {
    const plain = await through(this.#inflate, block, false);
    const headers: Record<string, string> = {};
    let at = 4;
    const text = (): string => {
      const length = plain.readUInt32BE(at);
      at += 4 + length;
      return plain.toString('utf8', at - length, at);
    };
    for (let left = plain.readUInt32BE(0); left > 0; left--) {
      const name = text();
      headers[name] = text();
    }
    return headers;
  }

  close(): void {
    this.#deflate.close();
    this.#inflate.close();
  }
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const sized = (text: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);

/** What comes out for what goes in, with the stream's history kept. */
function through(stream: Deflate | Inflate, chunk: Uint8Array, flushes: boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    let size = 0;
    const collect = (piece: Buffer): void => {
      out.push(piece);
      size += piece.length;
      if (size > LARGEST_HEADERS) fail(new SpdyError(`headers of more than ${LARGEST_HEADERS} bytes are too large`));
    };
    const settle = (): void => void stream.off('error', fail).off('data', collect);
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    const finish = (): void => {
      settle();
      resolve(Buffer.concat(out));
    };
    stream.on('error', fail).on('data', collect);
    stream.write(chunk, (error) => {
      if (error) fail(error);
      else if (flushes) stream.flush(constants.Z_SYNC_FLUSH, finish);
      else finish();
    });
  });
}
