// Listening on this machine and leading each connection to a port of a pod, over SPDY within a WebSocket.
// Models kubernetes/staging/src/k8s.io/client-go/tools/portforward/portforward.go
import type { WireChannel } from '../../kube/client/transport.ts';
import { isFormatted } from '../../kube/machinery/string-formats.ts';
import { messageOf } from '../../errors/app-error.ts';
import type { ByteDuplex } from '../../kube/streaming/byte-duplex.ts';
import { PORT_FORWARD_PROTOCOL, TUNNEL_PROTOCOL } from '../../kube/streaming/channels.ts';
import { SpdyConnection } from '../../kube/streaming/spdy-connection.ts';
import { pathOf } from '../client/resource-client.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { klogLine } from '../klog.ts';
import type { Kubectl } from '../kubectl.ts';
import type { IncomingConnection, Listener } from '../ports.ts';
import type { ForwardedPort } from './forwarded-ports.ts';
import { PODS } from './pods-of.ts';
import { openChannel } from './remote-process.ts';

const isIPv4 = (address: string): boolean => isFormatted('ipv4', address);

interface Forwarding {
  readonly namespace: string;
  readonly pod: string;
  readonly addresses: readonly ListenAddress[];
  readonly ports: readonly ForwardedPort[];
}
interface ListenAddress {
  readonly address: string;
  /** Of `localhost` one of two is enough. */
  readonly isOneOfTwo: boolean;
}

/** In the order of their text. Throws for what is no address. */
export function listenAddresses(given: readonly string[]): readonly ListenAddress[] {
  const found = new Map<string, ListenAddress>();
  for (const address of given)
    if (address === 'localhost') for (const each of ['127.0.0.1', '::1']) found.set(each, found.get(each) ?? { address: each, isOneOfTwo: true });
    else if (isIPv4(address) || isFormatted('ipv6', address)) found.set(address, { address, isOneOfTwo: false });
    else throw new CommandError(`${address} is not a valid IP`);
  return [...found.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

/** Resolves when the person stops it. Rejects when the pod is lost. */
export async function forwardPorts(kubectl: Kubectl, { namespace, pod, addresses, ports }: Forwarding): Promise<void> {
  const channel = await openChannel(kubectl, pathOf(PODS, { namespace, name: pod, subresource: 'portforward' }), [TUNNEL_PROTOCOL]).catch((error: unknown) => {
    throw new CommandError(`error upgrading connection: ${messageOf(error)}`);
  });
  if (channel.protocol !== TUNNEL_PROTOCOL)
    throw new CommandError(`unable to negotiate protocol: client supports ${goQuote(PORT_FORWARD_PROTOCOL)}, server returned ${goQuote(channel.protocol)}`);
  const forwarder = new Forwarder(kubectl, new SpdyConnection(duplexOf(channel), { isServer: false }));
  try {
    await forwarder.forward(addresses, ports);
  } finally {
    forwarder.close();
  }
}

const duplexOf = (channel: WireChannel): ByteDuplex => ({
  bytes: channel.messages,
  write: (data) => channel.send(data),
  end: () => channel.close(),
  destroy: () => channel.close(),
});

class Forwarder {
  readonly #kubectl: Kubectl;
  readonly #connection: SpdyConnection;
  readonly #listeners: Listener[] = [];
  #nextId = 0;

  constructor(kubectl: Kubectl, connection: SpdyConnection) {
    this.#kubectl = kubectl;
    this.#connection = connection;
  }

  async forward(addresses: readonly ListenAddress[], ports: readonly ForwardedPort[]): Promise<void> {
    let isListening = false;
    for (const port of ports) {
      const failure = await this.#listenOnAll(addresses, port);
      if (failure) this.#kubectl.complain(`Unable to listen on port ${port.local}: ${failure}\n`);
      else isListening = true;
    }
    if (!isListening)
      throw new CommandError(`unable to listen on any of the requested ports: [${ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ')}]`);
    const { interrupted } = this.#kubectl.ports;
    const stopped = new Promise<'stopped'>((resolve) => interrupted.addEventListener('abort', () => resolve('stopped'), { once: true }));
    const how = await Promise.race([stopped, this.#connection.closed]);
    if (how !== 'stopped') throw new CommandError('lost connection to pod');
  }

  close(): void {
    for (const listener of this.#listeners) listener.close();
    this.#connection.close();
  }

  /** What went wrong, where too few addresses could be taken. A port of any number stays the same on all addresses. */
  async #listenOnAll(addresses: readonly ListenAddress[], { local, remote }: ForwardedPort): Promise<string | undefined> {
    const errors: string[] = [];
    let taken = local;
    let ofTwo = 0;
    let failedOfTwo = 0;
    let failed = 0;
    for (const { address, isOneOfTwo } of addresses)
      try {
        taken = await this.#listenOn(address, taken, remote);
        if (isOneOfTwo) ofTwo++;
      } catch (error) {
        if (isOneOfTwo) failedOfTwo++;
        else failed++;
        errors.push(`unable to create listener: Error ${listenSentence(error, address, taken)}`);
      }
    return failed || (failedOfTwo && !ofTwo) ? `Listeners failed to create with the following errors: [${errors.join(' ')}]` : undefined;
  }

  async #listenOn(address: string, local: number, remote: number): Promise<number> {
    let port = local;
    const listener = await this.#kubectl.ports.listen(address, local, (connection) => void this.#handle(connection, port, remote));
    ({ port } = listener);
    this.#listeners.push(listener);
    this.#kubectl.print(`Forwarding from ${address.includes(':') ? `[${address}]` : address}:${port} -> ${remote}\n`);
    return port;
  }

  async #handle(connection: IncomingConnection, local: number, remote: number): Promise<void> {
    this.#kubectl.print(`Handling connection for ${local}\n`);
    const headers = { port: String(remote), requestid: String(this.#nextId++) };
    try {
      const errors = await this.#connection.open({ ...headers, streamtype: 'error' });
      errors.end();
      const failure = textOf(errors.bytes);
      const data = await this.#connection.open({ ...headers, streamtype: 'data' });
      void copy(connection.bytes, (piece) => data.write(piece))
        .then(() => data.end())
        .catch(() => data.destroy()); // who called has gone: the pod is told so
      await copy(data.bytes, (piece) => connection.write(piece)).catch(() => undefined); // nobody reads the answer any more
      data.destroy();
      const message = await failure;
      if (message) {
        this.#report(message, local, remote);
        this.#connection.close();
      }
    } finally {
      connection.end();
    }
  }

  #report(message: string, local: number, remote: number): void {
    const { ports } = this.#kubectl;
    const text = `"Unhandled Error" err=${goQuote(`an error occurred forwarding ${local} -> ${remote}: ${message}`)}`;
    this.#kubectl.complain(klogLine('E', 'portforward.go:424', text, ports));
  }
}

async function copy(from: AsyncIterable<Uint8Array>, write: (piece: Uint8Array) => Promise<void>): Promise<void> {
  for await (const piece of from) await write(piece);
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'bind: address already in use',
  EACCES: 'bind: permission denied',
  EADDRNOTAVAIL: 'bind: cannot assign requested address',
  EAFNOSUPPORT: 'socket: address family not supported by protocol',
};
/** As Go's net package tells why it cannot listen. */
export function listenSentence(error: unknown, address: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const host = address.includes(':') ? `[${address}]` : address;
  return `listen tcp${isIPv4(address) ? '4' : '6'} ${host}:${port}: ${REASONS[code] ?? messageOf(error)}`;
}
