// HTTPS in front of the API server: TLS with client certificates, HTTP/2 and HTTP/1.1; every request passes the filters, then its handler.
// Models kubernetes/staging/src/k8s.io/apiserver/pkg/server/secure_serving.go
import http2, { type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ApiServer } from '../api-server.ts';
import { CHAIN } from '../filters/chain.ts';
import { Exchange, infoOf, type Request, type Response } from '../filters/filter.ts';
import type { RequestMetrics } from '../metrics/request-metrics.ts';
import type { PathHandler } from './paths.ts';
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
}

/** As Go's server: a client may have so many requests on their way over one connection. */
const STREAMS_PER_CONNECTION = 250;
/** So often the other side is asked for a sign of life, and given up when none has come by the next time. */
const LOOK_MS = 30_000;

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<TLSSocket>();

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = http2.createSecureServer({
      allowHTTP1: true,
      requestCert: true,
      rejectUnauthorized: false,
      ca: options.ca,
      cert: options.certificate,
      key: options.key,
      ALPNProtocols: ['h2', 'http/1.1'],
      settings: { maxConcurrentStreams: STREAMS_PER_CONNECTION },
    });
    this.#server.on('request', (request, response) => {
      void this.#serve(request, response);
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

  async #serve(request: Request, response: Response): Promise<void> {
    const { api, paths, metrics } = this.#options;
    const exchange = new Exchange(api, request, response);
    response.on('error', () => response.destroy());
    metrics?.observe(exchange);
    try {
      for (const filter of CHAIN) filter(exchange);
      if (infoOf(exchange).isResource) await serveResource(exchange);
      else await servePath(exchange, paths);
    } catch (error) {
      refuse(exchange, error);
    }
  }
}
