// One request on its way through the filters: each fills in what it finds out, or refuses by throwing a StatusError.
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { ApiServer } from '../api-server.ts';
import { ANONYMOUS, type UserInfo } from '../authentication/user.ts';
import type { NegotiationRequest } from '../serializer/negotiate.ts';
import type { RequestInfo } from './request-info.ts';

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

export type Filter = (exchange: Exchange) => void;
