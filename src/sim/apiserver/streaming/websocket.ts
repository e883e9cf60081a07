// WebSockets on the server's side, over the library `ws`; it is loaded when the first client asks for one.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { ByteQueue, type ByteDuplex } from '../../../kube/streaming/byte-duplex.ts';
import { CHANNEL, channelMessage, V5_PROTOCOL } from '../../../kube/streaming/channels.ts';
import type { Channels } from './port-forward.ts';
import { MOST_BUFFERED_BYTES, RemoteInput, type ProcessOptions, type RemoteProcess } from './remote-process.ts';

const NORMAL = 1000;
/** kubectl sends pieces of 32 KiB. */
const LARGEST_MESSAGE_BYTES = 4 * 1024 * 1024;

interface Handover {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  takeOver(): void;
}

/** Takes the connection over with a protocol that both sides know. The library refuses names with a slash: it never sees them. */
export async function acceptWebSocket({ request, socket, head, takeOver }: Handover, protocol: string): Promise<WebSocket> {
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: LARGEST_MESSAGE_BYTES });
  takeOver();
  delete request.headers['sec-websocket-protocol'];
  server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`));
  return new Promise((resolve) => server.handleUpgrade(request, socket, head, resolve));
}

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data));

export function webSocketProcess(socket: WebSocket, protocol: string, options: ProcessOptions): RemoteProcess {
  const input = new RemoteInput(options);
  socket.on('message', (data: RawData) => {
    const message = bytesOf(data);
    const channel = message[0];
    const content = message.subarray(1);
    if (channel === CHANNEL.stdin) {
      holdBack(socket, input.stdin?.push(content));
    } else if (channel === CHANNEL.resize) input.resize(content);
    else if (channel === CHANNEL.close && content[0] === CHANNEL.stdin && protocol === V5_PROTOCOL) input.stdin?.end();
  });
  socket.on('close', () => input.close());
  socket.on('error', () => socket.terminate());
  const send = (channel: number, data: Uint8Array): void => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(channelMessage(channel, data));
    // Somebody who does not read what he has asked for is hung up on, before it fills the memory.
    if (socket.bufferedAmount > MOST_BUFFERED_BYTES) socket.terminate();
  };
  // Clients learn from an empty message on each channel that the streams are there.
  if (options.stdout) send(CHANNEL.stdout, Buffer.alloc(0));
  if (options.stderr && !options.tty) send(CHANNEL.stderr, Buffer.alloc(0));
  return {
    streams: {
      stdin: input.stdin,
      stdout: (data) => options.stdout && send(CHANNEL.stdout, data),
      stderr: (data) => options.stderr && send(CHANNEL.stderr, data),
      onResize: input.onResize,
      closed: input.closed,
    },
    finish: (status: JsonObject) =>
      new Promise((resolve) => {
        socket.once('close', () => resolve());
        if (socket.readyState !== socket.OPEN) return resolve();
        send(CHANNEL.error, Buffer.from(JSON.stringify(status)));
        socket.close(NORMAL);
      }),
  };
}

/** Each channel as a connection of its own. */
export function webSocketChannels(socket: WebSocket): Channels {
  const queues = new Map<number, ByteQueue>();
  const closed = Promise.withResolvers<void>();
  socket.on('message', (data: RawData) => {
    const message = bytesOf(data);
    holdBack(socket, queues.get(message[0] ?? -1)?.push(message.subarray(1)));
  });
  socket.on('close', () => {
    for (const queue of queues.values()) queue.end();
    closed.resolve();
  });
  socket.on('error', () => socket.terminate());
  return {
    open(channel) {
      const incoming = new ByteQueue();
      queues.set(channel, incoming);
      return {
        bytes: incoming,
        write: (data) => sent(socket, channelMessage(channel, data)),
        // A channel cannot be closed for itself: the connection ends when all have said everything.
        end: () => undefined,
        destroy: () => incoming.end(),
      };
    },
    close: () => socket.close(NORMAL),
    closed: closed.promise,
  };
}

/** Reads on when there is room again. */
function holdBack(socket: WebSocket, room: Promise<void> | undefined): void {
  if (!room) return;
  socket.pause();
  void room.then(() => socket.resume());
}

const sent = (socket: WebSocket, data: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => socket.send(data, { binary: true }, (error) => (error ? reject(error) : resolve())));

/** The bytes of binary messages, one after the other. */
export function webSocketBytes(socket: WebSocket): ByteDuplex {
  const incoming = new ByteQueue();
  socket.on('message', (data: RawData) => {
    holdBack(socket, incoming.push(bytesOf(data)));
  });
  socket.on('close', () => incoming.end());
  socket.on('error', (error) => incoming.fail(error));
  return {
    bytes: incoming,
    write: (data) => sent(socket, data),
    end: () => socket.close(NORMAL),
    destroy: () => socket.terminate(),
  };
}
