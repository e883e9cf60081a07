// The SPDY connection that exec and port-forward run over: two ends in one process, and bytes no peer should send.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteQueue, duplexPair, type ByteDuplex } from '../../../src/kube/streaming/byte-duplex.ts';
import { SpdyConnection, type SpdyStream } from '../../../src/kube/streaming/spdy-connection.ts';
import { controlFrame, FRAME, FrameReader, HeaderBlocks } from '../../../src/kube/streaming/spdy-frames.ts';

async function everything(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** What goes over it arrives in pieces of `size` bytes. */
function inPieces(wire: ByteDuplex, size: number): ByteDuplex {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const chunk of wire.bytes) for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
  }
  return { bytes: pieces(), write: (data) => wire.write(data), end: () => wire.end(), destroy: () => wire.destroy() };
}

interface Scene {
  readonly client: SpdyConnection;
  readonly server: SpdyConnection;
  next(): Promise<SpdyStream>;
}
function connect(accepts: (stream: SpdyStream) => boolean = () => true, size = 100_000): Scene {
  const [near, far] = duplexPair();
  const opened: SpdyStream[] = [];
  let wake: (() => void) | undefined;
  const server = new SpdyConnection(inPieces(far, size), {
    isServer: true,
    onStream: (stream) => {
      if (!accepts(stream)) return false;
      opened.push(stream);
      wake?.();
      return true;
    },
  });
  return {
    client: new SpdyConnection(inPieces(near, size), { isServer: false }),
    server,
    async next() {
      while (!opened.length) await new Promise<void>((resolve) => (wake = resolve));
      return opened.shift() as SpdyStream;
    },
  };
}

describe('two ends', () => {
  test('headers and bytes arrive as they were sent, however the wire cuts them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.tuple(fc.stringMatching(/^[a-z-]{1,12}$/), fc.string({ maxLength: 50 })), { maxLength: 5 }),
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        async (size, headers, chunks) => {
          const { client, next } = connect(() => true, size);
          const stream = await client.open(Object.fromEntries(headers));
          for (const chunk of chunks) await stream.write(chunk);
          stream.end();
          const other = await next();
          expect(other.headers).toEqual(Object.fromEntries(headers));
          expect(await everything(other.bytes)).toEqual(Buffer.concat(chunks));
          await other.write(Buffer.from('thanks'));
          other.end();
          expect((await everything(stream.bytes)).toString()).toBe('thanks');
          client.close();
        },
      ),
      { numRuns: 100 },
    );
  });

  test('streams of one connection do not mix', async () => {
    const { client, next } = connect();
    const names = ['one', 'two', 'three'];
    const streams = await Promise.all(names.map((name) => client.open({ name })));
    const others = [await next(), await next(), await next()];
    await Promise.all(others.flatMap((other) => Array.from({ length: 20 }, () => other.write(Buffer.alloc(50_000, other.headers['name'])))));
    for (const other of others) other.end();
    const received = await Promise.all(streams.map((stream) => everything(stream.bytes)));
    expect(received.map((bytes, index) => bytes.equals(Buffer.concat(Array.from({ length: 20 }, () => Buffer.alloc(50_000, names[index])))))).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('long headers pass; more than a request may have end the connection', async () => {
    const { client, server, next } = connect();
    const long = 'x'.repeat(200_000);
    await client.open({ long });
    expect((await next()).headers).toEqual({ long });
    await client.open({ long: 'x'.repeat(2_000_000) });
    await expect(server.closed).resolves.toBeUndefined();
  });

  test('a stream that is not accepted ends; the connection lives on', async () => {
    const { client, next } = connect(({ headers }) => headers['streamtype'] === 'data');
    const refused = await client.open({ streamtype: 'other' });
    expect(await everything(refused.bytes)).toHaveLength(0);
    await client.open({ streamtype: 'data' });
    expect((await next()).headers).toEqual({ streamtype: 'data' });
  });

  test('closing one end ends the other and all its streams', async () => {
    const { client, server, next } = connect();
    await client.open({});
    const other = await next();
    client.close();
    expect(await everything(other.bytes)).toHaveLength(0);
    await Promise.all([client.closed, server.closed]);
  });

  test('a ping comes back', async () => {
    const [near, far] = duplexPair();
    const connection = new SpdyConnection(far, { isServer: true });
    const ping = controlFrame(FRAME.ping, 0, Buffer.from([0, 0, 0, 1]));
    await near.write(ping);
    for await (const chunk of near.bytes) {
      expect(Buffer.from(chunk)).toEqual(ping);
      break;
    }
    connection.close();
  });
});

describe('what no peer should send', () => {
  test('any bytes end the connection or wait for more: nothing is thrown at the caller', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 6 }), async (chunks) => {
        const [near, far] = duplexPair();
        const connection = new SpdyConnection(far, { isServer: true, onStream: () => true });
        for (const chunk of chunks) await near.write(chunk).catch(() => undefined);
        near.end();
        await connection.closed;
        await expect(everything(near.bytes)).resolves.toBeInstanceOf(Buffer);
      }),
      { numRuns: 300 },
    );
  });

  test('another version', () => {
    const version2 = controlFrame(FRAME.ping, 0, Buffer.alloc(4));
    version2.writeUInt16BE(0x8002, 0);
    expect(() => [...new FrameReader().read(version2)]).toThrow('SPDY version 2 is not spoken here');
  });

  test('headers that would unpack to more than the limit', async () => {
    const packed = await new HeaderBlocks().pack({ bomb: '0'.repeat(3_000_000) });
    expect(packed.length).toBeLessThan(100_000);
    await expect(new HeaderBlocks().unpack(packed)).rejects.toThrow('too large');
  });
});

test('a queue lets its writer wait, and go when the reader leaves', async () => {
  const queue = new ByteQueue(10);
  expect(queue.push(Buffer.alloc(5))).toBeUndefined();
  const room = queue.push(Buffer.alloc(5));
  expect(room).toBeInstanceOf(Promise);
  for await (const chunk of queue) {
    expect(chunk).toHaveLength(5);
    break;
  }
  await room;
  expect(queue.isOver).toBe(true);
  expect(queue.push(Buffer.alloc(50))).toBeUndefined();
});
