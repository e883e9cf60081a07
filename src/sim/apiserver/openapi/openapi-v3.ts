// OpenAPI v3, derived from the descriptors and the facts: what kubectl validates, patches and explains by.
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import type { AnyResource } from '../../resources/descriptor.ts';
import type { ResourceRegistry } from '../../resources/registry.ts';
import { findType, isScalar, typeOf, type FieldFact } from '../../resources/types.ts';
import { encodeSwagger } from './gnostic.ts';
import type { PathAnswer } from '../http/paths.ts';
import { swaggerOf, type DocumentV3 } from './openapi-v2.ts';

const JSON_TYPE = 'application/json';
type Draft = Record<string, JsonValue>;
/** Prose of types and fields: `Pod` → text, `Pod.spec` → text; loaded when first asked for. */
export type Descriptions = (schema: string, field: string | undefined) => string | undefined;

const REF = '#/components/schemas/';
const NAMED: Readonly<Record<string, string>> = {
  time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  microtime: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intorstr: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  fields: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  raw: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
  json: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
};
const NAMED_SCHEMAS: Readonly<Record<string, JsonObject>> = {
  [NAMED['time'] ?? '']: { type: 'string', format: 'date-time' },
  [NAMED['microtime'] ?? '']: { type: 'string', format: 'date-time' },
  [NAMED['quantity'] ?? '']: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  [NAMED['intorstr'] ?? '']: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  [NAMED['fields'] ?? '']: { type: 'object' },
  [NAMED['raw'] ?? '']: { type: 'object' },
  [NAMED['json'] ?? '']: {},
};
const SIMPLE: Readonly<Record<string, JsonObject>> = {
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  bool: { type: 'boolean' },
  int: { type: 'integer' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  stringlist: { type: 'array', items: { type: 'string', default: '' } },
};

function zeroOf({ t }: FieldFact): JsonValue | undefined {
  if (!isScalar(t)) return {};
  if (t === 'string') return '';
  return ['int', 'int32', 'int64', 'double'].includes(t)
    ? 0
    : t === 'bool'
      ? false
      : t === 'time' || t === 'microtime' || t === 'quantity'
        ? undefined
        : undefined;
}

function valueSchema(fact: FieldFact, asItem: boolean): Draft {
  const named = isScalar(fact.t) ? NAMED[fact.t] : fact.t;
  const base: Draft = named
    ? asItem || fact.d !== undefined
      ? { allOf: [{ $ref: REF + named }] }
      : { allOf: [{ $ref: REF + named }] }
    : { ...(SIMPLE[fact.t] as Draft) };
  if (fact.e && !asItem) base['enum'] = [...fact.e];
  if (asItem) {
    const zero = zeroOf(fact);
    if (zero !== undefined) return { default: zero, ...base };
  }
  return base;
}

function fieldSchema(fact: FieldFact): Draft {
  let schema: Draft;
  if (fact.l)
    schema = {
      type: 'array',
      items: fact.t === 'stringlist' ? (SIMPLE['stringlist'] as Draft) : { ...valueSchema(fact, true), ...(fact.e ? { enum: [...fact.e] } : {}) },
    };
  else if (fact.m) schema = { type: 'object', additionalProperties: valueSchema(fact, true) };
  else schema = valueSchema(fact, false);
  if (fact.d !== undefined && !fact.l && !fact.m) schema['default'] = fact.d as JsonValue;
  if (fact.f && schema['type'] === 'string') schema['format'] = fact.f;
  if (fact.lt) schema['x-kubernetes-list-type'] = fact.lt;
  if (fact.lk) schema['x-kubernetes-list-map-keys'] = [...fact.lk];
  if (fact.mt) schema['x-kubernetes-map-type'] = fact.mt;
  if (fact.ps) schema['x-kubernetes-patch-strategy'] = fact.ps;
  if (fact.mk) schema['x-kubernetes-patch-merge-key'] = fact.mk;
  return schema;
}

const VERB_METHODS: Readonly<Record<string, readonly [string, string, boolean]>> = {
  // verb → method, x-kubernetes-action, on one object
  get: ['get', 'get', true],
  update: ['put', 'put', true],
  patch: ['patch', 'patch', true],
  delete: ['delete', 'delete', true],
  list: ['get', 'list', false],
  create: ['post', 'post', false],
  deletecollection: ['delete', 'deletecollection', false],
};
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch']);
const queryParameter = (name: string, type = 'string'): JsonObject => ({ name, in: 'query', schema: { type, uniqueItems: true } });
const pathParameter = (name: string): JsonObject => ({ name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } });

function operation(resource: AnyResource, verb: string): JsonObject {
  const [, action] = VERB_METHODS[verb] ?? ['', ''];
  const schema = { $ref: REF + (verb === 'list' ? `${resource.schema}List` : resource.schema) };
  const parameters = WRITES.has(verb)
    ? [
        queryParameter('dryRun'),
        queryParameter('fieldManager'),
        queryParameter('fieldValidation'),
        ...(verb === 'patch' ? [queryParameter('force', 'boolean')] : []),
      ]
    : [];
  return {
    responses: { 200: { content: { 'application/json': { schema } } }, 401: {} },
    ...(parameters.length ? { parameters } : {}),
    ...(WRITES.has(verb)
      ? {
          requestBody: {
            required: true,
            content: { '*/*': { schema: verb === 'patch' ? { $ref: `${REF}io.k8s.apimachinery.pkg.apis.meta.v1.Patch` } : schema } },
          },
        }
      : {}),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: resource.group, version: resource.version, kind: resource.kind },
  };
}

function pathsOf(resource: AnyResource): Draft {
  const root = resource.group ? `/apis/${resource.groupVersion}` : '/api/v1';
  const collection = `${root}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.resource}`;
  const one: Draft = {};
  const many: Draft = {};
  for (const verb of resource.facts.verbs) {
    const [method, , single] = VERB_METHODS[verb] ?? [];
    if (method) (single ? one : many)[method] = operation(resource, verb);
  }
  const namespace = resource.namespaced ? [pathParameter('namespace')] : [];
  const paths: Draft = {};
  if (Object.keys(many).length) paths[collection] = { ...many, ...(namespace.length ? { parameters: namespace } : {}) };
  if (Object.keys(one).length) paths[`${collection}/{name}`] = { ...one, parameters: [pathParameter('name'), ...namespace] };
  if (resource.namespaced && resource.facts.verbs.includes('list')) paths[`${root}/${resource.resource}`] = { get: operation(resource, 'list') };
  return paths;
}

export class OpenApi {
  readonly #resources: ResourceRegistry;
  readonly #descriptions: () => Descriptions;
  readonly #documents = new Map<string, { readonly body: string; readonly hash: string }>();

  constructor(resources: ResourceRegistry, descriptions: () => Descriptions) {
    this.#resources = resources;
    this.#descriptions = descriptions;
  }

  index(groupVersions: readonly string[]): PathAnswer {
    const paths = Object.fromEntries(
      groupVersions.map((each) => {
        const path = each.includes('/') ? `apis/${each}` : `api/${each}`;
        return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${this.#hash(path)}` }];
      }),
    );
    return { contentType: 'text/plain; charset=utf-8', body: JSON.stringify({ paths }) };
  }

  document(path: string, hash: string, ifNoneMatch?: string): PathAnswer | undefined {
    const document = this.#document(path);
    if (!document) return { code: 404, contentType: '', body: '' };
    if (ifNoneMatch === `"${document.hash}"`) return { code: 304, contentType: JSON_TYPE, body: '', headers: { etag: ifNoneMatch } };
    return {
      contentType: JSON_TYPE,
      body: document.body,
      headers: { etag: `"${document.hash}"`, 'cache-control': hash === document.hash ? 'public, immutable' : 'no-cache, private' },
    };
  }

  /** `/openapi/v2` as JSON or, where the client asks for it, as protobuf. */
  v2(groupVersions: readonly string[], accept: string): PathAnswer {
    const documents = groupVersions
      .map((each) => this.#document(each.includes('/') ? `apis/${each}` : `api/${each}`))
      .flatMap((each) => (each ? [JSON.parse(each.body) as DocumentV3] : []));
    const swagger = swaggerOf(documents);
    if (accept.includes('proto-openapi.spec.v2'))
      return { contentType: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf', body: encodeSwagger(swagger) };
    return { contentType: JSON_TYPE, body: JSON.stringify(swagger) };
  }

  /** Of the names only: it changes when a group's resources do, and costs nothing to know. */
  #hash(path: string): string {
    const groupVersion = path.replace(/^apis?\//, '');
    const names = this.#resources.all
      .filter((each) => each.groupVersion === groupVersion)
      .map((each) => each.resource)
      .sort();
    return createHash('sha256')
      .update(JSON.stringify([path, names]))
      .digest('hex')
      .toUpperCase();
  }

  #document(path: string): { readonly body: string; readonly hash: string } | undefined {
    const known = this.#documents.get(path);
    if (known) return known;
    const groupVersion = path.replace(/^apis?\//, '');
    const resources = this.#resources.all.filter((each) => each.groupVersion === groupVersion);
    if (!resources.length) return undefined;
    const wanted = new Set<string>(['io.k8s.apimachinery.pkg.apis.meta.v1.Patch', 'io.k8s.apimachinery.pkg.apis.meta.v1.Status']);
    for (const resource of resources) for (const name of [resource.schema, `${resource.schema}List`]) if (findType(name)) wanted.add(name);
    const schemas: Draft = {};
    const descriptions = this.#descriptions();
    // The set grows while it is walked: every type that a type mentions.
    for (const name of wanted) schemas[name] = this.#schema(name, wanted, descriptions);
    const document = {
      openapi: '3.0.0',
      info: { title: 'Kubernetes', version: 'v1.35.4' },
      paths: Object.assign({}, ...resources.map(pathsOf)) as JsonObject,
      components: { schemas },
    };
    const made = { body: JSON.stringify(document), hash: this.#hash(path) };
    this.#documents.set(path, made);
    return made;
  }

  #schema(name: string, wanted: Set<string>, descriptions: Descriptions): JsonObject {
    const description = descriptions(name, undefined);
    const prose = description ? { description } : {};
    const simple = NAMED_SCHEMAS[name];
    if (simple) return { ...prose, ...simple };
    if (!findType(name)) return { type: 'object' };
    const type = typeOf(name);
    if (type.s) return { ...prose, type: type.s };
    const properties: Draft = {};
    const required: string[] = [];
    for (const [field, fact] of Object.entries(type.fields)) {
      const ref = isScalar(fact.t) ? NAMED[fact.t] : fact.t;
      if (ref) wanted.add(ref);
      if (fact.r) required.push(field);
      const text = descriptions(name, field);
      properties[field] = { ...(text ? { description: text } : {}), ...fieldSchema(fact) };
    }
    const gvk = (type.gvk ?? []).map((each) => {
      const parts = each.split('/');
      const kind = parts.pop() ?? '';
      const version = parts.pop() ?? '';
      return { group: parts.pop() ?? '', version, kind };
    });
    return {
      ...prose,
      type: 'object',
      ...(required.length ? { required } : {}),
      ...(Object.keys(properties).length ? { properties } : {}),
      ...(type.mapType ? { 'x-kubernetes-map-type': type.mapType } : {}),
      ...(gvk.length ? { 'x-kubernetes-group-version-kind': gvk } : {}),
      ...(type.unions ? { 'x-kubernetes-unions': type.unions as JsonValue } : {}),
    };
  }
}
