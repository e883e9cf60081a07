// ApiClient over a Transport: JSON, errors as StatusError, watches as streams of JSON lines.
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
import { parseJsonText } from '../machinery/json-text.ts';
import { HttpTransport, type TransportOptions } from './http-transport.ts';
import { textOf, type Transport } from './transport.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** The media type of each kind of patch. */
export const PATCH_CONTENT: Readonly<Record<PatchType, string>> = {
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
export function failureOf(text: string, httpStatus: number): StatusError {
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

const JSON_ANSWER = { Accept: 'application/json' };

export class HttpClient implements ApiClient {
  readonly #transport: Transport;

  constructor(options: TransportOptions) {
    this.#transport = new HttpTransport(options);
  }

  /** Ends idle and open connections; calls made later fail or open new ones. */
  close(): void {
    this.#transport.close();
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
    const over = new AbortController();
    let ended = false;
    const end = (error?: Error): void => {
      if (ended) return;
      ended = true;
      over.abort();
      sink.end(error);
    };
    const read = async (): Promise<void> => {
      const { status, body } = await this.#transport.send({ method: 'GET', path, headers: JSON_ANSWER, signal: over.signal });
      if (status !== 200) throw failureOf(await textOf(body), status);
      for await (const line of linesOf(body)) {
        if (ended) return;
        const event = parseJson(line);
        if (!isJsonObject(event)) throw new Error(`watch of ${resource.resource}: the server sent what is no JSON`);
        if (event['type'] === 'ERROR') throw StatusError.fromStatus(event['object'] as Partial<Status>, 500);
        sink.event(deepFreeze(event) as unknown as Parameters<typeof sink.event>[0]);
      }
    };
    read().then(() => end(), end);
    return { stop: () => end() };
  }

  #writeQuery({ dryRun, fieldManager }: WriteOptions): Query {
    return { dryRun: dryRun ? 'All' : undefined, fieldManager };
  }

  #deleteBody({ dryRun, ...options }: Omit<DeleteCallOptions, 'namespace'>): JsonObject {
    return { kind: 'DeleteOptions', apiVersion: 'v1', ...(options as JsonObject), ...(dryRun ? { dryRun: ['All'] } : {}) };
  }

  async #call({ method, path, body, contentType = 'application/json' }: Call, freeze = true): Promise<JsonValue> {
    const payload = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = body === undefined ? JSON_ANSWER : { ...JSON_ANSWER, 'Content-Type': contentType };
    const { status, body: answer } = await this.#transport.send({ method, path, headers, ...payload, idleTimeoutMs: IDLE_CALL_MS });
    const text = await textOf(answer);
    if (status < 200 || status > 299) throw failureOf(text, status);
    const parsed = parseJson(text);
    if (parsed === undefined) return text;
    return freeze ? deepFreeze(parsed) : parsed;
  }
}

/** The lines of a stream, without empty ones, as they are complete. */
export async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
}
