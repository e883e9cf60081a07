// The in-process ApiClient: enters at the top of the handler chain with an identity; only HTTP and encoding are skipped.
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
} from '../../kube/client/api-client.ts';
import type { JsonObject, JsonValue } from '../../kube/machinery/json.ts';
import { groupVersionOf, type Draft, type KubeList, type KubeObject, type ResourceRef } from '../../kube/machinery/object.ts';
import { notFound } from '../../kube/machinery/status-error.ts';
import type { AnyResource } from '../resources/descriptor.ts';
import type { ApiServer } from './api-server.ts';
import type { Answer, ResourceRequest } from './request.ts';
import type { UserInfo } from './authentication/user.ts';

const NO_WARNINGS = (): void => {};

/** The program that a real client of that identity would be: what its user agent begins with. */
function componentOf({ name }: UserInfo): string {
  if (name.startsWith('system:node:')) return 'kubelet';
  if (name.startsWith('system:serviceaccount:kube-system:')) return 'kube-controller-manager';
  return name.replace(/^system:/, '');
}

export class InProcessClient implements ApiClient {
  readonly #server: ApiServer;
  readonly #user: UserInfo;
  readonly #raw: (path: string) => JsonValue | Promise<JsonValue>;
  readonly #component: string;

  /** `raw` answers non-resource paths such as discovery. */
  constructor(server: ApiServer, user: UserInfo, raw: (path: string) => JsonValue | Promise<JsonValue>) {
    this.#server = server;
    this.#user = user;
    this.#raw = raw;
    this.#component = componentOf(user);
  }

  get<T extends KubeObject>(resource: ResourceRef<T>, name: string, { namespace, subresource }: Scope & { readonly subresource?: string } = {}): Promise<T> {
    return this.#object(this.#request(resource, 'get', { name, namespace, subresource }));
  }

  async list<T extends KubeObject>(resource: ResourceRef<T>, { namespace, ...list }: ListOptions = {}): Promise<KubeList<T>> {
    const answer = await this.#server.serve(this.#request(resource, 'list', { namespace, list }));
    if (answer.kind !== 'list') throw new Error(`list of ${resource.resource} gave no list`);
    const { items, resourceVersion, continue: next } = answer.list;
    return {
      apiVersion: groupVersionOf(resource),
      kind: `${resource.kind}List`,
      metadata: { resourceVersion, ...(next ? { continue: next } : {}) },
      items: items as readonly T[],
    };
  }

  create<T extends KubeObject>(
    resource: ResourceRef<T>,
    object: Draft<T>,
    { namespace, subresource, name, dryRun, fieldManager }: WriteOptions & { readonly name?: string } = {},
  ): Promise<T> {
    const inside = namespace ?? (object as { metadata?: { namespace?: string } }).metadata?.namespace;
    return this.#object(this.#request(resource, 'create', { namespace: inside, subresource, name, body: plain(object), dryRun, fieldManager }));
  }

  update<T extends KubeObject>(resource: ResourceRef<T>, object: T, { namespace, subresource, dryRun, fieldManager }: WriteOptions = {}): Promise<T> {
    return this.#object(
      this.#request(resource, 'update', {
        namespace: namespace ?? object.metadata.namespace,
        name: object.metadata.name,
        subresource,
        body: plain(object),
        dryRun,
        fieldManager,
      }),
    );
  }

  patch<T extends KubeObject>(
    resource: ResourceRef<T>,
    name: string,
    type: PatchType,
    patch: JsonValue,
    { namespace, subresource, dryRun, fieldManager, force }: PatchOptions = {},
  ): Promise<T> {
    return this.#object(this.#request(resource, 'patch', { namespace, name, subresource, body: patch, patchKind: type, dryRun, fieldManager, force }));
  }

  async delete(resource: ResourceRef, name: string, { namespace, dryRun, ...deletion }: DeleteCallOptions = {}): Promise<void> {
    await this.#server.serve(this.#request(resource, 'delete', { namespace, name, dryRun, deletion }));
  }

  async deleteCollection(
    resource: ResourceRef,
    { namespace, dryRun, labelSelector, fieldSelector, ...deletion }: DeleteCallOptions & Pick<ListOptions, 'labelSelector' | 'fieldSelector'> = {},
  ): Promise<void> {
    await this.#server.serve(this.#request(resource, 'deletecollection', { namespace, dryRun, deletion, list: { labelSelector, fieldSelector } }));
  }

  /** Events never come before this returns. */
  watch<T extends KubeObject>(resource: ResourceRef<T>, { namespace, ...parameters }: WatchOptions, sink: WatchSink<T>): WatchHandle {
    const asked = parameters.sendInitialEvents ? { ...parameters, resourceVersionMatch: 'NotOlderThan' } : parameters;
    let stopped = false;
    let stop = (): void => {};
    setImmediate(() => {
      if (stopped) return;
      try {
        const end = this.#server.watch(this.#request(resource, 'watch', { namespace }), asked, (event) => {
          if (!stopped) sink.event(event as never);
        });
        stop = end;
        if (stopped) end();
      } catch (error) {
        stopped = true;
        sink.end(error as Error);
      }
    });
    return {
      stop: () => {
        if (stopped) return;
        stopped = true;
        stop();
        sink.end();
      },
    };
  }

  async raw(path: string): Promise<JsonValue> {
    return this.#raw(path);
  }

  async #object<T extends KubeObject>(request: ResourceRequest): Promise<T> {
    const answer: Answer = await this.#server.serve(request);
    if (answer.kind === 'object') return answer.object as T;
    if (answer.kind === 'other') return answer.value as unknown as T;
    throw new Error(`${request.verb} of ${request.resource.resource} gave a list`);
  }

  #request(
    ref: ResourceRef,
    verb: string,
    parts: {
      readonly [K in 'namespace' | 'name' | 'subresource' | 'body' | 'patchKind' | 'dryRun' | 'fieldManager' | 'force' | 'list' | 'deletion']?:
        ResourceRequest[K] | undefined;
    },
  ): ResourceRequest {
    const resource: AnyResource | undefined = this.#server.resources.find(groupVersionOf(ref), ref.resource);
    if (!resource) throw notFound({ group: ref.group, resource: ref.resource }, parts.name ?? '');
    return {
      user: this.#user,
      verb,
      resource,
      subresource: parts.subresource ?? '',
      namespace: resource.namespaced ? (parts.namespace ?? '') : '',
      name: parts.name ?? '',
      body: parts.body,
      patchKind: parts.patchKind,
      dryRun: parts.dryRun ?? false,
      fieldManager: parts.fieldManager ?? (parts.patchKind === 'apply' ? '' : this.#component),
      force: parts.force,
      fieldValidation: 'Ignore',
      list: parts.list ?? {},
      deletion: parts.deletion ?? {},
      query: new URLSearchParams(),
      warn: NO_WARNINGS,
    };
  }
}

/** A body as JSON sees it; typed objects are JSON already. */
const plain = (object: object): JsonObject => object as JsonObject;
