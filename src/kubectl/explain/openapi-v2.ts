// The older form of kubectl explain, from the server's OpenAPI v2 document. Models kubernetes/staging/src/k8s.io/kubectl/pkg/explain
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { ApiResource } from '../client/discovery.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';

const WIDTH = 80;
const REF = '#/definitions/';
const FIELD_INDENT = 3;
const DESCRIPTION_INDENT = 5;

interface Wanted {
  readonly group: string;
  readonly version: string;
  readonly path: readonly string[];
  readonly recursive: boolean;
}

export async function explainOld(kubectl: Kubectl, { kind }: ApiResource, { group, version, path, recursive }: Wanted): Promise<void> {
  const document = await (await kubectl.wire()).json('/openapi/v2?timeout=32s');
  const definitions = objectOf(document['definitions']) ?? {};
  const isWanted = (each: JsonValue): boolean => isJsonObject(each) && each['group'] === group && each['version'] === version && each['kind'] === kind;
  const root = Object.values(definitions).find((definition): definition is JsonObject => {
    const kinds = isJsonObject(definition) ? definition['x-kubernetes-group-version-kind'] : undefined;
    return Array.isArray(kinds) && kinds.some(isWanted);
  });
  const groupVersion = group ? `${group}/${version}` : version;
  if (!root) throw new CommandError(`couldn't find resource for "${groupVersion}, Kind=${kind}"`);
  const explained = new Explained(definitions, recursive);
  kubectl.print(explained.model(explained.find(root, path), { name: path.at(-1) ?? '', head: `KIND:     ${kind}\nVERSION:  ${groupVersion}\n\n` }));
}

type Shape = 'reference' | 'kind' | 'map' | 'array' | 'primitive' | 'arbitrary';

class Explained {
  readonly #definitions: JsonObject;
  readonly #recursive: boolean;

  constructor(definitions: JsonObject, recursive: boolean) {
    this.#definitions = definitions;
    this.#recursive = recursive;
  }

  /** Throws with kubectl's sentence for a field that is not there. */
  find(schema: JsonObject, path: readonly string[]): JsonObject {
    const [field, ...rest] = path;
    const shape = shapeOf(schema);
    if (field === undefined || shape === 'primitive' || shape === 'arbitrary') return schema;
    if (shape !== 'kind') return this.find(this.#inside(schema), path);
    const property = objectOf(objectOf(schema['properties'])?.[field]);
    if (!property) throw new CommandError(`field "${field}" does not exist`);
    return this.find(property, rest);
  }

  model(schema: JsonObject, { name, head }: { readonly name: string; readonly head: string }): string {
    const descriptions: string[] = [];
    let type = '';
    let at = schema;
    for (;;) {
      const shape = shapeOf(at);
      descriptions.push(textOf(at['description']));
      if (shape !== 'reference' && shape !== 'arbitrary') type ||= this.#type(at);
      if (shape === 'primitive') return `${head}FIELD:    ${name} <${type}>\n\n${description(descriptions)}`;
      if (shape === 'arbitrary') return head + description(descriptions);
      if (shape === 'kind') break;
      at = this.#inside(at);
    }
    const resource = name ? `RESOURCE: ${name} <${type}>\n\n` : '';
    return `${head}${resource}${description(descriptions)}\nFIELDS:\n${this.#fields(at, FIELD_INDENT, new Set())}`;
  }

  #inside(schema: JsonObject): JsonObject {
    const ref = textOf(schema['$ref']);
    if (ref) return objectOf(this.#definitions[ref.slice(REF.length)]) ?? {};
    return objectOf(schema['items']) ?? objectOf(schema['additionalProperties']) ?? {};
  }

  #type(schema: JsonObject): string {
    switch (shapeOf(schema)) {
      case 'reference':
        return this.#type(this.#inside(schema));
      case 'array':
        return `[]${this.#type(this.#inside(schema))}`;
      case 'map':
        return `map[string]${this.#type(this.#inside(schema))}`;
      case 'primitive':
        return textOf(schema['type']);
      case 'kind':
        return 'Object';
      case 'arbitrary':
        return '';
    }
  }

  #fields(schema: JsonObject, indent: number, seen: ReadonlySet<string>): string {
    const properties = objectOf(schema['properties']) ?? {};
    const required = Array.isArray(schema['required']) ? (schema['required'] as readonly JsonValue[]) : [];
    return Object.keys(properties)
      .sort()
      .map((name) => {
        const property = objectOf(properties[name]) ?? {};
        const line = `${' '.repeat(indent)}${name}\t<${this.#type(property)}>`;
        if (this.#recursive) return `${line}\n${this.#below(property, indent + FIELD_INDENT, seen)}`;
        const description = textOf(property['description']);
        const text = description ? wrapped(description, DESCRIPTION_INDENT) : '';
        return `${line}${required.includes(name) ? ' -required-' : ''}\n${text}\n`;
      })
      .join('');
  }

  /** Definitions that one is in already are not gone into again. */
  #below(schema: JsonObject, indent: number, seen: ReadonlySet<string>): string {
    switch (shapeOf(schema)) {
      case 'kind':
        return this.#fields(schema, indent, seen);
      case 'reference': {
        const ref = textOf(schema['$ref']);
        return seen.has(ref) ? '' : this.#below(this.#inside(schema), indent, new Set([...seen, ref]));
      }
      case 'array':
      case 'map':
        return this.#below(this.#inside(schema), indent, seen);
      default:
        return '';
    }
  }
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const objectOf = (value: JsonValue | undefined): JsonObject | undefined => (isJsonObject(value) ? value : undefined);

function shapeOf(schema: JsonObject): Shape {
  if (schema['$ref']) return 'reference';
  const type = textOf(schema['type']);
  if (type === '') return schema['properties'] ? 'kind' : 'arbitrary';
  if (type === 'object') return schema['properties'] ? 'kind' : 'map';
  return type === 'array' ? 'array' : 'primitive';
}

function description(descriptions: readonly string[]): string {
  const said = descriptions.map((text, i) => (text ? `${i > 0 ? '\n' : ''}${wrapped(text, DESCRIPTION_INDENT)}` : '')).join('');
  return `DESCRIPTION:\n${said || wrapped('<empty>', DESCRIPTION_INDENT)}`;
}

const BULLET = /^(?:\d+\.?|-|\*)\s/;

/** Lines put together and broken anew; what looks like code or a list keeps its lines. */
function wrapped(text: string, indent: number): string {
  const width = WIDTH - indent;
  const lines: string[] = [];
  let words: string[] = [];
  let lastWord = '';
  const flush = (): void => {
    if (words.length) {
      lines.push(words.join(' '));
      lastWord = '';
    }
    words = [];
  };
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (line.startsWith('    ') || (lines.length && trimmed === '')) {
      flush();
      lines.push(trimmed === '' ? '' : line);
      continue;
    }
    if (lastWord.endsWith(':') || trimmed === '' || BULLET.test(trimmed)) flush();
    for (const word of trimmed.split(/\s+/).filter(Boolean)) {
      lastWord = word;
      if (words.length && Buffer.byteLength([...words, word].join(' ')) > width) flush();
      words.push(word);
    }
  }
  flush();
  return lines.map((line) => (line ? `${' '.repeat(indent)}${line}\n` : '\n')).join('');
}
