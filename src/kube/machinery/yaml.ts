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

/** How Go counts the line of a problem: its scanner from 1, its parser from 0; a count of nothing is not told. */
type Counting = 'scanner' | 'parser' | 'next';
interface Sentence {
  readonly words: string;
  readonly counting: Counting;
  /** Where Go sees it, if not where we do. */
  readonly at?: number;
}
type Told = (start: number, text: string) => Sentence;

const told =
  (words: string, counting: Counting): Told =>
  () => ({ words, counting });
const unexpectedKey = told('did not find expected key', 'parser');

/** The value indicator behind a key that goes over several lines, or stands where none may. */
function misplacedMapping(start: number, text: string): Sentence {
  if (/^-(?:\s|$)/.test(text.slice(start))) return unexpectedKey(start, text);
  const indicator = /:(?=\s|$)/.exec(text.slice(start));
  return { words: 'mapping values are not allowed in this context', counting: 'scanner', at: start + (indicator?.index ?? 0) };
}

/** What Go's reader says of what ours has found. */
const WORDS: readonly (readonly [RegExp, Told])[] = [
  [/^Nested mappings|^Implicit keys|^Block collections.*block key/i, misplacedMapping],
  [/^Block collections are not allowed within flow/, told("did not find expected ',' or '}'", 'parser')],
  [/^Flow sequence/, told("did not find expected ',' or ']'", 'parser')],
  [/^Flow map/, told("did not find expected ',' or '}'", 'parser')],
  [/^Missing closing/, told('found unexpected end of stream', 'scanner')],
  [/^Tabs are not allowed|^Plain value cannot start with/, told('found character that cannot start any token', 'scanner')],
  [/^Unexpected block-seq-ind on same line/, told('block sequence entries are not allowed in this context', 'scanner')],
  [/^All mapping items|^Sequence item without/, unexpectedKey],
  [/^Implicit map keys need to be followed/, told("could not find expected ':'", 'next')],
  [
    /^Unexpected flow-(?:map|seq)-end/,
    (start, text) => (/[:,[{]\s*$/.test(text.slice(0, start)) ? told('did not find expected node content', 'parser') : unexpectedKey)(start, text),
  ],
  [
    /^Unexpected scalar at node end/,
    (start, text) => (text[start - 1] === '\n' ? told("did not find expected '-' indicator", 'parser') : unexpectedKey)(start, text),
  ],
];
const OFFSETS: Readonly<Record<Counting, number>> = { scanner: 0, parser: -1, next: 1 };

function wordsOf({ message, pos: [start] }: YAMLError, text: string): string {
  const sentence = WORDS.find(([pattern]) => pattern.test(message))?.[1](start, text) ?? { words: message, counting: 'scanner' as const };
  const { words, counting, at = start } = sentence;
  const seen = lineOf(text, at);
  const line = counting === 'scanner' && seen === 1 ? 0 : seen + OFFSETS[counting];
  return `${line > 0 ? `line ${line}: ` : ''}${words}`;
}

/** The separate warnings of a text about duplicates. */
export const yamlWarnings = (duplicates: string): readonly string[] =>
  duplicates
    .replace(/^yaml: unmarshal errors:\n/, '')
    .split('\n')
    .map((line) => line.trim());
