// The OpenAPI documents of everything that is served, made when they are asked for and kept compressed as long as the registry stays.
// Models kube-openapi/pkg/handler3
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../../kube/machinery/json.ts';
import type { AnyResource } from '../../resources/descriptor.ts';
import type { ResourceRegistry } from '../../resources/registry.ts';
import type { PathAnswer } from '../http/paths.ts';
import { Compressed } from '../http/compressed.ts';
import { CUSTOM_NEEDS, customSchemas } from './custom-schema.ts';
import { encodeSwagger } from './gnostic.ts';
import { partV2, schemaV2, SWAGGER } from './openapi-v2.ts';
import { documentV3 } from './openapi-v3.ts';
import { typesIn, type Operation } from './operation.ts';
import { groupOperation, groupVersionOperation, plainOperation, plainPaths } from './plain-operations.ts';
import { operationsOf } from './resource-operations.ts';
import { schemaOf, type Descriptions } from './schemas.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const YEAR_MS = 365 * 24 * 3_600_000;
const hashOf = (body: Buffer): string => createHash('sha512').update(body).digest('hex').toUpperCase();
const pathOf = (groupVersion: string): string => (groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`);
const isCustom = ({ codec }: AnyResource): boolean => codec.type === undefined;

interface Document {
  readonly body: Compressed;
  readonly hash: string;
}
const documentOf = (body: Buffer): Document => ({ body: new Compressed(body), hash: hashOf(body) });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What is at hand while several documents are made: prose, and the schemas that they share in the form that is wanted. */
interface Workshop<T> {
  readonly descriptions: Descriptions;
  readonly release: 2 | 3;
  readonly form: (schema: JsonObject) => T;
  readonly made: Map<string, { readonly formed: T; readonly mentions: ReadonlySet<string> }>;
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
  readonly #v2 = new Map<string, Promise<Document>>();

  constructor(resources: ResourceRegistry, descriptions: () => Descriptions) {
    this.#resources = resources;
    this.#descriptions = descriptions;
  }

  /** A turn of the event loop goes by between two documents: their hashes are wanted, and none may have been made yet. */
  async index(): Promise<PathAnswer> {
    const paths: Record<string, JsonValue> = {};
    let workshop: Workshop<string> | undefined;
    for (const path of this.#paths()) {
      this.#refresh();
      let document = this.#documents.get(path);
      if (!document) {
        document = this.#document(path, (workshop ??= this.#workshop()));
        await turn();
      }
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${document?.hash ?? ''}` };
    }
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
  async v2(accept: string): Promise<PathAnswer> {
    this.#refresh();
    const contentType = accept.includes('proto-openapi.spec.v2') ? PROTOBUF_TYPE : JSON_TYPE;
    let making = this.#v2.get(contentType);
    if (!making) this.#v2.set(contentType, (making = this.#swagger(contentType === PROTOBUF_TYPE)));
    const { body, hash } = await making;
    return { contentType, body, headers: { etag: `"${hash}"`, vary: 'Accept' } };
  }

  async #swagger(asProtobuf: boolean): Promise<Document> {
    const whole = { paths: {}, definitions: {}, parameters: {} };
    const pieces = [encodeSwagger(SWAGGER)];
    const workshop: Workshop<JsonValue> = { descriptions: this.#descriptions(), release: 2, form: schemaV2, made: new Map() };
    for (const path of this.#paths()) {
      const content = this.#content(path);
      if (!content) continue;
      const schemas = new Map([...this.#schemas(content, workshop)].filter(([name]) => !Object.hasOwn(whole.definitions, name)));
      const part = partV2(content.operations, schemas);
      const parameters = Object.fromEntries(Object.entries(part.parameters).filter(([name]) => !Object.hasOwn(whole.parameters, name)));
      // Messages in protobuf may come in pieces: what is read later is added to what was read before.
      if (asProtobuf) pieces.push(encodeSwagger({ ...part, parameters }));
      for (const key of ['paths', 'definitions', 'parameters'] as const) Object.assign(whole[key], part[key]);
      await turn();
    }
    return documentOf(asProtobuf ? Buffer.concat(pieces) : Buffer.from(JSON.stringify({ ...SWAGGER, ...whole })));
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

  #workshop(): Workshop<string> {
    return { descriptions: this.#descriptions(), release: 3, form: (schema) => JSON.stringify(schema), made: new Map() };
  }

  #document(path: string, workshop?: Workshop<string>): Document | undefined {
    this.#refresh();
    if (this.#documents.has(path)) return this.#documents.get(path);
    const content = this.#content(path);
    const document = content && documentOf(Buffer.from(this.#text(content, workshop ?? this.#workshop())));
    this.#documents.set(path, document);
    return document;
  }

  #text(content: Content, workshop: Workshop<string>): string {
    return documentV3(content.operations, this.#schemas(content, workshop), content.resources.some(isCustom));
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

  /** Of the types that the operations mention, those that they mention, and so on. */
  #schemas<T>({ operations, resources }: Content, { descriptions, release, form, made }: Workshop<T>): ReadonlyMap<string, T> {
    const custom = resources.filter(isCustom);
    const schemas = new Map<string, T>();
    for (const each of custom) for (const [name, schema] of Object.entries(customSchemas(each, descriptions, release))) schemas.set(name, form(schema));
    const wanted = new Set([...typesIn(operations), ...(custom.length ? CUSTOM_NEEDS : [])]);
    // The set grows while it is walked.
    for (const name of wanted) {
      if (schemas.has(name)) continue;
      let known = custom.length ? undefined : made.get(name);
      if (!known) {
        const mentions = new Set<string>();
        known = { formed: form(schemaOf(name, mentions, descriptions, custom.length > 0)), mentions };
        if (!custom.length) made.set(name, known);
      }
      schemas.set(name, known.formed);
      for (const each of known.mentions) wanted.add(each);
    }
    return schemas;
  }
}
