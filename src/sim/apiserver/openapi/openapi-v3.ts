// OpenAPI v3, derived from the descriptors and the facts: what kubectl validates, patches and explains by.
import { CUSTOM_NEEDS, customSchemas } from './custom-schema.ts';
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import type { ResourceRegistry } from '../../resources/registry.ts';
import { findType, isScalar, typeOf, type FieldFact } from '../../resources/types.ts';
import { typeOfKind } from '../serializer/kinds.ts';
import { pathsOf, REF } from './operations.ts';
import { encodeSwagger } from './gnostic.ts';
import type { PathAnswer } from '../http/paths.ts';
import { swaggerOf, type DocumentV3 } from './openapi-v2.ts';

const JSON_TYPE = 'application/json';
type Draft = Record<string, JsonValue>;
/** Prose of types and fields: `Pod` → text, `Pod.spec` → text; loaded when first asked for. */
export type Descriptions = (schema: string, field: string | undefined) => string | undefined;

const APIEXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';
/** By scalar type or, where several share one, by form. */
const NAMED: Readonly<Record<string, string>> = {
  time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  microtime: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intorstr: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  fields: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  raw: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
  json: `${APIEXTENSIONS}JSON`,
  orarray: `${APIEXTENSIONS}JSONSchemaPropsOrArray`,
  orbool: `${APIEXTENSIONS}JSONSchemaPropsOrBool`,
  orstrings: `${APIEXTENSIONS}JSONSchemaPropsOrStringArray`,
};
/** Types with a text and no fields. */
export const NAMED_TYPES = Object.values(NAMED);
const NAMED_SCHEMAS: Readonly<Record<string, JsonObject>> = {
  [NAMED['time'] ?? '']: { type: 'string', format: 'date-time' },
  [NAMED['microtime'] ?? '']: { type: 'string', format: 'date-time' },
  [NAMED['quantity'] ?? '']: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  [NAMED['intorstr'] ?? '']: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  [NAMED['fields'] ?? '']: { type: 'object' },
  [NAMED['raw'] ?? '']: { type: 'object' },
  [NAMED['json'] ?? '']: {},
  [NAMED['orarray'] ?? '']: {},
  [NAMED['orbool'] ?? '']: {},
  [NAMED['orstrings'] ?? '']: {},
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

/** The schema that a field refers to, if its type has one of its own. */
const refOf = ({ t, pt }: FieldFact): string | undefined => (isScalar(t) ? (NAMED[pt ?? ''] ?? NAMED[t]) : t);

function zeroOf({ t }: FieldFact): JsonValue | undefined {
  if (!isScalar(t)) return {};
  if (t === 'string') return '';
  if (['int', 'int32', 'int64', 'double'].includes(t)) return 0;
  return t === 'bool' ? false : undefined;
}

function valueSchema(fact: FieldFact, asItem: boolean): Draft {
  const named = refOf(fact);
  // A reference bears nothing beside it: where something else is said, it goes inside.
  const stands = asItem && zeroOf(fact) === undefined;
  const base: Draft = !named ? { ...(SIMPLE[fact.t] as Draft) } : stands ? { $ref: REF + named } : { allOf: [{ $ref: REF + named }] };
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

/** What refers to a type and says nothing else is the reference itself. */
function bare(schema: Draft): Draft {
  const inner = schema['allOf'];
  return Array.isArray(inner) && Object.keys(schema).length === 1 ? (inner[0] as Draft) : schema;
}

/** Documents without types of resources. */
const plainPaths: readonly string[] = ['.well-known/openid-configuration', 'api', 'apis', 'openid/v1/jwks', 'version'];
const SECURITY = { BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' } };
const hashOf = (body: string | Buffer): string => createHash('sha512').update(body).digest('hex').toUpperCase();

interface Document {
  readonly body: string;
  readonly hash: string;
}
const YEAR_MS = 365 * 24 * 3_600_000;
const pathOf = (groupVersion: string): string => (groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`);

export class OpenApi {
  readonly #resources: ResourceRegistry;
  readonly #descriptions: () => Descriptions;
  /** Of one generation of the registry. */
  #documents = new Map<string, Document | undefined>();
  #generation = -1;
  readonly #v2 = new Map<string, Buffer>();

  constructor(resources: ResourceRegistry, descriptions: () => Descriptions) {
    this.#resources = resources;
    this.#descriptions = descriptions;
  }

  index(groupVersions: readonly string[]): PathAnswer {
    const groups = groupVersions.flatMap((each) => (each.includes('/') ? [`apis/${each.split('/')[0] ?? ''}`] : []));
    const all = [...new Set([...plainPaths, ...groups, ...groupVersions.map(pathOf)])].sort();
    const paths = Object.fromEntries(all.map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${this.#document(path)?.hash ?? ''}` }]));
    return { contentType: 'text/plain; charset=utf-8', body: JSON.stringify({ paths }) };
  }

  document(path: string, hash: string, ifNoneMatch?: string, now = 0): PathAnswer {
    const document = this.#document(path);
    if (!document) return { code: 404, contentType: '', body: '' };
    const etag = `"${document.hash}"`;
    if (ifNoneMatch === etag) return { code: 304, contentType: JSON_TYPE, body: '', headers: { etag } };
    // Another hash was good once: the document has moved on.
    if (hash && hash !== document.hash)
      return { code: 301, contentType: '', body: '', headers: { etag, location: `/openapi/v3/${path}?hash=${document.hash}`, vary: 'Accept' } };
    const forGood = { 'cache-control': 'public, immutable', expires: new Date(now + YEAR_MS).toUTCString().replace('GMT', 'UTC') };
    return { contentType: JSON_TYPE, body: document.body, headers: { etag, vary: 'Accept', ...(hash ? forGood : {}) } };
  }

  /** `/openapi/v2` as JSON or, where the client asks for it, as protobuf. */
  v2(groupVersions: readonly string[], accept: string): PathAnswer {
    const asProtobuf = accept.includes('proto-openapi.spec.v2');
    const contentType = asProtobuf ? 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' : JSON_TYPE;
    this.#refresh();
    let body = this.#v2.get(contentType);
    if (!body) {
      const documents = groupVersions.flatMap((each) => {
        const document = this.#document(pathOf(each));
        return document ? [JSON.parse(document.body) as DocumentV3] : [];
      });
      const swagger = swaggerOf(documents);
      this.#v2.set(contentType, (body = asProtobuf ? Buffer.from(encodeSwagger(swagger)) : Buffer.from(JSON.stringify(swagger))));
    }
    return { contentType, body, headers: { etag: `"${hashOf(body)}"`, vary: 'Accept' } };
  }

  #refresh(): void {
    if (this.#generation === this.#resources.generation) return;
    this.#generation = this.#resources.generation;
    this.#documents = new Map();
    this.#v2.clear();
  }

  #document(path: string): Document | undefined {
    this.#refresh();
    if (this.#documents.has(path)) return this.#documents.get(path);
    const content = this.#content(path);
    const body = content && JSON.stringify({ openapi: '3.0.0', info: { title: 'Kubernetes', version: '1.35' }, ...content });
    const document = body === undefined ? undefined : { body, hash: hashOf(body) };
    this.#documents.set(path, document);
    return document;
  }

  /** Undefined for a path nobody serves. */
  #content(path: string): JsonObject | undefined {
    const groupVersion = path.replace(/^apis?\//, '');
    const resources = this.#resources.all.filter((each) => each.groupVersion === groupVersion && path === pathOf(groupVersion));
    if (!resources.length) {
      const [, group] = /^apis\/([^/]+)$/.exec(path) ?? [];
      if (!plainPaths.includes(path) && !(group && this.#resources.all.some((each) => each.group === group))) return undefined;
      return { paths: { [`/${path}/`]: { get: { responses: { 200: { description: 'OK' }, 401: { description: 'Unauthorized' } } } } } };
    }
    const wanted = new Set<string>(['io.k8s.apimachinery.pkg.apis.meta.v1.Patch', 'io.k8s.apimachinery.pkg.apis.meta.v1.Status']);
    for (const resource of resources) for (const name of [resource.schema, `${resource.schema}List`]) if (findType(name)) wanted.add(name);
    const custom = resources.filter(({ codec }) => codec.type === undefined);
    if (custom.length) for (const name of CUSTOM_NEEDS) wanted.add(name);
    const schemaOf = (apiVersion: string, kind: string): string | undefined => {
      const type = typeOfKind(apiVersion, kind);
      if (type) wanted.add(type);
      return type;
    };
    const paths = Object.assign({}, ...resources.map((each) => pathsOf(each, schemaOf))) as JsonObject;
    const schemas: Draft = {};
    const descriptions = this.#descriptions();
    for (const resource of custom) Object.assign(schemas, customSchemas(resource, descriptions));
    // The set grows while it is walked: every type that a type mentions.
    for (const name of wanted) schemas[name] = this.#schema(name, wanted, descriptions);
    return { paths, components: { schemas, securitySchemes: SECURITY } };
  }

  #schema(name: string, wanted: Set<string>, descriptions: Descriptions): JsonObject {
    const description = descriptions(name, undefined);
    const prose = description ? { description } : {};
    const simple = NAMED_SCHEMAS[name];
    if (simple) return { ...prose, ...simple };
    if (!findType(name)) return { ...prose, type: 'object' };
    const type = typeOf(name);
    if (type.s) return { ...prose, type: type.s };
    const properties: Draft = {};
    const required: string[] = [];
    for (const [field, fact] of Object.entries(type.fields)) {
      const ref = refOf(fact);
      if (ref) wanted.add(ref);
      if (fact.r) required.push(field);
      const text = descriptions(name, field);
      properties[field] = text ? { description: text, ...fieldSchema(fact) } : bare(fieldSchema(fact));
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
