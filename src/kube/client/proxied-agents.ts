// Connections that go through a proxy: HTTP, HTTPS (both with CONNECT) and SOCKS5; loaded where one is configured.
// Models Go's net/http Transport.dialConn and golang.org/x/net/internal/socks
import { once } from 'node:events';
import { Agent as HttpAgent, request as httpRequest, type AgentOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type AgentOptions as TlsAgentOptions } from 'node:https';
import { connect as connectTcp, isIP, isIPv4, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Duplex } from 'node:stream';
import { withNameServer } from './name-servers.ts';
import { ProxyFailure } from './transport.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
const SOCKS_PORT = 1080;

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
const joined = ({ host, port }: Place): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
const isSocks = ({ protocol }: URL): boolean => protocol.startsWith('socks5');

const placeOf = (proxy: URL): Place => ({
  host: bare(proxy.hostname) || '127.0.0.1',
  port: Number(proxy.port) || (DEFAULT_PORTS[proxy.protocol] ?? SOCKS_PORT),
});

/** Whether requests are sent to the proxy whole, for it to make them itself, rather than through a tunnel. */
export const asksWhole = (proxy: URL, isTls: boolean): boolean => !isTls && !isSocks(proxy);

/** The header by which a proxy knows who asks. */
export function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {};
  return { 'Proxy-Authorization': `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` };
}

type Connected = (error: Error | null, socket?: Duplex) => void;
type Target = { readonly host?: string | null; readonly port?: number | string | null };

const targetOf = ({ host, port }: Target): Place => ({ host: host ?? 'localhost', port: Number(port) });

/** Speaks TLS with the server within the tunnel. */
class TlsThroughProxy extends HttpsAgent {
  readonly #proxy: URL;
  constructor(proxy: URL, options: TlsAgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: object, connected: Connected): undefined {
    tunnel(this.#proxy, targetOf(options)).then(
      (socket) => {
        const secured = connectTls({ ...options, socket });
        connected(null, secured);
      },
      (error: Error) => connected(error),
    );
  }
}

class PlainThroughProxy extends HttpAgent {
  readonly #open: (target: Place) => Promise<Socket>;
  constructor(open: (target: Place) => Promise<Socket>, options: AgentOptions) {
    super(options);
    this.#open = open;
  }

  override createConnection(options: object, connected: Connected): undefined {
    this.#open(targetOf(options)).then(
      (socket) => connected(null, socket),
      (error: Error) => connected(error),
    );
  }
}

/** For requests to servers behind the proxy; `tunnels` where even plain ones go through a tunnel, as WebSockets do. */
export function proxiedAgent(proxy: URL, { isTls, tunnels, ...options }: TlsAgentOptions & { readonly isTls: boolean; readonly tunnels: boolean }): HttpAgent {
  if (isTls) return new TlsThroughProxy(proxy, options);
  return new PlainThroughProxy(tunnels || !asksWhole(proxy, isTls) ? (target) => tunnel(proxy, target) : () => reach(proxy), options);
}

/** A connection to the target. Rejects with ProxyFailure. */
function tunnel(proxy: URL, target: Place): Promise<Socket> {
  return isSocks(proxy) ? throughSocks(proxy, target) : throughConnect(proxy, target);
}

/** A connection to the proxy itself. */
async function reach(proxy: URL): Promise<Socket> {
  const place = placeOf(proxy);
  const isTls = proxy.protocol === 'https:';
  const socket = isTls ? connectTls({ ...place, ...(isIP(place.host) ? {} : { servername: place.host }) }) : connectTcp(place);
  try {
    await once(socket, isTls ? 'secureConnect' : 'connect');
    return socket;
  } catch (error) {
    throw new ProxyFailure(joined(place), 'proxyconnect tcp: ', withNameServer(error as Error));
  }
}

async function throughConnect(proxy: URL, target: Place): Promise<Socket> {
  const socket = await reach(proxy);
  const authority = joined(target);
  const open = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = open({
    method: 'CONNECT',
    path: authority,
    headers: { Host: authority, 'User-Agent': 'Go-http-client/1.1', ...proxyAuthorization(proxy) },
    createConnection: () => socket,
  });
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.destroy();
      reject(new ProxyFailure(joined(placeOf(proxy)), '', error));
    };
    request.once('connect', ({ statusCode = 0, statusMessage = '' }, _socket, head: Buffer) => {
      if (statusCode !== 200) return fail(new Error(statusMessage));
      if (head.length) socket.unshift(head);
      resolve(socket);
    });
    request.once('error', fail);
    request.end();
  });
}

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const BY_PASSWORD = 2;
const NONE_ACCEPTED = 0xff;
const ADDRESS_LENGTHS: Readonly<Record<number, number>> = { 1: 4, 4: 16 };
const REFUSALS = [
  '',
  'general SOCKS server failure',
  'connection not allowed by ruleset',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
  'command not supported',
  'address type not supported',
];

async function throughSocks(proxy: URL, target: Place): Promise<Socket> {
  const during = `socks connect tcp ${joined(placeOf(proxy))}->${joined(target)}: `;
  const socket = await reach(proxy);
  try {
    await negotiate(socket, proxy, target);
    return socket;
  } catch (error) {
    socket.destroy();
    throw new ProxyFailure(joined(placeOf(proxy)), during, error as Error);
  }
}

async function negotiate(socket: Socket, { username, password }: URL, { host, port }: Place): Promise<void> {
  const methods = username || password ? [NO_AUTHENTICATION, BY_PASSWORD] : [NO_AUTHENTICATION];
  socket.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version = 0, method = NONE_ACCEPTED] = await exactly(socket, 2);
  if (version !== VERSION) throw new Error(`unexpected protocol version ${version}`);
  if (method === NONE_ACCEPTED) throw new Error('no acceptable authentication methods');
  if (method === BY_PASSWORD) {
    const [user, secret] = [username, password].map((text) => Buffer.from(decodeURIComponent(text)));
    socket.write(Buffer.concat([Buffer.from([1, user?.length ?? 0]), user ?? Buffer.alloc(0), Buffer.from([secret?.length ?? 0]), secret ?? Buffer.alloc(0)]));
    const [, status = 1] = await exactly(socket, 2);
    if (status !== 0) throw new Error('username/password authentication failed');
  }
  const address = isIPv4(host)
    ? Buffer.from([1, ...host.split('.').map(Number)])
    : Buffer.concat([Buffer.from([3, Buffer.byteLength(host)]), Buffer.from(host)]);
  socket.write(Buffer.concat([Buffer.from([VERSION, 1, 0]), address, Buffer.from([port >> 8, port & 0xff])]));
  const [answered = 0, reply = 0, , kind = 0] = await exactly(socket, 4);
  if (answered !== VERSION) throw new Error(`unexpected protocol version ${answered}`);
  if (reply !== 0) throw new Error(`unknown error ${REFUSALS[reply] ?? `unknown code: ${reply}`}`);
  const length = ADDRESS_LENGTHS[kind] ?? (await exactly(socket, 1))[0] ?? 0;
  await exactly(socket, length + 2); // the address that the proxy is bound to, and its port: of no use here
}

/** So many bytes and no more: what follows is the server's. */
async function exactly(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(count) as Buffer | null;
    if (bytes?.length === count) return bytes;
    if (bytes || socket.readableEnded) throw new Error('EOF');
    const came = new AbortController();
    await Promise.race([once(socket, 'readable', came), once(socket, 'end', came)]).finally(() => came.abort());
  }
}
