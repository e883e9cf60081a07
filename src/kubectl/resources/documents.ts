// The objects in a manifest: YAML documents or JSON values one after the other. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go
import { isJsonObject, type JsonObject } from '../../kube/machinery/json.ts';
import { parseJsonText } from '../../kube/machinery/json-text.ts';
import { syntaxProblem } from '../../kube/machinery/json-syntax.ts';
import { parseYaml, YamlProblem } from '../../kube/machinery/yaml.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import { textField } from './info.ts';

/** Yields each object as it is read, so that what stands before a broken document is still worked on. Throws kubectl's sentences. */
export function* documentsIn(text: string, source: string, validates = false): Generator<JsonObject> {
  const plain = text.replace(/^\uFEFF/, '');
  const values = /^\s*\{/.test(plain) ? jsonValues(plain, source) : yamlValues(plain, source);
  for (const value of values) {
    if (!isJsonObject(value))
      throw new CommandError(`unable to decode ${goQuote(source)}: json: cannot unmarshal ${goType(value)} into Go value of type unstructured.detector`);
    if (validates) validateType(value, source);
    if (!textField(value, 'kind')) throw new CommandError(`unable to decode ${goQuote(source)}: Object 'Kind' is missing in '${JSON.stringify(value)}'`);
    yield value;
  }
}

function validateType(object: JsonObject, source: string): void {
  const missing = ['apiVersion', 'kind'].filter((field) => !textField(object, field)).map((field) => `${field} not set`);
  if (!missing.length) return;
  throw new CommandError(
    `error validating ${goQuote(source)}: error validating data: ${missing.length > 1 ? `[${missing.join(', ')}]` : (missing[0] ?? '')}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

const goType = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value);

function* yamlValues(text: string, source: string): Generator<unknown> {
  for (const part of text.split(/^---(?=\s|$).*$/m)) {
    if (/^(?:\s*(?:#.*)?(?:\n|$))*$/.test(part)) continue;
    try {
      const { value } = parseYaml(part);
      if (value !== null) yield value;
    } catch (error) {
      if (error instanceof YamlProblem) throw new CommandError(`error parsing ${source}: error converting YAML to JSON: ${error.message}`);
      throw error;
    }
  }
}

function* jsonValues(text: string, source: string): Generator<unknown> {
  try {
    yield parseJsonText(text);
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
      let first: IteratorResult<unknown>;
      try {
        first = values.next();
      } catch (error) {
        throw error instanceof CommandError ? jsonProblem(rest, text.length - rest.length, source) : error;
      }
      if (!first.done) yield first.value;
      yield* values;
      return;
    }
    yield parsed;
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
