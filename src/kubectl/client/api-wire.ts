// Requests of kubectl: the transport with what every request carries, warnings told, refusals thrown as StatusError, network failures in Go's words.
import { linesOf } from '../../kube/client/http-client.ts';
import { textOf, type Transport, type WireAnswer, type WireChannel, type WireRequest } from '../../kube/client/transport.ts';
import { messageOf } from '../../errors/app-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { syntaxProblem } from '../../kube/machinery/json-syntax.ts';
import { parseJsonText } from '../../kube/machinery/json-text.ts';
import { StatusError } from '../../kube/machinery/status-error.ts';
import type { Status } from '../../kube/api/meta-v1.ts';
import type { Clock } from '../../platform/clock.ts';
import { CommandError } from '../failures.ts';
import { refusalOf } from './server-response.ts';
import { unreachable } from './unreachable.ts';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  /** An object is sent as JSON. */
  readonly body?: JsonValue | string | Uint8Array;
  /** Left out, the time that --request-timeout gives counts; `stream` has none of its own. */
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
  /** Whoever reads nothing but bytes tells a refusal by its number alone. */
  readonly isRaw?: boolean;
}

export interface ApiWireOptions {
  readonly transport: Transport;
  /** Of --request-timeout; 0 waits for ever. */
  readonly timeoutMs: number;
  readonly warn: (warning: string) => void;
  readonly clock: Clock;
  readonly disableCompression: boolean;
}

export interface WatchFrame {
  readonly type: string;
  readonly object: JsonObject;
}

const JSON_TYPE = 'application/json';

export class ApiWire {
  readonly #options: ApiWireOptions;

  constructor(options: ApiWireOptions) {
    this.#options = options;
  }

  /** `https://host:port`. */
  get server(): string {
    return this.#options.transport.server;
  }
  get timeoutMs(): number {
    return this.#options.timeoutMs;
  }

  /** The answer as it is, whatever its status. Rejects with UnreachableError. */
  async send({ method, path, accept = JSON_TYPE, contentType = JSON_TYPE, body, stream = false, signal }: ApiRequest): Promise<WireAnswer> {
    const { transport, timeoutMs, warn } = this.#options;
    const payload = body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    try {
      const answer = await transport.send({
        method,
        path,
        headers: { Accept: accept, ...(payload === undefined ? {} : { 'Content-Type': contentType }) },
        ...(payload === undefined ? {} : { body: payload }),
        // Calls share kept-alive connections; a stream has one of its own.
        ...(stream ? {} : { idleTimeoutMs: timeoutMs }),
        ...(signal ? { signal } : {}),
      });
      for (const warning of warningsOf(answer)) warn(warning);
      return answer;
    } catch (error) {
      throw unreachable(error, { server: transport.server, method, path });
    }
  }

  /** A request of somebody else's, passed on as it is. Rejects with UnreachableError. */
  async forward(request: WireRequest): Promise<WireAnswer> {
    const { transport } = this.#options;
    return transport.send(request).catch((error: unknown) => {
      throw unreachable(error, { server: transport.server, ...request });
    });
  }

  /** The answer of a request that succeeds. Rejects with StatusError for a refusal. */
  async ok(request: ApiRequest): Promise<WireAnswer> {
    const answer = await this.send(request);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const text = await textOf(answer.body);
    throw refusalOf({ ...request, status: answer.status, text: request.isRaw ? '' : text });
  }

  async text(request: ApiRequest): Promise<string> {
    return textOf((await this.ok(request)).body);
  }

  /** A GET of what the server tells of itself as JSON, which Go reads into a value of `goType`. */
  async json(path: string, accept = JSON_TYPE, goType = 'map[string]interface {}'): Promise<JsonObject> {
    return objectIn(await this.text({ method: 'GET', path, accept, isRaw: true }), goType);
  }

  /** The object that a request is answered with. */
  async call(request: ApiRequest): Promise<JsonObject> {
    const answer = await this.ok(request);
    const text = await textOf(answer.body);
    if (text === '')
      throw new CommandError(`0-length response with status code: ${answer.status} and content type: ${String(answer.headers['content-type'] ?? '')}`);
    try {
      return objectIn(text, TYPE_META);
    } catch (error) {
      throw new CommandError(`couldn't get version/kind; json parse error: ${messageOf(error)}`);
    }
  }

  /** The events of a watch until the server ends it. Rejects with StatusError for an ERROR event. */
  async *watch({ signal, ...request }: Pick<ApiRequest, 'path' | 'accept' | 'signal'>): AsyncGenerator<WatchFrame> {
    // The time of --request-timeout ends a watch like the server does.
    const timeIsUp = this.#timeIsUp();
    const ends = [signal, timeIsUp.signal].filter((each) => each !== undefined);
    try {
      const { body } = await this.ok({ ...request, method: 'GET', stream: true, signal: AbortSignal.any(ends) });
      for await (const line of linesOf(body)) {
        const frame = objectIn(line, 'v1.WatchEvent') as unknown as WatchFrame;
        if (frame.type === 'ERROR') throw StatusError.fromStatus(frame.object as Partial<Status>, 500);
        yield frame;
      }
    } catch (error) {
      if (!timeIsUp.signal.aborted) throw error;
    } finally {
      timeIsUp.cancel();
    }
  }

  #timeIsUp(): { readonly signal: AbortSignal; cancel(): void } {
    const { timeoutMs, clock } = this.#options;
    const over = new AbortController();
    const timer = timeoutMs > 0 ? clock.after(timeoutMs, () => over.abort()) : undefined;
    return { signal: over.signal, cancel: () => timer?.cancel() };
  }

  /** Rejects with UpgradeRefused when the server does not open a WebSocket. */
  async connect(path: string, protocols: readonly string[], signal?: AbortSignal): Promise<WireChannel> {
    const { transport } = this.#options;
    try {
      return await transport.connect({ path, protocols, ...(signal ? { signal } : {}) });
    } catch (error) {
      throw unreachable(error, { server: transport.server, method: 'GET', path });
    }
  }

  close(): void {
    this.#options.transport.close();
  }
}

/** As Go prints the type that it looks for kind and version with. */
const TYPE_META = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** `null` is an object without fields. Throws with the sentences of encoding/json. */
export function objectIn(text: string, goType: string): JsonObject {
  let value: unknown;
  try {
    value = parseJsonText(text);
  } catch {
    throw new CommandError(syntaxProblem(text) ?? 'unexpected end of JSON input');
  }
  if (value === null) return {};
  if (isJsonObject(value)) return value;
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value;
  throw new CommandError(`json: cannot unmarshal ${found} into Go value of type ${goType}`);
}

/** The texts of `299 - "…"` headers. */
function warningsOf({ headers }: WireAnswer): readonly string[] {
  const { warning } = headers;
  if (warning === undefined) return [];
  const text = typeof warning === 'string' ? warning : warning.join(', ');
  return [...text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) => quoted.replace(/\\(.)/g, '$1'));
}
