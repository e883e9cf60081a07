// The verbs on one resource, with what kubectl adds to their requests. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/resource/helper.go
import { PATCH_CONTENT } from '../../kube/client/http-client.ts';
import type { PatchType } from '../../kube/client/api-client.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { ApiWire, WatchFrame } from './api-wire.ts';
import type { ApiResource } from './discovery.ts';

type QueryValue = string | number | boolean | undefined | readonly string[];
export type Query = Readonly<Record<string, QueryValue>>;

/** In alphabetical order of the names, as Go encodes them; empty values are left out, words of a list come one by one. */
export function withQuery(path: string, query: Query): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '' && value !== false)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => (typeof value === 'object' ? value : [String(value)]).map((each) => `${encode(key)}=${encode(each)}`));
  return pairs.length ? `${path}?${pairs.join('&')}` : path;
}
const encode = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

export interface Place {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}
export type ResourceName = Pick<ApiResource, 'group' | 'version' | 'resource' | 'namespaced'>;

export function pathOf({ group, version, resource, namespaced }: ResourceName, { namespace, name, subresource }: Place): string {
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
  const within = namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${within}/${resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}${subresource ? `/${subresource}` : ''}`;
}

export interface WriteQuery {
  readonly fieldManager?: string | undefined;
  readonly fieldValidation?: string | undefined;
  readonly dryRun?: boolean | undefined;
}
const writeQuery = ({ fieldManager, fieldValidation, dryRun }: WriteQuery): Query => ({ fieldManager, fieldValidation, dryRun: dryRun ? 'All' : undefined });

export interface ListQuery {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** Calls reject with StatusError for what the server refuses, and with UnreachableError. */
export class ResourceClient {
  readonly #wire: ApiWire;
  readonly resource: ResourceName;
  readonly #accept: string;
  readonly #query: Query;

  /** `accept` and `query` go with reads: tables, `includeObject`. */
  constructor(wire: ApiWire, resource: ResourceName, { accept = 'application/json', query = {} }: { readonly accept?: string; readonly query?: Query } = {}) {
    this.#wire = wire;
    this.resource = resource;
    this.#accept = accept;
    this.#query = query;
  }

  get(place: Place): Promise<JsonObject> {
    return this.#wire.call({ method: 'GET', path: this.#path(place, this.#query), accept: this.#accept });
  }
  list(place: Place, list: ListQuery = {}): Promise<JsonObject> {
    return this.#wire.call({ method: 'GET', path: this.#path(place, { ...this.#query, ...list, limit: list.limit || undefined }), accept: this.#accept });
  }
  watch(place: Place, list: ListQuery & { readonly allowWatchBookmarks?: boolean } = {}, signal?: AbortSignal): AsyncGenerator<WatchFrame> {
    const path = this.#path(place, { ...this.#query, ...list, watch: true });
    return this.#wire.watch({ path, accept: this.#accept, ...(signal ? { signal } : {}) });
  }
  /** Without the revision that what was read from a server brings along. Models cli-runtime's Helper.Create */
  create(place: Place, body: JsonObject, write: WriteQuery = {}): Promise<JsonObject> {
    return this.#wire.call({ method: 'POST', path: this.#path(place, writeQuery(write)), body: withoutRevision(body) });
  }
  update(place: Place, body: JsonObject, write: WriteQuery = {}): Promise<JsonObject> {
    return this.#wire.call({ method: 'PUT', path: this.#path(place, writeQuery(write)), body });
  }
  patch(place: Place, type: PatchType, patch: JsonValue | string, write: WriteQuery & { readonly force?: boolean } = {}): Promise<JsonObject> {
    const path = this.#path(place, { ...writeQuery(write), force: write.force });
    return this.#wire.call({ method: 'PATCH', path, body: patch, contentType: PATCH_CONTENT[type] });
  }
  /** `options` are DeleteOptions without kind and version. */
  delete(place: Place, options: JsonObject = {}): Promise<JsonObject> {
    return this.#wire.call({ method: 'DELETE', path: this.#path(place, {}), body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } });
  }

  #path(place: Place, query: Query): string {
    return withQuery(pathOf(this.resource, place), query);
  }
}

function withoutRevision(body: JsonObject): JsonObject {
  const { metadata } = body;
  if (!isJsonObject(metadata) || !metadata['resourceVersion']) return body;
  const { resourceVersion: _, ...rest } = metadata;
  return { ...body, metadata: rest };
}
