// One object that a command works on: which resource it belongs to, where it came from, and what is known of it. Models kubernetes/staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go (Info)
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { isNotFound } from '../../kube/machinery/status-error.ts';
import type { ApiResource } from '../client/discovery.ts';
import type { ResourceClient } from '../client/resource-client.ts';
import type { Kubectl } from '../kubectl.ts';

/** Metadata of an object whose shape nobody has checked yet. */
export function metadataOf(object: JsonObject | undefined): JsonObject {
  const metadata = object?.['metadata'];
  return isJsonObject(metadata) ? metadata : {};
}
export const textField = (object: JsonObject, field: string): string => {
  const value = object[field];
  return typeof value === 'string' ? value : '';
};
/** Whether it is a list of objects, such as PodList or List. */
export const isList = (object: JsonObject): object is JsonObject & { readonly items: readonly JsonObject[] } =>
  Array.isArray(object['items']) && object['items'].every(isJsonObject);

export interface InfoFields {
  /** Undefined where no server is asked (--local). */
  readonly resource: ApiResource | undefined;
  readonly client: ResourceClient | undefined;
  readonly namespace?: string;
  readonly name?: string;
  /** The file or address it was read from. */
  readonly source?: string;
  readonly object?: JsonObject;
  readonly subresource?: string;
}

export class Info {
  readonly resource: ApiResource | undefined;
  readonly client: ResourceClient | undefined;
  readonly source: string;
  readonly subresource: string;
  namespace: string;
  name: string;
  object: JsonObject | undefined;

  constructor({ resource, client, namespace = '', name = '', source = '', object, subresource = '' }: InfoFields) {
    this.resource = resource;
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.source = source;
    this.object = object;
    this.subresource = subresource;
  }

  get isNamespaced(): boolean {
    return this.resource ? this.resource.namespaced : this.namespace !== '';
  }

  /** The object; there is one once the builder has done its work (unless told not to require it). */
  get content(): JsonObject {
    if (!this.object) throw new Error(`nothing is known of ${this.name}`);
    return this.object;
  }

  /** Takes over what the server answered. */
  refresh(object: JsonObject): void {
    const metadata = metadataOf(object);
    this.name = textField(metadata, 'name') || this.name;
    this.namespace = textField(metadata, 'namespace') || this.namespace;
    this.object = object;
  }

  /** Asks the server for it. Rejects with StatusError; where the namespace itself is missing, with that. */
  async get(kubectl: Kubectl): Promise<void> {
    if (!this.client) throw new Error(`${this.name} cannot be asked for: no server is used`);
    const { namespace, name, subresource } = this;
    try {
      this.object = await this.client.get({ namespace, name, subresource });
    } catch (error) {
      if (isNotFound(error) && namespace && namespace !== 'default') await (await kubectl.client(NAMESPACES)).get({ name: namespace }).catch(rethrowNotFound);
      throw error;
    }
  }

  /** `pods/web`. */
  get objectName(): string {
    if (this.resource) return `${this.resource.resource}/${this.name}`;
    const { group, kind } = groupKindOf(this.content);
    return group ? `${kind.toLowerCase()}.${group}/${this.name}\n` : `${kind.toLowerCase()}/${this.name}`;
  }
}

const NAMESPACES = { group: '', version: 'v1', resource: 'namespaces', namespaced: false };
function rethrowNotFound(error: unknown): void {
  if (isNotFound(error)) throw error;
}

export interface ObjectKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}
export function groupKindOf(object: JsonObject): ObjectKind {
  const apiVersion = textField(object, 'apiVersion');
  const slash = apiVersion.indexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind: textField(object, 'kind') };
}

/** As Go names the type of a built-in object: `*v1.Deployment`. */
export function goTypeName(object: JsonObject): string {
  const { version, kind } = groupKindOf(object);
  return `*${version}.${kind}`;
}

/** Of a list, each of its items. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  if (isList(object)) return { ...object, items: object.items.map((item) => withoutManagedFields(item)) };
  const metadata = metadataOf(object);
  if (metadata['managedFields'] === undefined) return object;
  const { managedFields: _managedFields, ...rest } = metadata;
  return { ...object, metadata: rest };
}
