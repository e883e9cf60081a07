// YAML as Go's yaml.v2 writes it, which is what kubectl and the API server print: block style, lists not indented, folded at 80 columns.
// Models github.com/go-yaml/yaml/v2 (emitterc.go, encode.go, sorter.go)
import { isJsonObject, type JsonObject, type JsonPrimitive, type JsonValue } from './json.ts';

const BEST_WIDTH = 80;
const INDENT = 2;
/** Beyond this many characters a key is written as `? key`. */
const LONGEST_SIMPLE_KEY = 128;

export function goYaml(value: JsonValue): string {
  const emitter = new Emitter();
  emitter.document(value);
  return emitter.text;
}

class Emitter {
  text = '';
  #column = 0;

  document(value: JsonValue): void {
    this.#node(value, { indent: 0, inSequence: false, isRoot: true });
    this.#newLine();
  }

  #put(text: string): void {
    this.text += text;
    const at = text.lastIndexOf('\n');
    this.#column = at < 0 ? this.#column + text.length : text.length - at - 1;
  }
  #newLine(): void {
    if (this.#column > 0) this.#put('\n');
  }

  /** `indent` is that of what stands inside this node. */
  #node(value: JsonValue, { indent, inSequence, isRoot = false }: { readonly indent: number; readonly inSequence: boolean; readonly isRoot?: boolean }): void {
    if (Array.isArray(value)) {
      if (!value.length) return this.#put(isRoot ? '[]' : this.#spaced('[]', inSequence));
      this.#sequence(value as readonly JsonValue[], indent, inSequence);
    } else if (isJsonObject(value)) {
      if (!Object.keys(value).length) return this.#put(isRoot ? '{}' : this.#spaced('{}', inSequence));
      this.#mapping(value, indent, inSequence);
    } else this.#scalar(value as JsonPrimitive, indent, isRoot || inSequence);
  }

  #spaced(text: string, inSequence: boolean): string {
    return inSequence ? text : ` ${text}`;
  }

  /** Items stand as deep as the key above them; inside another list two deeper. */
  #sequence(items: readonly JsonValue[], indent: number, inSequence: boolean): void {
    items.forEach((item, i) => {
      if (!(i === 0 && inSequence)) {
        this.#newLine();
        this.#put(' '.repeat(indent));
      }
      this.#put('- ');
      this.#node(item, { indent: indent + INDENT, inSequence: true });
    });
  }

  #mapping(object: JsonObject, indent: number, inSequence: boolean): void {
    const keys = Object.keys(object)
      .filter((key) => object[key] !== undefined)
      .sort(compareKeys);
    keys.forEach((key, i) => {
      if (!(i === 0 && inSequence)) {
        this.#newLine();
        this.#put(' '.repeat(indent));
      }
      const value = object[key] ?? null;
      const inside = Array.isArray(value) ? indent : indent + INDENT;
      if (Buffer.byteLength(key) <= LONGEST_SIMPLE_KEY && !/[\n\r\u0085\u2028\u2029]/.test(key)) {
        this.#keyText(key);
        this.#put(':');
        this.#node(value, { indent: inside, inSequence: false });
        return;
      }
      this.#put('? ');
      this.#scalar(key, indent + INDENT, true);
      this.#newLine();
      this.#put(`${' '.repeat(indent)}: `);
      this.#node(value, { indent: indent + INDENT, inSequence: true });
    });
  }

  #keyText(key: string): void {
    const style = styleOf(key, true);
    this.#put(style === 'plain' ? key : style === 'single' ? `'${key.replaceAll("'", "''")}'` : doubleQuoted(key));
  }

  #scalar(value: JsonPrimitive, indent: number, isAtStart: boolean): void {
    const gap = isAtStart ? '' : ' ';
    if (typeof value !== 'string') return this.#put(`${gap}${value === null ? 'null' : typeof value === 'number' ? numberText(value) : String(value)}`);
    const style = styleOf(value, false);
    if (style === 'literal') return this.#literal(value, indent, gap);
    this.#put(gap);
    if (style === 'plain') this.#folded(value, indent, '');
    else if (style === 'single') this.#folded(value, indent, "'");
    else this.#foldedDouble(value, indent);
  }

  #literal(value: string, indent: number, gap: string): void {
    const lead = /^[ \n]/.test(value) ? String(INDENT) : '';
    const chomp = !value.endsWith('\n') ? '-' : value === '\n' || value.endsWith('\n\n') ? '+' : '';
    this.#put(`${gap}|${lead}${chomp}`);
    const lines = value.split('\n');
    if (value.endsWith('\n')) lines.pop();
    const pad = ' '.repeat(Math.max(indent, INDENT));
    for (const line of lines) this.#put(line === '' ? '\n' : `\n${pad}${line}`);
    if (lines.at(-1) === '') this.#put('\n');
  }

  /** Plain and single-quoted text: folded at single spaces once a line is too long. */
  #folded(value: string, indent: number, quote: string): void {
    this.#put(quote);
    const pad = ' '.repeat(Math.max(indent, INDENT));
    let wasSpace = false;
    for (let i = 0; i < value.length; i++) {
      const char = value[i] ?? '';
      if (char === ' ') {
        const mayBreak = !wasSpace && this.#column > BEST_WIDTH && i > 0 && i < value.length - 1 && value[i + 1] !== ' ';
        this.#put(mayBreak ? `\n${pad}` : ' ');
        wasSpace = true;
      } else {
        this.#put(char === "'" && quote ? "''" : char);
        wasSpace = false;
      }
    }
    this.#put(quote);
  }

  #foldedDouble(value: string, indent: number): void {
    this.#put('"');
    const pad = ' '.repeat(Math.max(indent, INDENT));
    const chars = [...value];
    let wasSpace = false;
    chars.forEach((char, i) => {
      if (char === ' ' && !wasSpace && this.#column > BEST_WIDTH && i > 0 && i < chars.length - 1) {
        this.#put(`\n${pad}${chars[i + 1] === ' ' ? '\\' : ''}`);
        wasSpace = true;
      } else {
        this.#put(escaped(char));
        wasSpace = char === ' ';
      }
    });
    this.#put('"');
  }
}

type Style = 'plain' | 'single' | 'double' | 'literal';

/** Go quotes twice what would be read as another type, once what would be read as syntax. */
function styleOf(text: string, isKey: boolean): Style {
  const facts = analyse(text);
  if (text.includes('\n')) return isKey || !facts.block ? 'double' : 'literal';
  if (isOtherType(text)) return 'double';
  if (text !== '' && facts.plain) return 'plain';
  return facts.single ? 'single' : 'double';
}

/** What yaml.v2 reads as null, a truth value, a number, a time or a merge. */
function isOtherType(text: string): boolean {
  return (
    text === '' ||
    /^(?:~|null|Null|NULL)$/.test(text) ||
    /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/.test(text) ||
    /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(text) ||
    isNumber(text) ||
    /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text) ||
    isTimestamp(text)
  );
}

function isNumber(text: string): boolean {
  if (!/^[-+.0-9]/.test(text)) return false;
  const plain = text.replaceAll('_', '');
  if (/^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|[0-9]+)$/.test(plain)) return true;
  return /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(plain) && Number.isFinite(Number(plain));
}

function isTimestamp(text: string): boolean {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d*)?(?:Z|[ \t]*[-+]\d{1,2}(?::\d{2})?)?)?$/.exec(text);
  if (!match) return false;
  const [, , month, day, hour = '0', minute = '0', second = '0'] = match.map((part) => part ?? '0');
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31 && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}

interface Facts {
  readonly plain: boolean;
  readonly single: boolean;
  readonly block: boolean;
}

const BLANK = /[ \t\n\r\u0085\u2028\u2029]/;

/** Which styles a text allows. Models yaml_emitter_analyze_scalar in block context. */
function analyse(text: string): Facts {
  if (text === '') return { plain: false, single: true, block: false };
  let indicators = /^(?:---|\.\.\.)/.test(text);
  let special = false;
  let breaks = false;
  const chars = [...text];
  chars.forEach((char, i) => {
    const followed = i + 1 >= chars.length || BLANK.test(chars[i + 1] ?? '');
    const preceded = i > 0 && BLANK.test(chars[i - 1] ?? '');
    if (i === 0) {
      if ('#,[]{}&*!|>\'"%@`'.includes(char)) indicators = true;
      else if ('?:'.includes(char) && followed) indicators = true;
      else if (char === '-' && followed) indicators = true;
    } else if (char === ':' && followed) indicators = true;
    else if (char === '#' && preceded) indicators = true;
    if (!isPrintable(char)) special = true;
    if (/[\n\r\u0085\u2028\u2029]/.test(char)) breaks = true;
  });
  const leading = /^[ \n]/.test(text);
  const trailing = text.endsWith(' ');
  const spaceBreak = / \n/.test(text);
  return {
    plain: !indicators && !special && !breaks && !leading && !trailing,
    single: !special && !spaceBreak,
    block: !special && !spaceBreak && !trailing,
  };
}

function isPrintable(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0x0a) return true;
  if (code === 0x09) return false;
  return (code >= 0x20 && code <= 0x7e) || code === 0x85 || (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff);
}

const SHORT: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escaped(char: string): string {
  const short = SHORT[char];
  if (short && char !== '\u00a0') return short;
  if (isPrintable(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}` : `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`;
}
const doubleQuoted = (text: string): string => `"${[...text].map(escaped).join('')}"`;

/** Whole numbers as they are; others as Go's `%g`, with an exponent from 1e+06 on and below 1e-04. */
function numberText(value: number): string {
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64) return String(value);
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const isLetter = (char: string): boolean => /\p{L}/u.test(char);
const isDigit = (char: string | undefined): boolean => char !== undefined && /\p{Nd}/u.test(char);

/** Digits count as numbers, letters come after what is none. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; i < a.length && i < b.length; i++) {
    const x = a[i] ?? '';
    const y = b[i] ?? '';
    if (x === y) continue;
    if (isLetter(x) && isLetter(y)) return x < y ? -1 : 1;
    if (isLetter(x) || isLetter(y)) return isLetter(y) ? -1 : 1;
    let start = 0;
    if (x === '0' || y === '0') for (let j = i - 1; j >= 0 && isDigit(a[j]); j--) if (a[j] !== '0') start = 1;
    const [first, firstEnd] = numberAt(a, i, start);
    const [second, secondEnd] = numberAt(b, i, start);
    if (first !== second) return first < second ? -1 : 1;
    if (firstEnd !== secondEnd) return firstEnd < secondEnd ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

function numberAt(text: string, from: number, start: number): readonly [value: number, end: number] {
  let value = start;
  let at = from;
  for (; isDigit(text[at]); at++) value = value * 10 + Number(text[at]);
  return [value, at];
}
