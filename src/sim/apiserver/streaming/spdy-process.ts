// exec and attach over SPDY: one stream for each of input, output, errors, sizes and the end. Models kubernetes/pkg/kubelet/cri/streaming/remotecommand/httpstream.go
import type { Clock } from '../../../platform/clock.ts';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { ByteDuplex } from '../../../kube/streaming/byte-duplex.ts';
import { SpdyConnection, type SpdyStream } from '../../../kube/streaming/spdy-connection.ts';
import { MOST_BUFFERED_BYTES, RemoteInput, type ProcessOptions, type RemoteProcess } from './remote-process.ts';

const STREAMS_TIMEOUT_MS = 30_000;
/** Characters of one size of a terminal. */
const LONGEST_SIZE = 1000;

/** Resolves when the client has opened all streams; undefined when it has not in time. */
export async function spdyProcess(wire: ByteDuplex, options: ProcessOptions, clock: Clock): Promise<RemoteProcess | undefined> {
  const wanted = new Set([
    'error',
    ...(options.stdin ? ['stdin'] : []),
    ...(options.stdout ? ['stdout'] : []),
    ...(options.stderr && !options.tty ? ['stderr'] : []),
    ...(options.tty ? ['resize'] : []),
  ]);
  const streams = new Map<string, SpdyStream>();
  const complete = Promise.withResolvers<boolean>();
  const connection = new SpdyConnection(wire, {
    isServer: true,
    onStream: (stream) => {
      const type = stream.headers['streamtype'] ?? '';
      if (!wanted.has(type) || streams.has(type)) return false;
      streams.set(type, stream);
      if (streams.size === wanted.size) complete.resolve(true);
      return true;
    },
  });
  const timer = clock.after(STREAMS_TIMEOUT_MS, () => complete.resolve(false));
  void connection.closed.then(() => complete.resolve(false));
  const hasAll = await complete.promise;
  timer.cancel();
  if (!hasAll) {
    connection.close();
    return undefined;
  }
  const input = new RemoteInput(options);
  void connection.closed.then(() => input.close());
  const stdin = streams.get('stdin');
  if (stdin && input.stdin) void copyInto(stdin, input.stdin);
  const sizes = streams.get('resize');
  if (sizes) void readSizes(sizes, input);
  let unsentBytes = 0;
  let lastSent: Promise<void> = Promise.resolve();
  const writeTo = (name: string, data: Uint8Array): void => {
    unsentBytes += data.length;
    // Somebody who does not read what he has asked for is hung up on, before it fills the memory.
    if (unsentBytes > MOST_BUFFERED_BYTES) return connection.close();
    // Copied: the pieces of a process's output are its own. What is written later is sent later: the last stands for all.
    const sent = streams.get(name)?.write(Buffer.from(data));
    if (sent)
      lastSent = sent
        .catch(() => undefined)
        .then(() => {
          unsentBytes -= data.length;
        });
  };
  return {
    streams: {
      stdin: input.stdin,
      stdout: (data) => writeTo('stdout', data),
      stderr: (data) => writeTo('stderr', data),
      onResize: input.onResize,
      closed: input.closed,
    },
    async finish(status: JsonObject) {
      await lastSent;
      await streams.get('error')?.write(Buffer.from(JSON.stringify(status)));
      for (const stream of streams.values()) stream.end();
      // The client closes the connection once it has read everything.
      const giveUp = clock.after(STREAMS_TIMEOUT_MS, () => connection.close());
      await connection.closed;
      giveUp.cancel();
    },
  };
}

async function copyInto(from: SpdyStream, to: NonNullable<RemoteInput['stdin']>): Promise<void> {
  for await (const chunk of from.bytes) await to.push(chunk);
  to.end();
}

/** Sizes come one after the other as JSON objects. */
async function readSizes(stream: SpdyStream, input: RemoteInput): Promise<void> {
  let rest = '';
  for await (const chunk of stream.bytes) {
    rest += Buffer.from(chunk).toString('utf8');
    for (let end = rest.indexOf('}'); end >= 0; end = rest.indexOf('}')) {
      input.resize(Buffer.from(rest.slice(0, end + 1)));
      rest = rest.slice(end + 1);
    }
    if (rest.length > LONGEST_SIZE) return stream.destroy();
  }
}
