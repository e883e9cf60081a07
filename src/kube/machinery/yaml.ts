// YAML bodies: read as YAML 1.1 is by Go's reader, told apart from JSON by their content type only. Models sigs.k8s.io/yaml
import { isCollection, isMap, isNode, isSeq, parseAllDocuments, visit, type Document, type YAMLError } from 'yaml';
import { parseJsonText } from './json-text.ts';
import type { JsonValue } from './json.ts';
import { yamlRefusal } from './yaml-grammar.ts';
import { goScalars } from './yaml-scalars.ts';

export interface YamlBody {
  readonly value: JsonValue;
  /** One text for all keys that were given twice. */
  readonly duplicates: string | undefined;
}

export class YamlProblem extends Error {}

/** Throws YamlProblem. Only the first document counts. */
export function parseYaml(text: string): YamlBody {
  const refusal = yamlRefusal(text);
  if (refusal !== undefined) throw new YamlProblem(`yaml: ${refusal}`);
  try {
    const [document] = parseAllDocuments(text, { version: '1.1', prettyErrors: false, uniqueKeys: true, customTags: goScalars });
    if (document === undefined) return { value: null, duplicates: undefined };
    const { errors } = document;
    const broken = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
    if (broken) throw new YamlProblem(/^(?:json|yaml): /.test(broken.message) ? broken.message : `yaml: ${broken.message}`);
    confirmKeys(document);
    const value = document.toJS({ maxAliasCount: 100 }) as JsonValue;
    return { value: plainJson(value), duplicates: errors.length ? duplicatesOf(errors, text) : undefined };
  } catch (error) {
    if (error instanceof YamlProblem) throw error;
    throw new YamlProblem(`yaml: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** No map and no list may be a key: what a template leaves behind (`{{ name }}`) is such a one. Throws YamlProblem. */
function confirmKeys(document: Document): void {
  visit(document, {
    Pair(_key, { key }) {
      if (isCollection(key)) throw new YamlProblem(`yaml: invalid map key: ${goSource(key, document)}`);
    },
  });
}

/** A value as Go source, before it is JSON. */
function goSource(node: unknown, document: Document): string {
  if (isMap(node)) {
    const pairs = node.items.map(({ key, value }) => `${goSource(key, document)}:${goSource(value, document)}`);
    return `map[interface {}]interface {}{${pairs.sort().join(', ')}}`;
  }
  if (isSeq(node)) return `[]interface {}{${node.items.map((item) => goSource(item, document)).join(', ')}}`;
  const value: unknown = isNode(node) ? node.toJS(document) : null;
  if (value === null || value === undefined) return 'interface {}(nil)';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Dates, binary and the like become what JSON knows. */
const plainJson = (value: JsonValue | undefined): JsonValue => (value === undefined ? null : (parseJsonText(JSON.stringify(value)) as JsonValue));

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

function duplicatesOf(errors: readonly YAMLError[], text: string): string {
  const lines = errors.map(({ pos: [start] }) => {
    const key = /^["']?([^:"'\n]*)/.exec(text.slice(start))?.[1]?.trim() ?? '';
    return `  line ${lineOf(text, start)}: key ${JSON.stringify(key)} already set in map`;
  });
  return `yaml: unmarshal errors:\n${lines.join('\n')}`;
}

/** The separate warnings of a text about duplicates. */
export const yamlWarnings = (duplicates: string): readonly string[] =>
  duplicates
    .replace(/^yaml: unmarshal errors:\n/, '')
    .split('\n')
    .map((line) => line.trim());
