// port-forward: pairs of streams, one for bytes and one for what went wrong, each pair a connection to a port of the pod.
// Models kubernetes/pkg/kubelet/cri/streaming/portforward/httpstream.go
import { messageOf } from '../../../errors/app-error.ts';
import { badRequest } from '../../../kube/machinery/status-error.ts';
import type { ByteDuplex } from '../../../kube/streaming/byte-duplex.ts';
import { SpdyConnection } from '../../../kube/streaming/spdy-connection.ts';

interface Pair {
  error?: ByteDuplex;
  data?: ByteDuplex;
}
/** More than that, whose other half has not come, nobody needs who means to forward. */
const MOST_HALF_PAIRS = 100;

/** Numbered channels of one connection. */
export interface Channels {
  open(channel: number): ByteDuplex;
  close(): void;
  /** Resolves when the client has gone. */
  readonly closed: Promise<void>;
}
export type Dial = (port: number) => Promise<ByteDuplex>;

/** Resolves when the client has gone. */
export async function servePortForward(wire: ByteDuplex, dial: Dial): Promise<void> {
  const pairs = new Map<string, Pair>();
  const connection = new SpdyConnection(wire, {
    isServer: true,
    onStream: (stream) => {
      const { streamtype: type, requestid = '', port = '' } = stream.headers;
      if ((type !== 'error' && type !== 'data') || !/^\d+$/.test(port)) return false;
      const pair = pairs.get(requestid) ?? {};
      if (!pairs.has(requestid)) {
        if (pairs.size >= MOST_HALF_PAIRS) return false;
        pairs.set(requestid, pair);
      }
      pair[type] = stream;
      const { error, data } = pair;
      if (error && data) {
        pairs.delete(requestid);
        void forward({ error, data }, Number(port), dial);
      }
      return true;
    },
  });
  await connection.closed;
}

/** The ports that a channelled port-forward asks for. Throws StatusError 400 for one that is none. */
export function portsOf(query: readonly string[]): readonly number[] {
  const ports = query.flatMap((each) => each.split(',')).map(Number);
  if (ports.length === 0 || ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65535))
    throw badRequest(`query parameter "ports" must hold port numbers, got ${JSON.stringify(query.join(','))}`);
  return ports;
}

/** The way of clients that know no SPDY: for each port a channel for bytes and one for errors, both beginning with its number. */
export async function serveChannelledPortForward(channels: Channels, ports: readonly number[], dial: Dial): Promise<void> {
  const pairs = ports.map((port, index) => ({ port, data: channels.open(2 * index), error: channels.open(2 * index + 1) }));
  const forwards = pairs.map(async ({ port, data, error }) => {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port);
    await Promise.all([data.write(number), error.write(number)]);
    await forward({ data, error }, port, dial);
  });
  await Promise.race([channels.closed, Promise.all(forwards)]);
  channels.close();
}

async function forward({ error: complaints, data }: Required<Pair>, port: number, dial: Dial): Promise<void> {
  try {
    const target = await dial(port);
    await Promise.all([pipe(data, target), pipe(target, data)]);
    complaints.end();
  } catch (failure) {
    // The client prints it; a client that has gone does not hear it.
    await complaints.write(Buffer.from(`error forwarding port ${port} to pod: ${messageOf(failure)}`)).catch(() => undefined);
    complaints.end();
    data.end();
  }
}

/** Until the one has said everything, or the other takes nothing any more. */
async function pipe(from: ByteDuplex, to: ByteDuplex): Promise<void> {
  for await (const chunk of from.bytes) await to.write(Buffer.from(chunk));
  to.end();
}
