// HTTPS in front of the API server: TLS with client certificates, HTTP/2 and HTTP/1.1; every request passes the filters, then its handler.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/server/secure_serving.go
import http2, { type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { messageOf } from '../../../errors/app-error.ts';
import type { ApiServer } from '../api-server.ts';
import { CHAIN } from '../filters/chain.ts';
import { Exchange, infoOf, type Request, type Response } from '../filters/filter.ts';
import type { RequestMetrics } from '../metrics/request-metrics.ts';
import type { PathHandler } from './paths.ts';
import { startDeadline } from './deadline.ts';
import { refuse } from './refuse.ts';
import { servePath } from './serve-path.ts';
import { serveResource } from './serve-resource.ts';

export interface HttpServerOptions {
  readonly api: ApiServer;
  /** Everything that is no resource: discovery, OpenAPI, health. */
  readonly paths: PathHandler;
  readonly metrics?: RequestMetrics;
  /** PEM. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly limits?: {
    /** Milliseconds: headers must have come by then, and so must the handshake. */
    readonly headersTimeoutMs?: number;
  };
}

/** As upstream's server: what a client may have on its way over one connection, and how large headers may be. */
const STREAMS_PER_CONNECTION = 100;
const LARGEST_HEADERS_BYTES = 1024 * 1024;
const HTTP2_OVERHEAD_BYTES = 320;
const BUFFER_BYTES = 256 * 1024;
const HEADERS_TIMEOUT_MS = 32_000;
const IDLE_TIMEOUT_MS = 90_000;
const MOST_HEADERS = 4096;
const SWITCHING_PROTOCOLS = 101;
/** So often the other side is asked for a sign of life, and given up when none has come by the next time. */
const LOOK_MS = 30_000;

/** Node hands these on to its HTTP/1.1 side. */
const http1 = (headersTimeout: number): object => ({
  maxHeaderSize: LARGEST_HEADERS_BYTES,
  headersTimeout,
  // Bodies have the deadline of their request.
  requestTimeout: 0,
  keepAliveTimeout: IDLE_TIMEOUT_MS,
  connectionsCheckingInterval: headersTimeout / 4,
});

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<TLSSocket>();

  constructor(options: HttpServerOptions) {
    this.#options = options;
    const { headersTimeoutMs = HEADERS_TIMEOUT_MS } = options.limits ?? {};
    this.#server = http2.createSecureServer({
      allowHTTP1: true,
      requestCert: true,
      rejectUnauthorized: false,
      ca: options.ca,
      cert: options.certificate,
      key: options.key,
      ALPNProtocols: ['h2', 'http/1.1'],
      settings: {
        maxConcurrentStreams: STREAMS_PER_CONNECTION,
        maxHeaderListSize: LARGEST_HEADERS_BYTES + HTTP2_OVERHEAD_BYTES,
        initialWindowSize: BUFFER_BYTES,
        maxFrameSize: BUFFER_BYTES,
      },
      maxHeaderListPairs: MOST_HEADERS,
      handshakeTimeout: headersTimeoutMs,
      ...http1(headersTimeoutMs),
    });
    this.#server.on('request', (request, response) => {
      void this.#serve(request, response);
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      void this.#upgrade(request, socket, head);
    });
    this.#server.on('secureConnection', (socket: TLSSocket) => {
      socket.setNoDelay(true);
      socket.setKeepAlive(true, LOOK_MS);
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('session', (session) => this.#watchOver(session));
    this.#server.on('sessionError', () => {});
  }

  /** Half-open connections: a session whose other side is gone ends, with all its streams. */
  #watchOver(session: ServerHttp2Session): void {
    const { clock } = this.#options.api.context;
    session.on('error', () => {});
    let isAlive = true;
    const look = (): void => {
      if (session.destroyed) return;
      if (!isAlive) {
        session.destroy();
        return;
      }
      isAlive = session.connecting || !session.ping(() => (isAlive = true));
      timer = clock.after(LOOK_MS, look);
    };
    let timer = clock.after(LOOK_MS, look);
    session.on('close', () => timer.cancel());
  }

  /** Resolves to the port; rejects with the system's error, EADDRINUSE among them. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** A client that wants to speak another protocol is answered like any other until its connection is taken over. */
  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const response = new ServerResponse(request);
    response.assignSocket(socket as Socket);
    response.on('finish', () => socket.end());
    await this.#serve(request as unknown as Request, response as unknown as Response, async (exchange) => {
      const { serveUpgrade } = await import('../streaming/upgrade.ts');
      const takeOver = (): void => {
        exchange.isTakenOver = true;
        exchange.code = SWITCHING_PROTOCOLS;
        response.detachSocket(socket as Socket);
        socket.once('close', () => response.emit('close'));
      };
      await serveUpgrade(exchange, { request, socket, head, takeOver });
    });
  }

  async #serve(request: Request, response: Response, takeOver?: (exchange: Exchange) => Promise<void>): Promise<void> {
    const { api, paths, metrics } = this.#options;
    const exchange = new Exchange(api, request, response);
    response.on('error', () => response.destroy());
    metrics?.observe(exchange);
    try {
      for (const filter of CHAIN) {
        const waiting = filter(exchange);
        if (!waiting) continue;
        startDeadline(exchange);
        await waiting;
        if (exchange.isOver) return;
      }
      if (takeOver) await takeOver(exchange);
      else if (infoOf(exchange).subresource === 'proxy') await (await import('../streaming/proxy.ts')).serveProxy(exchange);
      else if (infoOf(exchange).isResource) await serveResource(exchange);
      else await servePath(exchange, paths);
    } catch (error) {
      if (exchange.isTakenOver) api.context.log.error('a stream has failed', { url: request.url, error: messageOf(error) });
      else refuse(exchange, error);
    } finally {
      exchange.release?.();
    }
  }
}
