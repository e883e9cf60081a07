// ApiClient: the one door to a Kubernetes API, in process or over HTTP. Controllers, scheduler, kubelet, labs and kubectl see nothing else.
import type { DeleteOptions } from '../api/meta-v1.ts';
import type { JsonValue } from '../machinery/json.ts';
import type { Draft, KubeList, KubeObject, ResourceRef } from '../machinery/object.ts';
import type { StatusError } from '../machinery/status-error.ts';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface Scope {
  /** Required for namespaced resources, but in list and watch, where leaving it out means all namespaces. */
  readonly namespace?: string;
}
export interface WriteOptions extends Scope {
  readonly subresource?: string;
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
}
export interface PatchOptions extends WriteOptions {
  readonly force?: boolean;
}
export interface ListOptions extends Scope {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
}
export interface WatchOptions extends Scope {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Events after this revision; left out: synthetic ADDED events of what exists, then what happens. */
  readonly resourceVersion?: string;
  /** Watch-list: ADDED for everything that exists, then a BOOKMARK annotated `k8s.io/initial-events-end`. */
  readonly sendInitialEvents?: boolean;
  readonly allowBookmarks?: boolean;
}
export interface DeleteCallOptions extends Scope, Partial<Pick<DeleteOptions, 'gracePeriodSeconds' | 'propagationPolicy' | 'preconditions'>> {
  readonly dryRun?: boolean;
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}
/** Receives a watch. `end` comes exactly once, without an error when the server closed the stream cleanly or `stop` was called. */
export interface WatchSink<T> {
  event(event: WatchEvent<T>): void;
  end(error?: StatusError | Error): void;
}
export interface WatchHandle {
  stop(): void;
}

/**
 * Calls reject with StatusError for what the API refuses, and with another Error for what kept it from answering.
 * Objects that come out are frozen and shared: change means building a new one.
 */
export interface ApiClient {
  get<T extends KubeObject>(resource: ResourceRef<T>, name: string, options?: Scope & { readonly subresource?: string }): Promise<T>;
  list<T extends KubeObject>(resource: ResourceRef<T>, options?: ListOptions): Promise<KubeList<T>>;
  /** `name` is needed for subresources (binding, eviction, token) only. */
  create<T extends KubeObject>(resource: ResourceRef<T>, object: Draft<T>, options?: WriteOptions & { readonly name?: string }): Promise<T>;
  update<T extends KubeObject>(resource: ResourceRef<T>, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject>(resource: ResourceRef<T>, name: string, type: PatchType, patch: JsonValue, options?: PatchOptions): Promise<T>;
  delete(resource: ResourceRef, name: string, options?: DeleteCallOptions): Promise<void>;
  deleteCollection(resource: ResourceRef, options?: DeleteCallOptions & Pick<ListOptions, 'labelSelector' | 'fieldSelector'>): Promise<void>;
  watch<T extends KubeObject>(resource: ResourceRef<T>, options: WatchOptions, sink: WatchSink<T>): WatchHandle;
  /** A GET of any path, parsed as JSON where the answer is JSON, otherwise as text: discovery, /version, /readyz. */
  raw(path: string): Promise<JsonValue>;
}
