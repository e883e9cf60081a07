// Functions of texts, which count code points. Models cel-go/ext/strings.go
import { PlainList, type List, type Value } from '../values.ts';
import { plainText } from '../value-text.ts';
import { formatString } from './string-format.ts';
import { failure, typed, type Implementations } from './implementation.ts';

const outOfRange = (index: bigint): Value => failure(`index out of range: ${index}`);

function indexIn(text: string, part: string, from: bigint): Value {
  if (part === '') return from;
  if (from < 0n) return outOfRange(from);
  const [characters, sought] = [[...text], [...part]];
  for (let i = Number(from); i <= characters.length - sought.length && i < characters.length; i++)
    if (sought.every((each, j) => characters[i + j] === each)) return BigInt(i);
  return -1n;
}
function lastIndexIn(text: string, part: string, from: bigint | undefined): Value {
  const [characters, sought] = [[...text], [...part]];
  if (part === '') return from ?? BigInt(characters.length);
  if (from === undefined && Buffer.byteLength(text) < Buffer.byteLength(part)) return -1n;
  const start = from ?? BigInt(characters.length - 1);
  if (start < 0n) return outOfRange(start);
  if (start >= BigInt(characters.length)) return -1n;
  for (let i = Math.min(Number(start), characters.length - sought.length); i >= 0; i--)
    if (sought.every((each, j) => characters[i + j] === each)) return BigInt(i);
  return -1n;
}

function substring(text: string, start: bigint, end: bigint | undefined): Value {
  const characters = [...text];
  const length = BigInt(characters.length);
  if (end !== undefined && start > end) return failure(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > length)) return outOfRange(end);
  return characters.slice(Number(start), end === undefined ? undefined : Number(end)).join('');
}

/** Go's: an empty separator takes the text apart, a limit keeps the rest together. */
function split(text: string, separator: string, limit: bigint): readonly string[] {
  if (limit === 0n) return [];
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return parts;
  const kept = parts.slice(0, Number(limit) - 1);
  return [...kept, parts.slice(kept.length).join(separator)];
}

function replace(text: string, from: string, to: string, limit: bigint): string {
  if (limit === 0n || from === to) return text;
  const pieces = from === '' ? ['', ...text] : text.split(from);
  const last = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit);
  if (from !== '') return pieces.map((each, i) => (i === 0 ? each : `${i <= last ? to : from}${each}`)).join('');
  const characters = [...text];
  return `${to}${characters.map((each, i) => `${each}${i + 1 < last ? to : ''}`).join('')}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': String.raw`\\`,
  '"': String.raw`\"`,
};
const quote = (text: string): string => `"${[...text.toWellFormed()].map((each) => ESCAPES[each] ?? each).join('')}"`;

function join(list: List, separator: string): Value {
  const parts: string[] = [];
  for (const each of list) {
    if (typeof each !== 'string') return failure(`join: invalid input: ${plainText(each)}`);
    parts.push(each);
  }
  return parts.join(separator);
}

/** What Go takes for white space. */
const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, 'gu');

export const STRINGS: Implementations = {
  string_char_at_int: typed((text: string, at: bigint) => {
    const characters = [...text];
    return at < 0n || at > BigInt(characters.length) ? outOfRange(at) : (characters[Number(at)] ?? '');
  }),
  string_index_of_string: typed((text: string, part: string) => indexIn(text, part, 0n)),
  string_index_of_string_int: typed((text: string, part: string, from: bigint) => indexIn(text, part, from)),
  string_last_index_of_string: typed((text: string, part: string) => lastIndexIn(text, part, undefined)),
  string_last_index_of_string_int: typed((text: string, part: string, from: bigint) => lastIndexIn(text, part, from)),
  string_lower_ascii: typed((text: string) => text.replaceAll(/[A-Z]/g, (each) => each.toLowerCase())),
  string_upper_ascii: typed((text: string) => text.replaceAll(/[a-z]/g, (each) => each.toUpperCase())),
  string_replace_string_string: typed((text: string, from: string, to: string) => replace(text, from, to, -1n)),
  string_replace_string_string_int: typed(replace),
  string_split_string: typed((text: string, separator: string) => new PlainList(split(text, separator, -1n))),
  string_split_string_int: typed((text: string, separator: string, limit: bigint) => new PlainList(split(text, separator, limit))),
  string_substring_int: typed((text: string, start: bigint) => substring(text, start, undefined)),
  string_substring_int_int: typed(substring),
  string_trim: typed((text: string) => text.replaceAll(AROUND, '')),
  string_format: typed(formatString),
  strings_quote: typed(quote),
  list_join: typed((list: List) => join(list, '')),
  list_join_string: typed(join),
  contains_string: typed((text: string, part: string) => text.includes(part)),
  starts_with_string: typed((text: string, part: string) => text.startsWith(part)),
  ends_with_string: typed((text: string, part: string) => text.endsWith(part)),
};
