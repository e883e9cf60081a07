// The OpenAPI documents of everything that is served, made when they are asked for and kept compressed as long as the registry stays.
// Models kube-openapi/pkg/handler3
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../kube/machinery/json.ts';
import type { AnyResource } from '../../resources/descriptor.ts';
import type { ResourceRegistry } from '../../resources/registry.ts';
import type { PathAnswer } from '../http/paths.ts';
import { CUSTOM_NEEDS, customSchemas } from './custom-schema.ts';
import { encodeSwagger } from './gnostic.ts';
import { documentV2 } from './openapi-v2.ts';
import { documentV3 } from './openapi-v3.ts';
import { typesIn, type Operation } from './operation.ts';
import { groupOperation, groupVersionOperation, plainOperation, plainPaths } from './plain-operations.ts';
import { operationsOf } from './resource-operations.ts';
import { schemaOf, type Descriptions } from './schemas.ts';
import { Compressed } from '../http/compressed.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const YEAR_MS = 365 * 24 * 3_600_000;
const hashOf = (body: string | Buffer): string => createHash('sha512').update(body).digest('hex').toUpperCase();
const pathOf = (groupVersion: string): string => (groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`);
const isCustom = ({ codec }: AnyResource): boolean => codec.type === undefined;

interface Document {
  readonly body: Compressed;
  readonly hash: string;
}
/** What a document tells of. */
interface Content {
  readonly operations: readonly Operation[];
  readonly resources: readonly AnyResource[];
}

export class OpenApi {
  readonly #resources: ResourceRegistry;
  readonly #descriptions: () => Descriptions;
  /** Of one generation of the registry. */
  #documents = new Map<string, Document | undefined>();
  #generation = -1;
  readonly #v2 = new Map<string, Document>();

  constructor(resources: ResourceRegistry, descriptions: () => Descriptions) {
    this.#resources = resources;
    this.#descriptions = descriptions;
  }

  index(): PathAnswer {
    const paths = Object.fromEntries(
      this.#paths().map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${this.#document(path)?.hash ?? ''}` }]),
    );
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
  v2(accept: string): PathAnswer {
    const asProtobuf = accept.includes('proto-openapi.spec.v2');
    const contentType = asProtobuf ? PROTOBUF_TYPE : JSON_TYPE;
    this.#refresh();
    let document = this.#v2.get(contentType);
    if (!document) {
      const contents = this.#paths().flatMap((path) => this.#content(path) ?? []);
      const swagger = documentV2(
        contents.flatMap(({ operations }) => operations),
        Object.assign({}, ...contents.map((content) => this.#schemas(content, 2))) as JsonObject as never,
      );
      const body = asProtobuf ? encodeSwagger(swagger) : Buffer.from(JSON.stringify(swagger));
      this.#v2.set(contentType, (document = { body: new Compressed(body), hash: hashOf(body) }));
    }
    return { contentType, body: document.body, headers: { etag: `"${document.hash}"`, vary: 'Accept' } };
  }

  #refresh(): void {
    if (this.#generation === this.#resources.generation) return;
    this.#generation = this.#resources.generation;
    this.#documents = new Map();
    this.#v2.clear();
  }

  /** Of all documents, sorted. Groups have one of their own, but for those of custom resources. */
  #paths(): readonly string[] {
    const groups = this.#resources.all.flatMap((each) => (each.group && !isCustom(each) ? [`apis/${each.group}`] : []));
    return [...new Set([...plainPaths, ...groups, ...this.#resources.all.map(({ groupVersion }) => pathOf(groupVersion))])].sort();
  }

  #document(path: string): Document | undefined {
    this.#refresh();
    if (this.#documents.has(path)) return this.#documents.get(path);
    const content = this.#content(path);
    let document: Document | undefined;
    if (content) {
      const body = Buffer.from(JSON.stringify(documentV3(content.operations, this.#schemas(content, 3), content.resources.some(isCustom))));
      document = { body: new Compressed(body), hash: hashOf(body) };
    }
    this.#documents.set(path, document);
    return document;
  }

  /** Undefined for a path nobody serves. */
  #content(path: string): Content | undefined {
    const plain = plainOperation(path);
    if (plain) return { operations: [plain], resources: [] };
    const resources = this.#resources.all.filter((each) => pathOf(each.groupVersion) === path);
    const own = resources.flatMap(operationsOf);
    if (resources.length) return { operations: resources.some(isCustom) ? own : [groupVersionOperation(path), ...own], resources };
    const isGroup = this.#resources.all.some((each) => each.group && path === `apis/${each.group}` && !isCustom(each));
    return isGroup ? { operations: [groupOperation(path)], resources: [] } : undefined;
  }

  /** The types that the operations mention, those that they mention, and so on. */
  #schemas({ operations, resources }: Content, release: 2 | 3): Record<string, JsonObject> {
    const descriptions = this.#descriptions();
    const custom = resources.filter(isCustom);
    const schemas: Record<string, JsonObject> = Object.assign({}, ...custom.map((each) => customSchemas(each, descriptions, release)));
    const wanted = new Set([...typesIn(operations), ...(custom.length ? CUSTOM_NEEDS : [])]);
    // The set grows while it is walked.
    for (const name of wanted) schemas[name] ??= schemaOf(name, wanted, descriptions, custom.length > 0);
    return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
