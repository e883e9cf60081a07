// YAML bodies: read as YAML 1.1 is by Go's reader, told apart from JSON by their content type only. Models sigs.k8s.io/yaml
import { parseAllDocuments, type YAMLError } from 'yaml';
import { parseJsonText } from './json-text.ts';
import type { JsonValue } from './json.ts';
import { goScalars } from './yaml-scalars.ts';

export interface YamlBody {
  readonly value: JsonValue;
  /** One text for all keys that were given twice. */
  readonly duplicates: string | undefined;
}

export class YamlProblem extends Error {}

/** Throws YamlProblem. Only the first document counts. */
export function parseYaml(text: string): YamlBody {
  try {
    const [document] = parseAllDocuments(text, { version: '1.1', prettyErrors: false, uniqueKeys: true, customTags: goScalars });
    if (document === undefined) return { value: null, duplicates: undefined };
    const { errors } = document;
    const broken = errors.find(({ code }) => code !== 'DUPLICATE_KEY');
    if (broken) throw new YamlProblem(broken.message.startsWith('json: ') ? broken.message : `yaml: ${wordsOf(broken, text)}`);
    if (/^%\s*$/.test(text)) throw new YamlProblem('yaml: could not find expected directive name');
    const value = document.toJS({ maxAliasCount: 100 }) as JsonValue;
    return { value: plainJson(value), duplicates: errors.length ? duplicatesOf(errors, text) : undefined };
  } catch (error) {
    if (error instanceof YamlProblem) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const anchor = /^Unresolved alias .*: (\S+)$/.exec(message)?.[1];
    throw new YamlProblem(anchor ? `yaml: unknown anchor '${anchor}' referenced` : `yaml: ${message}`);
  }
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

/** What Go's reader says of what ours has found; the line is told where Go tells it. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Nested mappings|^Implicit keys|^Block collections.*block key/i, 'mapping values are not allowed in this context'],
  [/^Block collections are not allowed within flow/, "did not find expected ',' or '}'"],
  [/^Flow sequence/, "did not find expected ',' or ']'"],
  [/^Flow map/, 'did not find expected node content'],
  [/^Missing closing/, 'found unexpected end of stream'],
  [/^Tabs are not allowed|^Plain value cannot start with/, 'found character that cannot start any token'],
  [/^Unexpected block-seq-ind on same line/, 'block sequence entries are not allowed in this context'],
  [/^All mapping items/, 'did not find expected key'],
];
function wordsOf({ message, pos: [start] }: YAMLError, text: string): string {
  const words = WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? message;
  const line = lineOf(text, start);
  return `${line > 1 ? `line ${line}: ` : ''}${words}`;
}

/** The separate warnings of a text about duplicates. */
export const yamlWarnings = (duplicates: string): readonly string[] =>
  duplicates
    .replace(/^yaml: unmarshal errors:\n/, '')
    .split('\n')
    .map((line) => line.trim());
