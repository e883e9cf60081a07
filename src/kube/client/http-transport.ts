// Transport over HTTP/1.1 and TLS: kept-alive connections for calls, one of its own for every stream and WebSocket.
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type AgentOptions, type RequestOptions } from 'node:https';
import { withNameServer } from './name-servers.ts';
import { asksWhole, proxiedAgent, proxyAuthorization } from './proxied-agents.ts';
import { UpgradeRefused, type Transport, type WireAnswer, type WireChannel, type WireRequest } from './transport.ts';

export interface TransportOptions {
  /** `https://host:port`, with a path where the API stands behind one; `http` for a proxy on this machine. */
  readonly server: string;
  /** PEM texts. Without `ca` the system's authorities count. */
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly token?: string;
  readonly basicAuth?: { readonly username: string; readonly password: string };
  readonly insecureSkipTlsVerify?: boolean;
  readonly tlsServerName?: string;
  /** Acts as somebody else, where RBAC permits. */
  readonly impersonate?: Impersonation;
  /** The server derives the field manager from its part before the slash. */
  readonly userAgent?: string;
  /** The address of a proxy that everything goes through: `http://`, `https://` or `socks5://`. */
  readonly proxy?: string;
  /** Connections for calls; streams have their own. Default 16. */
  readonly maxConnections?: number;
}

export interface Impersonation {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

type Headers = Record<string, string | string[]>;

function identityHeaders({ token, basicAuth, impersonate, userAgent }: TransportOptions): Headers {
  const headers: Headers = { 'User-Agent': userAgent ?? 'ckadet' };
  if (token) headers['Authorization'] = `Bearer ${token}`;
  else if (basicAuth) headers['Authorization'] = `Basic ${Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString('base64')}`;
  if (!impersonate) return headers;
  if (impersonate.user) headers['Impersonate-User'] = impersonate.user;
  if (impersonate.groups?.length) headers['Impersonate-Group'] = [...impersonate.groups];
  if (impersonate.uid) headers['Impersonate-Uid'] = impersonate.uid;
  for (const [key, values] of Object.entries(impersonate.extra ?? {})) headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = [...values];
  return headers;
}

const answerOf = (response: IncomingMessage): WireAnswer => ({
  status: response.statusCode ?? 0,
  statusText: response.statusMessage ?? '',
  headers: response.headers,
  body: response,
});

export class HttpTransport implements Transport {
  readonly server: string;
  readonly #origin: URL;
  readonly #tls: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;
  readonly #proxy: URL | undefined;
  readonly #calls: HttpAgent;
  readonly #streams: HttpAgent;
  /** WebSockets go through a tunnel even where plain requests are sent to the proxy whole. */
  readonly #webSockets: HttpAgent | undefined;
  readonly #headers: Headers;

  constructor(options: TransportOptions) {
    this.server = options.server.replace(/\/+$/, '');
    this.#origin = new URL(this.server);
    this.#tls = {
      ...(options.ca ? { ca: options.ca } : {}),
      ...(options.clientCertificate ? { cert: options.clientCertificate } : {}),
      ...(options.clientKey ? { key: options.clientKey } : {}),
      ...(options.tlsServerName ? { servername: options.tlsServerName } : {}),
      rejectUnauthorized: !options.insecureSkipTlsVerify,
    };
    this.#proxy = options.proxy ? new URL(options.proxy) : undefined;
    this.#calls = this.#agent({ keepAlive: true, maxSockets: options.maxConnections ?? 16, scheduling: 'lifo' });
    this.#streams = this.#agent({ keepAlive: false });
    this.#webSockets = this.#proxy && this.#agent({ keepAlive: false }, true);
    this.#headers = identityHeaders(options);
  }

  get #isTls(): boolean {
    return this.#origin.protocol === 'https:';
  }

  #agent(options: AgentOptions, tunnels = false): HttpAgent {
    const isTls = this.#isTls;
    const all = isTls ? { ...this.#tls, ...options } : options;
    if (this.#proxy) return proxiedAgent(this.#proxy, { ...all, isTls, tunnels });
    return isTls ? new HttpsAgent(all) : new HttpAgent(all);
  }

  send(request: WireRequest): Promise<WireAnswer> {
    return this.#send(request, false);
  }

  #send(request: WireRequest, isRetry: boolean): Promise<WireAnswer> {
    const { method, body, idleTimeoutMs, signal } = request;
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const target = this.#whole(this.#target(request));
      const outgoing = this.#open({
        ...target,
        headers: { ...this.#headers, ...target.headers, ...(request.headers as Headers | undefined), ...length },
        agent: idleTimeoutMs === undefined ? this.#streams : this.#calls,
        ...(idleTimeoutMs === undefined ? {} : { timeout: idleTimeoutMs }),
        ...(signal ? { signal } : {}),
      });
      outgoing.on('response', (response) => resolve(answerOf(response)));
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${request.path}: no answer within ${(idleTimeoutMs ?? 0) / 1000} s`)));
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server may close an idle connection in the very moment it is used again: nothing was received then.
        if (outgoing.reusedSocket && !isRetry && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) resolve(this.#send(request, true));
        else reject(withNameServer(error));
      });
      outgoing.end(body);
    });
  }

  async connect({ path, headers, protocols, signal }: Parameters<Transport['connect']>[0]): Promise<WireChannel> {
    const { openWebSocket } = await import('./websocket.ts');
    const target = this.#target({ method: 'GET', path });
    return openWebSocket({
      url: `${this.#isTls ? 'wss' : 'ws'}://${this.#origin.host}${target.path ?? ''}`,
      protocols,
      headers: { ...this.#headers, ...(headers as Headers | undefined) },
      tls: this.#tls,
      agent: this.#webSockets,
      refused: (response) => new UpgradeRefused(answerOf(response)),
      signal,
    });
  }

  close(): void {
    this.#calls.destroy();
    this.#streams.destroy();
    this.#webSockets?.destroy();
  }

  #open(options: RequestOptions): ClientRequest {
    return this.#isTls ? httpsRequest(options) : httpRequest(options);
  }

  #target({ method, path }: Pick<WireRequest, 'method' | 'path'>): RequestOptions {
    const { pathname, hostname, port } = this.#origin;
    const place = { method, hostname: hostname.replace(/^\[|\]$/g, ''), port: port || (this.#isTls ? 443 : 80) };
    return { ...place, path: `${pathname === '/' ? '' : pathname}${path}` };
  }

  /** For a proxy that makes the request itself. */
  #whole({ path, ...target }: RequestOptions): RequestOptions & { readonly headers: Headers } {
    if (!this.#proxy || !asksWhole(this.#proxy, this.#isTls)) return { ...target, ...(path ? { path } : {}), headers: {} };
    return { ...target, path: `${this.#origin.protocol}//${this.#origin.host}${path ?? ''}`, headers: proxyAuthorization(this.#proxy) };
  }
}
