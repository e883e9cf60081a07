// Where a variable has its value from, shown or looked up. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/set/env/env_resolve.go
import { isJsonObject, type JsonObject } from '../../../kube/machinery/json.ts';
import { validateLabelKey } from '../../../kube/machinery/names.ts';
import { millisOf, quantityOf, unitsOf } from '../../../kube/machinery/quantity.ts';
import { goQuote } from '../../go-quote.ts';
import type { Kubectl } from '../../kubectl.ts';
import { metadataOf, textField } from '../../resources/info.ts';
import { builtIn } from '../create/generated.ts';

const partOf = (from: JsonObject, field: string): JsonObject | undefined => {
  const part = from[field];
  return isJsonObject(part) ? part : undefined;
};

export function referenceText(from: JsonObject): string {
  const configMap = partOf(from, 'configMapKeyRef');
  if (configMap) return `configmap ${textField(configMap, 'name')}, key ${textField(configMap, 'key')}`;
  const secret = partOf(from, 'secretKeyRef');
  if (secret) return `secret ${textField(secret, 'name')}, key ${textField(secret, 'key')}`;
  const field = partOf(from, 'fieldRef');
  if (field) return `field path ${textField(field, 'fieldPath')}`;
  const resource = partOf(from, 'resourceFieldRef');
  if (!resource) return 'invalid valueFrom';
  const container = textField(resource, 'containerName');
  return `resource field ${container ? `${container}/` : ''}${textField(resource, 'resource')}`;
}

/** Remembers what it has asked for. */
export class References {
  readonly #kubectl: Kubectl;
  readonly #namespace: string;
  readonly #objects = new Map<string, JsonObject>();

  constructor(kubectl: Kubectl, namespace: string) {
    this.#kubectl = kubectl;
    this.#namespace = namespace;
  }

  /** Rejects with why it cannot be had. */
  async value(from: JsonObject, object: JsonObject, container: JsonObject): Promise<string> {
    const secret = partOf(from, 'secretKeyRef');
    if (secret) return Buffer.from(await this.#keyOf('secrets', 'secret', secret), 'base64').toString('utf8');
    const configMap = partOf(from, 'configMapKeyRef');
    if (configMap) return this.#keyOf('configmaps', 'config map', configMap);
    const field = partOf(from, 'fieldRef');
    if (field) return fieldValue(object, textField(field, 'fieldPath'));
    const resource = partOf(from, 'resourceFieldRef');
    if (resource) return resourceValue(container, resource);
    throw new Error('invalid valueFrom');
  }

  async #keyOf(resource: string, word: string, reference: JsonObject): Promise<string> {
    const name = textField(reference, 'name');
    const key = textField(reference, 'key');
    const known = `${resource}/${name}`;
    let object = this.#objects.get(known);
    if (!object) {
      object = await (await this.#kubectl.client(builtIn('', 'v1', resource))).get({ namespace: this.#namespace, name });
      this.#objects.set(known, object);
    }
    const data = partOf(object, 'data') ?? {};
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    if (typeof value !== 'string') throw new Error(`key ${key} not found in ${word} ${name}`);
    return value;
  }
}

const FIELDS: Readonly<Record<string, string>> = { 'metadata.name': 'name', 'metadata.namespace': 'namespace', 'metadata.uid': 'uid' };

function fieldValue(object: JsonObject, path: string): string {
  const metadata = metadataOf(object);
  const subscript = /^(.+?)\['([\s\S]*)'\]$/.exec(path);
  if (subscript) {
    const [, base = '', key = ''] = subscript;
    if (base !== 'metadata.annotations' && base !== 'metadata.labels') throw new Error(`fieldPath ${goQuote(path)} does not support subscript`);
    const problems = validateLabelKey(base === 'metadata.annotations' ? key.toLowerCase() : key);
    if (problems.length) throw new Error(`invalid key subscript in ${path}: ${problems.join(';')}`);
    return textField(partOf(metadata, base.slice('metadata.'.length)) ?? {}, key);
  }
  if (path === 'metadata.annotations' || path === 'metadata.labels')
    return Object.entries(partOf(metadata, path.slice('metadata.'.length)) ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${goQuote(String(value))}`)
      .join('\n');
  const field = FIELDS[path];
  if (field) return textField(metadata, field);
  throw new Error(`unsupported fieldPath: ${path}`);
}

function resourceValue(container: JsonObject, reference: JsonObject): string {
  const resource = textField(reference, 'resource');
  const [list = '', ...rest] = resource.split('.');
  const name = rest.join('.');
  const isKnown = ['limits', 'requests'].includes(list) && (['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith('hugepages-'));
  if (!isKnown) throw new Error(`Unsupported container resource : ${resource}`);
  const amounts = partOf(partOf(container, 'resources') ?? {}, list) ?? {};
  const amount = quantityOf(textField(amounts, name) || undefined);
  const given = quantityOf(textField(reference, 'divisor') || undefined);
  const divisor = given.nanos === 0n ? quantityOf('1') : given;
  return String(name === 'cpu' ? Math.ceil(millisOf(amount) / millisOf(divisor)) : Math.ceil(unitsOf(amount) / unitsOf(divisor)));
}
