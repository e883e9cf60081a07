// The wire to an API server: requests as they are, answers as they come. What is typed (ApiClient) and what kubectl needs beyond it both go over it.

export interface WireRequest {
  readonly method: string;
  /** With its query, below the server's own address: `/api/v1/pods?limit=500`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** Fails when nothing comes for so long; left out, it waits for ever, as watches must. */
  readonly idleTimeoutMs?: number;
  /** Ends the request, whichever way it has come. */
  readonly signal?: AbortSignal;
}

export interface WireAnswer {
  readonly status: number;
  /** `Not Found` for 404. */
  readonly statusText: string;
  /** By name in small letters; headers that may come more than once as they came. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** In pieces as they arrive; who stops reading ends the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A connection that carries messages both ways: exec, attach, port-forward. */
export interface WireChannel {
  /** What the server chose among the protocols that were offered. */
  readonly protocol: string;
  /** Ends when the other side has closed; fails when the connection breaks. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Resolves when it has been handed to the network. */
  send(message: Uint8Array): Promise<void>;
  close(): void;
}

/** The server's answer to a connection that it did not open. */
export class UpgradeRefused extends Error {
  readonly answer: WireAnswer;
  constructor(answer: WireAnswer) {
    super(`the server answered with status ${answer.status} ${answer.statusText}`);
    this.name = 'UpgradeRefused';
    this.answer = answer;
  }
}

/** What kept a proxy from being of use. */
export class ProxyFailure extends Error {
  /** `proxyconnect tcp: `, or how SOCKS was to connect; empty for what the proxy itself said. */
  readonly during: string;
  /** `host:port` of the proxy. */
  readonly proxy: string;
  constructor(proxy: string, during: string, cause: Error) {
    super(cause.message, { cause });
    this.name = 'ProxyFailure';
    this.proxy = proxy;
    this.during = during;
  }
}

/** Calls reject with the network's own error (with a `code` such as ECONNREFUSED); every answer of the server, also a refusal, is an answer. */
export interface Transport {
  /** `https://host:port`, with the path the API stands behind, without a slash at the end. */
  readonly server: string;
  send(request: WireRequest): Promise<WireAnswer>;
  /** Opens a WebSocket. Rejects with UpgradeRefused when the server answers with anything else. */
  connect(request: Pick<WireRequest, 'path' | 'headers' | 'signal'> & { readonly protocols: readonly string[] }): Promise<WireChannel>;
  /** Ends idle and open connections; requests made later open new ones. */
  close(): void;
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
