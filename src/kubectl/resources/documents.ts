// The objects in a manifest: YAML documents or JSON values one after the other. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { sortedGoJson } from '../../kube/machinery/go-json.ts';
import { parseJsonText } from '../../kube/machinery/json-text.ts';
import { syntaxProblem } from '../../kube/machinery/json-syntax.ts';
import { parseYaml, YamlProblem } from '../../kube/machinery/yaml.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { textField } from './info.ts';
import { metadataProblem } from './metadata-types.ts';

/** Yields each object as it is read, so that what stands before a broken document is still worked on. Throws kubectl's sentences. */
export function* documentsIn(text: string, source: string, checksMetadata = true): Generator<JsonObject> {
  for (const each of decodedIn(text, source, { checksMetadata })) {
    if (each instanceof CommandError) throw each;
    yield each;
  }
}

/** What is content and no object comes as the failure that it is: those behind it may still be read. With `validates`, it is refused in the words of validation. */
export function* decodedIn(
  text: string,
  source: string,
  { validates = false, checksMetadata = true }: { readonly validates?: boolean; readonly checksMetadata?: boolean } = {},
): Generator<JsonObject | CommandError> {
  const plain = text.replace(/^\uFEFF/, '');
  const values = /^\s*\{/.test(plain) ? jsonValues(plain, source) : yamlValues(plain, source);
  for (const { value, written } of values) {
    if (validates) validateType(value, source);
    const undecodable = (why: string): CommandError => new CommandError(`unable to decode ${goQuote(source)}: ${why}`);
    if (!isJsonObject(value)) {
      yield undecodable(`json: cannot unmarshal ${goType(value)} into Go value of type unstructured.detector`);
      continue;
    }
    const problem = textField(value, 'kind')
      ? checksMetadata
        ? metadataProblem(value, written !== undefined)
        : undefined
      : `Object 'Kind' is missing in '${written ?? sortedGoJson(value)}'`;
    yield problem === undefined ? value : undecodable(problem);
  }
}

/** `written` is the text of a JSON value. */
interface Value {
  readonly value: unknown;
  readonly written?: string;
}

function validateType(value: unknown, source: string): void {
  const problems = isJsonObject(value)
    ? ['apiVersion', 'kind'].flatMap((field) => {
        const content = value[field];
        return content === undefined || content === null ? [`${field} not set`] : typeof content === 'string' ? [] : [`${field} isn't string type`];
      })
    : ['invalid object to validate'];
  if (!problems.length) return;
  throw new CommandError(
    `error validating ${goQuote(source)}: error validating data: ${problems.length > 1 ? `[${problems.join(', ')}]` : (problems[0] ?? '')}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

const goType = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value);

/** What stands between the lines that begin with `---`; one in the first line is no separator. Models splitYAMLDocument */
function* partsOf(text: string): Generator<string> {
  for (let start = 0; ;) {
    const separator = text.indexOf('\n---', start);
    if (separator < 0) return yield text.slice(start);
    yield text.slice(start, separator);
    const end = text.indexOf('\n', separator + 1);
    if (end < 0) return;
    start = end + 1;
  }
}

function* yamlValues(text: string, source: string): Generator<Value> {
  for (const part of partsOf(text)) {
    if (/^(?:---)?(?:\s*(?:#.*)?(?:\n|$))*$/.test(part)) continue;
    try {
      const { value } = parseYaml(part);
      if (value !== null) yield { value };
    } catch (error) {
      if (error instanceof YamlProblem) throw new CommandError(`error parsing ${source}: error converting YAML to JSON: ${error.message}`);
      throw error;
    }
  }
}

function* jsonValues(text: string, source: string): Generator<Value> {
  try {
    yield { value: parseJsonText(text), written: text.trim() };
    return;
  } catch {
    // Several values, or none that is right: told apart below.
  }
  for (let rest = text.trimStart(); rest !== '';) {
    const end = endOfValue(rest);
    let parsed: unknown;
    try {
      parsed = parseJsonText(rest.slice(0, end));
    } catch {
      // What is no JSON may be YAML from here on: `---`, a comment, names without quotes.
      const values = yamlValues(rest, source);
      let first: IteratorResult<Value>;
      try {
        first = values.next();
      } catch (error) {
        throw error instanceof CommandError ? jsonProblem(rest, text.length - rest.length, source) : error;
      }
      if (!first.done) yield first.value;
      yield* values;
      return;
    }
    yield { value: parsed, written: rest.slice(0, end) };
    rest = rest.slice(end).trimStart();
  }
}

const END = 'unexpected end of JSON input';

/** `before` is how much was read already. */
function jsonProblem(rest: string, before: number, source: string): CommandError {
  const problem = syntaxProblem(rest) ?? END;
  if (problem === END) return new CommandError(`error parsing ${source}: unexpected EOF`);
  // The shortest beginning that nothing could make right any more ends with the character that is wrong.
  let [right, wrong] = [0, rest.length];
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if ((syntaxProblem(rest.slice(0, middle)) ?? END) === END) right = middle;
    else wrong = middle;
  }
  return new CommandError(`error parsing ${source}: json: offset ${before + wrong}: ${problem}`);
}

/** Where the braces of the first value are closed. */
function endOfValue(text: string): number {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth <= 0) return i + 1;
  }
  return text.length;
}
