// -o kyaml: YAML with braces, quotes and commas, so that nothing in it is ambiguous. Models sigs.k8s.io/yaml/kyaml
import { sortedEntries } from '../../kube/machinery/go-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { ObjectPrinter } from './printer.ts';

/** Fields in the order of their names, unless they are `isTyped`. */
export const kyamlPrinter = (isTyped = false): ObjectPrinter => ({ print: (object) => `---\n${rendered(isTyped ? object : sorted(object), 0)}\n` });

function sorted<T extends JsonValue>(value: T): T {
  if (Array.isArray(value)) return value.map(sorted) as unknown as T;
  return (isJsonObject(value) ? Object.fromEntries(sortedEntries(value).map(([key, item]) => [key, sorted(item)])) : value) as T;
}

const spaces = (level: number): string => '  '.repeat(level);

function rendered(value: JsonValue, indent: number): string {
  if (Array.isArray(value)) return sequence(value as readonly JsonValue[], indent);
  if (isJsonObject(value)) return mapping(value, indent);
  return typeof value === 'string' ? quoted(value, indent + 1) : JSON.stringify(value);
}

function mapping(object: JsonObject, indent: number): string {
  const entries = Object.entries(object).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
  if (!entries.length) return '{}';
  const lines = entries.map(
    ([key, value]) => `${spaces(indent + 1)}${needsQuotes(key) ? quoted(key, indent + 1, true) : key}: ${rendered(value, indent + 1)},\n`,
  );
  return `{\n${lines.join('')}${spaces(indent)}}`;
}

/** Lists of lists and objects stand close together. */
function sequence(items: readonly JsonValue[], indent: number): string {
  if (!items.length) return '[]';
  if (items.every((item) => typeof item === 'object' && item !== null)) return `[${items.map((item) => rendered(item, indent)).join(', ')}]`;
  return `[\n${items.map((item) => `${spaces(indent + 1)}${rendered(item, indent + 1)},\n`).join('')}${spaces(indent)}]`;
}

const FOLD = '\\\n';
const ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\r': '\\r',
  '\v': '\\v',
  '\0': '\\0',
  '\u001b': '\\e',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

/** Several lines are folded, each on a line of its own. */
function quoted(text: string, indent: number, isCompact = false): string {
  const isFolded = !isCompact && text.includes('\n');
  let out = `"${isFolded ? FOLD : ''}`;
  for (const char of text) {
    if (out.endsWith('\n')) out += spaces(indent) + (/\s/.test(char) && char !== '\n' ? '\\' : ' ');
    out += escaped(char, isCompact);
  }
  if (isFolded) out += `${out.endsWith('\n') ? '' : FOLD}${spaces(indent)}`;
  return `${out}"`;
}

function escaped(char: string, isCompact: boolean): string {
  if (char === '\n') return isCompact ? '\\n' : `\\n${FOLD}`;
  if (char === '\t') return isCompact ? '\\t' : '\t';
  if (char === '"' || char === '\\') return `\\${char}`;
  if (ESCAPES[char]) return ESCAPES[char];
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (char !== ' ' && /[\p{C}\p{Z}]/u.test(char))
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  return char;
}

const BARE = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_\-./]*[\p{L}\p{N}_])?$/u;
const WORDS = /^(?:null|~|true|y|yes|on|false|n|no|off|t|f|\.inf|nan|[-+]?inf(?:inity)?)$/i;
const INTEGER = /^[-+]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9]\d*|0)$/;
const FLOAT = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|0[xX][\da-fA-F]*\.?[\da-fA-F]*[pP][-+]?\d+)$/;
const TIME = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})?)?$/;

/** Whether a key could be taken for something else, or for the end of it. */
function needsQuotes(key: string): boolean {
  const plain = key.replaceAll('_', '');
  return !BARE.test(key) || WORDS.test(key) || INTEGER.test(plain) || FLOAT.test(plain) || TIME.test(key);
}
