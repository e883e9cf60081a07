// ApiClient over HTTPS: JSON, kept-alive connections, errors as StatusError, watches as streams of JSON lines.
import { parseJsonText } from '../machinery/json-text.ts';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import type { Status } from '../api/meta-v1.ts';
import { deepFreeze, isJsonObject, type JsonObject, type JsonValue } from '../machinery/json.ts';
import { groupVersionOf, type Draft, type KubeList, type KubeObject, type ResourceRef } from '../machinery/object.ts';
import { StatusError } from '../machinery/status-error.ts';
import type {
  ApiClient,
  DeleteCallOptions,
  ListOptions,
  PatchOptions,
  PatchType,
  Scope,
  WatchHandle,
  WatchOptions,
  WatchSink,
  WriteOptions,
} from './api-client.ts';

export interface HttpClientOptions {
  /** `https://host:port`, with a path where the API stands behind one. */
  readonly server: string;
  /** PEM texts. Without `ca` the system's authorities count. */
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly token?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly tlsServerName?: string;
  /** Acts as somebody else, where RBAC permits. */
  readonly impersonate?: { readonly user: string; readonly groups?: readonly string[] };
  /** The server derives the field manager from its part before the slash. */
  readonly userAgent?: string;
  /** Connections for calls; watches have their own. Default 16. */
  readonly maxConnections?: number;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

const PATCH_CONTENT: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};
const IDLE_CALL_MS = 60_000;

function parseJson(text: string): JsonValue | undefined {
  try {
    return parseJsonText(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** What an answer other than 2xx means. */
function failureOf(text: string, httpStatus: number): StatusError {
  const parsed = parseJson(text);
  if (isJsonObject(parsed) && parsed['kind'] === 'Status') return StatusError.fromStatus(parsed as Partial<Status>, httpStatus);
  return new StatusError({ code: httpStatus, reason: '', message: text.trim() || `the server answered with status ${httpStatus}` });
}

/** The path of a collection, or with a name of an object in it. */
export function pathOf(resource: ResourceRef, namespace?: string, name?: string, subresource?: string): string {
  const root = resource.group ? `/apis/${groupVersionOf(resource)}` : `/api/${resource.version}`;
  const within = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${within}/${resource.resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}${subresource ? `/${subresource}` : ''}`;
}

function withQuery(path: string, query: Query): string {
  const pairs = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encodeURIComponent(String(value))}`]));
  return pairs.length ? `${path}?${pairs.join('&')}` : path;
}

export class HttpClient implements ApiClient {
  readonly #origin: URL;
  readonly #calls: Agent;
  readonly #watches: Agent;
  readonly #headers: Record<string, string | string[]>;

  constructor(options: HttpClientOptions) {
    this.#origin = new URL(options.server);
    const tls = {
      ...(options.ca ? { ca: options.ca } : {}),
      ...(options.clientCertificate ? { cert: options.clientCertificate } : {}),
      ...(options.clientKey ? { key: options.clientKey } : {}),
      ...(options.tlsServerName ? { servername: options.tlsServerName } : {}),
      rejectUnauthorized: !options.insecureSkipTlsVerify,
    };
    this.#calls = new Agent({ ...tls, keepAlive: true, maxSockets: options.maxConnections ?? 16, scheduling: 'lifo' });
    this.#watches = new Agent({ ...tls, keepAlive: false });
    this.#headers = {
      Accept: 'application/json',
      'User-Agent': options.userAgent ?? 'ckadet',
      ...(options.token ? { Authorization: `Bearer ${options.token}` } : {}),
      ...(options.impersonate ? { 'Impersonate-User': options.impersonate.user, 'Impersonate-Group': [...(options.impersonate.groups ?? [])] } : {}),
    };
  }

  /** Ends idle and open connections; calls made later fail or open new ones. */
  close(): void {
    this.#calls.destroy();
    this.#watches.destroy();
  }

  async get<T extends KubeObject>(resource: ResourceRef<T>, name: string, options: Scope & { readonly subresource?: string } = {}): Promise<T> {
    return (await this.#call({ method: 'GET', path: pathOf(resource, options.namespace, name, options.subresource) })) as unknown as T;
  }

  async list<T extends KubeObject>(resource: ResourceRef<T>, { namespace, ...query }: ListOptions = {}): Promise<KubeList<T>> {
    const answer = (await this.#call({ method: 'GET', path: withQuery(pathOf(resource, namespace), query) }, false)) as unknown as KubeList<T>;
    // Items of a list do not repeat what the list says of them.
    const items = (answer.items ?? []).map((item) => ({ ...item, apiVersion: groupVersionOf(resource), kind: resource.kind }));
    return deepFreeze({ ...answer, items });
  }

  async create<T extends KubeObject>(resource: ResourceRef<T>, object: Draft<T>, options: WriteOptions & { readonly name?: string } = {}): Promise<T> {
    const { metadata } = object as unknown as KubeObject;
    const path = pathOf(resource, options.namespace ?? metadata?.namespace, options.name, options.subresource);
    // A subresource has a kind of its own, which its object then names.
    const body = { apiVersion: groupVersionOf(resource), kind: resource.kind, ...object };
    return (await this.#call({ method: 'POST', path: withQuery(path, this.#writeQuery(options)), body })) as unknown as T;
  }

  async update<T extends KubeObject>(resource: ResourceRef<T>, object: T, options: WriteOptions = {}): Promise<T> {
    const path = pathOf(resource, options.namespace ?? object.metadata.namespace, object.metadata.name ?? '', options.subresource);
    return (await this.#call({ method: 'PUT', path: withQuery(path, this.#writeQuery(options)), body: object })) as unknown as T;
  }

  async patch<T extends KubeObject>(resource: ResourceRef<T>, name: string, type: PatchType, patch: JsonValue, options: PatchOptions = {}): Promise<T> {
    const path = withQuery(pathOf(resource, options.namespace, name, options.subresource), { ...this.#writeQuery(options), force: options.force });
    return (await this.#call({ method: 'PATCH', path, body: patch, contentType: PATCH_CONTENT[type] })) as unknown as T;
  }

  async delete(resource: ResourceRef, name: string, { namespace, ...options }: DeleteCallOptions = {}): Promise<void> {
    await this.#call({ method: 'DELETE', path: pathOf(resource, namespace, name), body: this.#deleteBody(options) });
  }

  async deleteCollection(
    resource: ResourceRef,
    { namespace, labelSelector, fieldSelector, ...options }: DeleteCallOptions & Pick<ListOptions, 'labelSelector' | 'fieldSelector'> = {},
  ): Promise<void> {
    const path = withQuery(pathOf(resource, namespace), { labelSelector, fieldSelector });
    await this.#call({ method: 'DELETE', path, body: this.#deleteBody(options) });
  }

  raw(path: string): Promise<JsonValue> {
    return this.#call({ method: 'GET', path });
  }

  watch<T extends KubeObject>(resource: ResourceRef<T>, options: WatchOptions, sink: WatchSink<T>): WatchHandle {
    const path = withQuery(pathOf(resource, options.namespace), {
      watch: true,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      resourceVersion: options.resourceVersion,
      allowWatchBookmarks: options.allowBookmarks,
      ...(options.sendInitialEvents ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true } : {}),
    });
    let ended = false;
    const end = (error?: Error): void => {
      if (ended) return;
      ended = true;
      outgoing.destroy();
      sink.end(error);
    };
    const outgoing = httpsRequest({ ...this.#target('GET', path), agent: this.#watches, headers: this.#headers }, (response) => {
      response.on('error', end);
      if (response.statusCode !== 200) {
        readText(response).then((text) => end(failureOf(text, response.statusCode ?? 0)), end);
        return;
      }
      const decoder = new StringDecoder('utf8');
      let rest = '';
      response.on('data', (chunk: Buffer) => {
        const lines = (rest + decoder.write(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (ended) return;
          if (line === '') continue;
          const event = parseJson(line);
          if (!isJsonObject(event)) {
            end(new Error(`watch of ${resource.resource}: the server sent what is no JSON`));
            return;
          }
          if (event['type'] === 'ERROR') {
            end(StatusError.fromStatus(event['object'] as Partial<Status>, 500));
            return;
          }
          sink.event(deepFreeze(event) as unknown as Parameters<typeof sink.event>[0]);
        }
      });
      response.on('end', () => end());
    });
    outgoing.on('error', end);
    outgoing.end();
    return { stop: () => end() };
  }

  #target(method: string, path: string): RequestOptions {
    const prefix = this.#origin.pathname === '/' ? '' : this.#origin.pathname;
    return { method, hostname: this.#origin.hostname.replace(/^\[|\]$/g, ''), port: this.#origin.port || 443, path: `${prefix}${path}` };
  }

  #writeQuery({ dryRun, fieldManager }: WriteOptions): Query {
    return { dryRun: dryRun ? 'All' : undefined, fieldManager };
  }

  #deleteBody({ dryRun, ...options }: Omit<DeleteCallOptions, 'namespace'>): JsonObject {
    return { kind: 'DeleteOptions', apiVersion: 'v1', ...(options as JsonObject), ...(dryRun ? { dryRun: ['All'] } : {}) };
  }

  async #call(call: Call, freeze = true): Promise<JsonValue> {
    const { status, text } = await this.#send(call);
    if (status < 200 || status > 299) throw failureOf(text, status);
    const parsed = parseJson(text);
    if (parsed === undefined) return text;
    return freeze ? deepFreeze(parsed) : parsed;
  }

  #send(call: Call, retried = false): Promise<{ readonly status: number; readonly text: string }> {
    const payload = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers =
      payload === undefined
        ? this.#headers
        : { ...this.#headers, 'Content-Type': call.contentType ?? 'application/json', 'Content-Length': String(Buffer.byteLength(payload)) };
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest({ ...this.#target(call.method, call.path), agent: this.#calls, headers, timeout: IDLE_CALL_MS }, (response) => {
        readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${call.method} ${call.path}: no answer within ${IDLE_CALL_MS / 1000} s`)));
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server may close an idle connection in the very moment it is used again: nothing was received then.
        if (outgoing.reusedSocket && !retried && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) resolve(this.#send(call, true));
        else reject(error);
      });
      outgoing.end(payload);
    });
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
