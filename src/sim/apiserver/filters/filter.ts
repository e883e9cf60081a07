// One request on its way through the filters: each fills in what it finds out, or refuses by throwing a StatusError.
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Timer } from '../../../platform/clock.ts';
import type { ApiServer } from '../api-server.ts';
import { ANONYMOUS, type UserInfo } from '../authentication/user.ts';
import type { NegotiationRequest } from '../serializer/negotiate.ts';
import type { Release } from '../flowcontrol/priority-level.ts';
import type { RequestInfo } from './request-info.ts';

/** The longest that a request may take, but for those that are meant to last. */
export const REQUEST_TIMEOUT_MS = 60_000;

/** HTTP/1.1 requests have the same shape. */
export type Request = Http2ServerRequest;
export type Response = Http2ServerResponse;

export class Exchange {
  readonly api: ApiServer;
  readonly request: Request;
  readonly response: Response;
  /** Headers of whatever answer comes. */
  readonly headers: Record<string, string | string[]> = {};
  readonly warnings = new Set<string>();
  /** Milliseconds on the server's clock. */
  readonly startedAt: number;
  /** Decoded, without query. */
  path = '/';
  query = new URLSearchParams();
  info: RequestInfo | undefined;
  user: UserInfo = ANONYMOUS;
  /** Of the answer, once it has begun; 0 before. */
  code = 0;
  /** Infinity: as long as it likes. */
  timeoutMs = REQUEST_TIMEOUT_MS;
  deadline: Timer | undefined;
  /** True once the client was told that it took too long: what comes after that goes nowhere. */
  isOver = false;
  /** True once another protocol is spoken on its connection: no answer can be given any more. */
  isTakenOver = false;
  /** Of the seat it has among the requests of its priority. */
  release: Release | undefined;

  constructor(api: ApiServer, request: Request, response: Response) {
    this.api = api;
    this.request = request;
    this.response = response;
    this.startedAt = api.context.clock.now();
  }

  get socket(): TLSSocket {
    return (this.request.stream?.session?.socket ?? this.request.socket) as TLSSocket;
  }

  header(name: string): string | undefined {
    const value: string | readonly string[] | undefined = this.request.headers[name];
    return typeof value === 'string' || value === undefined ? value : value.join(',');
  }

  get negotiation(): NegotiationRequest {
    return { accept: this.header('accept'), userAgent: this.header('user-agent'), pretty: this.query.get('pretty') };
  }
}

/** Must have run before: everything up to the filter that fills it in. */
export function infoOf({ info }: Exchange): RequestInfo {
  if (!info) throw new Error('no filter has looked at the path');
  return info;
}

/** Gives a promise where something has to be waited for. */
export type Filter = (exchange: Exchange) => void | Promise<void>;
