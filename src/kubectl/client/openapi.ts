// The schemas of the server, document by document, remembered on disk under the hash by which the server names them.
// Models kubernetes/staging/src/k8s.io/client-go/openapi3
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import type { MergeField, MergeSchema } from '../../kube/machinery/strategic-merge.ts';
import type { Ports } from '../ports.ts';
import type { ObjectKind } from '../resources/info.ts';
import type { ApiWire } from './api-wire.ts';

const REF = '#/components/schemas/';

/** One document of `/openapi/v3`: the schemas of a group version. */
export class OpenApiDocument {
  readonly content: JsonObject;
  readonly #schemas: JsonObject;
  readonly #merge = new Map<string, MergeSchema>();

  constructor(content: JsonObject) {
    this.content = content;
    const components = content['components'];
    const schemas = isJsonObject(components) ? components['schemas'] : undefined;
    this.#schemas = isJsonObject(schemas) ? schemas : {};
  }

  get names(): readonly string[] {
    return Object.keys(this.#schemas);
  }

  schema(name: string): JsonObject | undefined {
    const schema = this.#schemas[name];
    return isJsonObject(schema) ? schema : undefined;
  }

  /** The name of a kind's schema. */
  nameOf({ group, version, kind }: ObjectKind): string | undefined {
    return this.names.find((name) => {
      const kinds = this.schema(name)?.['x-kubernetes-group-version-kind'];
      return Array.isArray(kinds) && kinds.some((each: JsonObject) => each['group'] === group && each['version'] === version && each['kind'] === kind);
    });
  }

  /** How the fields of a schema merge; undefined for one that is not there. */
  mergeSchema(name: string): MergeSchema | undefined {
    const properties = this.schema(name)?.['properties'];
    if (!isJsonObject(properties)) return undefined;
    let merge = this.#merge.get(name);
    if (!merge)
      this.#merge.set(
        name,
        (merge = (field) => {
          const property = Object.hasOwn(properties, field) ? properties[field] : undefined;
          return isJsonObject(property) ? this.#field(property) : undefined;
        }),
      );
    return merge;
  }

  #field(property: JsonObject): MergeField {
    const strategies = property['x-kubernetes-patch-strategy'];
    const mergeKey = property['x-kubernetes-patch-merge-key'];
    const target = refOf(property) ?? refOf(property['items']) ?? refOf(property['additionalProperties']);
    return {
      schema: target === undefined ? undefined : this.mergeSchema(target),
      strategies: typeof strategies === 'string' ? strategies.split(',') : [],
      mergeKey: typeof mergeKey === 'string' ? mergeKey : undefined,
    };
  }
}

/** The schema that a value of a property has, where it has a name. */
export function refOf(property: unknown): string | undefined {
  if (!isJsonObject(property)) return undefined;
  const { $ref, allOf } = property;
  if (typeof $ref === 'string') return $ref.slice(REF.length);
  return Array.isArray(allOf) ? refOf(allOf[0]) : undefined;
}

export class OpenApi {
  readonly #wire: ApiWire;
  readonly #ports: Pick<Ports, 'files'>;
  readonly #folder: string;
  readonly #documents = new Map<string, Promise<OpenApiDocument | undefined>>();
  #index: Promise<Readonly<Record<string, string>>> | undefined;

  /** `folder` is that of the server within the cache. */
  constructor(wire: ApiWire, ports: Pick<Ports, 'files'>, folder: string) {
    this.#wire = wire;
    this.#ports = ports;
    this.#folder = `${folder}/openapi`;
  }

  /** Addresses of the documents by `api/v1`, `apis/apps/v1` …. */
  index(): Promise<Readonly<Record<string, string>>> {
    return (this.#index ??= this.#loadIndex());
  }

  /** Undefined for a group version that the server has no schemas of. */
  document(groupVersion: string): Promise<OpenApiDocument | undefined> {
    const path = groupVersion.includes('/') ? `apis/${groupVersion}` : `api/${groupVersion}`;
    let found = this.#documents.get(path);
    if (!found) this.#documents.set(path, (found = this.#load(path)));
    return found;
  }

  async #loadIndex(): Promise<Readonly<Record<string, string>>> {
    const { paths } = await this.#wire.json('/openapi/v3?timeout=32s');
    if (!isJsonObject(paths)) return {};
    return Object.fromEntries(
      Object.entries(paths).flatMap(([path, entry]) => {
        const url = isJsonObject(entry) ? entry['serverRelativeURL'] : undefined;
        return typeof url === 'string' ? [[path, url]] : [];
      }),
    );
  }

  async #load(path: string): Promise<OpenApiDocument | undefined> {
    const url = (await this.index())[path];
    if (url === undefined) return undefined;
    const hash = /[?&]hash=(\w+)/.exec(url)?.[1];
    const file = hash && `${this.#folder}/${hash}.json`;
    const remembered = file && (await this.#ports.files.read(file).catch(() => undefined)); // not there yet
    if (remembered) return new OpenApiDocument(JSON.parse(Buffer.from(remembered).toString('utf8')) as JsonObject);
    const text = await this.#wire.text({ method: 'GET', path: url, isRaw: true });
    if (file) await this.#remember(file, text);
    return new OpenApiDocument(JSON.parse(text) as JsonObject);
  }

  async #remember(file: string, text: string): Promise<void> {
    try {
      await this.#ports.files.makeFolder(this.#folder, 0o750);
      await this.#ports.files.write(`${file}.tmp`, text, 0o660);
      await this.#ports.files.rename(`${file}.tmp`, file);
    } catch {
      // A home that cannot be written makes the next call slower, nothing else.
    }
  }
}
