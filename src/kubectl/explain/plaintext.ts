// A resource or one of its fields in plain text, from the server's schemas. Models kubernetes/staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl
import { goPrint } from '../../kube/machinery/go-values.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { indented, wordWrap } from './word-wrap.ts';

const REF = '#/';
const ENUMS_IN_LISTS = 4;
type Seen = ReadonlySet<string>;

export class SchemaText {
  readonly #document: JsonObject;

  constructor(document: JsonObject) {
    this.#document = document;
  }

  /** Where the field leads to; undefined for one that does not exist. */
  output(schema: JsonObject, path: readonly string[], recursive: boolean, seen: Seen = new Set()): string | undefined {
    const ref = refOf(schema);
    const resolved = this.#resolve(schema);
    const [field, ...rest] = path;
    if (field === undefined) {
      const description = this.#description(schema) || '<empty>';
      const fields = this.#fieldList(schema, 1, recursive, new Set());
      return `DESCRIPTION:\n${indented(4, wordWrap(description, 76))}\n${fields ? `FIELDS:\n${fields}` : ''}`;
    }
    if (ref && seen.has(ref)) return undefined;
    const next = new Set([...seen, ref]);
    const properties = objectOf(resolved['properties']);
    const property = objectOf(properties?.[field]);
    if (property) {
      const head = rest.length ? '' : `FIELD: ${field} <${this.#type(property)}>\n${enumText(property, { isLong: true })}\n\n`;
      const inner = this.output(property, rest, recursive);
      return inner === undefined && !head ? undefined : `${head}${inner ?? ''}`;
    }
    const inside = objectOf(resolved['items']) ?? objectOf(resolved['additionalProperties']);
    if (inside) return this.output(inside, path, recursive, next);
    for (const each of allOf(resolved)) {
      const found = this.output(each, path, recursive, next);
      if (found) return found;
    }
    return undefined;
  }

  #resolve(schema: JsonObject): JsonObject {
    const ref = refOf(schema);
    if (!ref.startsWith(REF)) return schema;
    let at: JsonValue | undefined = this.#document;
    for (const part of ref.slice(REF.length).split('/')) at = isJsonObject(at) ? at[part] : undefined;
    return isJsonObject(at) ? at : schema;
  }

  #description(schema: JsonObject): string {
    const resolved = this.#resolve(schema);
    const own = typeof resolved['description'] === 'string' && resolved['description'] ? `${resolved['description']}\n` : '';
    const below = [...allOf(resolved), objectOf(resolved['items']), objectOf(resolved['additionalProperties'])];
    return own + below.map((each) => (each ? this.#description(each) : '')).join('');
  }

  #fieldList(schema: JsonObject, level: number, recursive: boolean, seen: Seen): string {
    const ref = refOf(schema);
    if (ref && seen.has(ref)) return '';
    const next = new Set([...seen, ref]);
    const resolved = this.#resolve(schema);
    const properties = objectOf(resolved['properties']) ?? {};
    const own = Object.keys(properties)
      .sort()
      .map((name) => {
        const detail = this.#field(resolved, name, level, recursive);
        const property = objectOf(properties[name]);
        return detail + (recursive && property ? this.#fieldList(property, level + 1, recursive, next) : '');
      });
    const below = [...allOf(resolved), objectOf(resolved['items']), objectOf(resolved['additionalProperties'])];
    return own.join('') + below.map((each) => (each ? this.#fieldList(each, level, recursive, next) : '')).join('');
  }

  #field(parent: JsonObject, name: string, level: number, isShort: boolean): string {
    const indent = level * 2;
    const schema = objectOf(objectOf(parent['properties'])?.[name]) ?? {};
    const isRequired = Array.isArray(parent['required']) && parent['required'].includes(name);
    const head = `${' '.repeat(indent)}${name}\t<${this.#type(schema)}>${isRequired ? ' -required-' : ''}${enumText(schema, { isLong: false, indent })}\n`;
    if (isShort) return head;
    const description = typeof schema['description'] === 'string' && schema['description'] ? schema['description'] : '<no description>';
    return `${head}${indented(indent + 2, wordWrap(description, 78 - indent))}\n\n`;
  }

  #type(schema: JsonObject): string {
    const items = objectOf(schema['items']);
    if (items) return `[]${this.#type(items)}`;
    const values = objectOf(schema['additionalProperties']);
    if (values) return `map[string]${this.#type(values)}`;
    const [only, ...others] = allOf(schema);
    if (only && !others.length && !objectOf(schema['properties'])) return this.#type(only);
    const ref = refOf(schema);
    if (!ref) return typeName(schema['type']);
    const resolved = this.#resolve(schema);
    const type = resolved === schema ? undefined : resolved['type'];
    if (typeof type === 'string' && type && type !== 'object') return type;
    return (
      ref
        .slice(ref.lastIndexOf('/') + 1)
        .split('.')
        .at(-1) || 'Object'
    );
  }
}

const typeName = (type: JsonValue | undefined): string => (typeof type !== 'string' || !type || type === 'object' ? 'Object' : type);
const refOf = (schema: JsonObject): string => (typeof schema['$ref'] === 'string' ? schema['$ref'] : '');
/** What is empty counts as absent, as it does in a template. */
const objectOf = (value: JsonValue | undefined): JsonObject | undefined => (isJsonObject(value) && Object.keys(value).length > 0 ? value : undefined);
const allOf = (schema: JsonObject): readonly JsonObject[] => (Array.isArray(schema['allOf']) ? schema['allOf'].filter(isJsonObject) : []);

function enumText(schema: JsonObject, { isLong, indent = 0 }: { readonly isLong: boolean; readonly indent?: number }): string {
  const values = schema['enum'];
  if (!Array.isArray(values) || !values.length) return '';
  const texts = (values as readonly JsonValue[]).map((value) => (value === '' ? '""' : value === null ? '<no value>' : goPrint(value)));
  if (isLong) return `ENUM:${texts.map((text) => `\n    ${text}`).join('')}`;
  return `\n${' '.repeat(indent)}enum: ${texts.slice(0, ENUMS_IN_LISTS).join(', ')}${texts.length > ENUMS_IN_LISTS ? ', ....' : ''}`;
}
