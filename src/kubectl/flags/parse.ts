// From words to flags and arguments: long and short flags anywhere among the arguments, `--` ends them. Models github.com/spf13/pflag
import { goQuote } from '../go-quote.ts';
import type { FlagSpec, FlagSpecs, FlagType, FlagTypes } from './flag.ts';
import { parseGoBool, parseGoDuration, parseGoInt } from './go-numbers.ts';

/** A word that is no flag, or a value that its flag does not take; the message is pflag's. */
export class FlagError extends Error {}
/** `--help` or `-h` was among the words. */
export class HelpAsked extends Error {}

export interface ParsedWords {
  readonly args: readonly string[];
  /** How many of the arguments came before `--`; -1 without one. */
  readonly dash: number;
  readonly values: Readonly<Record<string, FlagTypes[FlagType]>>;
  readonly changed: ReadonlySet<string>;
  /** The flags with their values, as they came. */
  readonly given: readonly GivenFlag[];
}

export interface GivenFlag {
  readonly name: string;
  readonly text: string;
}

interface Known {
  readonly name: string;
  readonly spec: FlagSpec;
}

/** Throws FlagError, or HelpAsked. `deprecated` is told of flags that should not be used any more. */
export function parseFlags(specs: FlagSpecs, words: readonly string[], deprecated: (name: string, says: string) => void = () => {}): ParsedWords {
  const byShort = new Map<string, Known>();
  const byName = new Map<string, Known>();
  for (const [name, spec] of Object.entries(specs)) {
    byName.set(name, { name, spec });
    if (spec.short) byShort.set(spec.short, { name, spec });
  }
  const values: Record<string, FlagTypes[FlagType]> = Object.fromEntries(Object.entries(specs).map(([name, { preset }]) => [name, preset]));
  // The flag that every command has: it may be taken back, and what is wrong with others is told first.
  let asksForHelp = false;
  const help: Known = { name: 'help', spec: HELP };
  if (!byName.has('help')) byName.set('help', help);
  if (!byShort.has('h')) byShort.set('h', help);
  const changed = new Set<string>();
  const given: GivenFlag[] = [];
  const args: string[] = [];
  let dash = -1;
  const set = ({ name, spec }: Known, text: string): void => {
    if (spec === HELP) return void (asksForHelp = readHelp(text));
    const before = changed.has(name) ? values[name] : undefined;
    try {
      values[name] = READERS[spec.type](text, before as readonly string[] | undefined);
    } catch (error) {
      const shown = spec.short ? `-${spec.short}, --${name}` : `--${name}`;
      throw new FlagError(`invalid argument ${goQuote(text)} for ${goQuote(shown)} flag: ${(error as Error).message}`);
    }
    if (spec.deprecated && !changed.has(name)) deprecated(name, spec.deprecated);
    changed.add(name);
    given.push({ name, text });
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') {
      dash = args.length;
      args.push(...words.slice(i + 1));
      break;
    }
    if (word.startsWith('--')) {
      const [head = '', ...tail] = word.slice(2).split('=');
      const name = head.replaceAll('_', '-');
      if (head === '' || head.startsWith('-')) throw new FlagError(`bad flag syntax: ${word}`);
      const known = byName.get(name);
      if (!known) throw new FlagError(`unknown flag: --${name}`);
      if (tail.length) set(known, tail.join('='));
      else if (bareOf(known.spec) !== undefined) set(known, bareOf(known.spec) ?? '');
      else if (i + 1 < words.length) set(known, words[++i] ?? '');
      else throw new FlagError(`flag needs an argument: ${word}`);
    } else if (word.startsWith('-') && word !== '-') {
      if (readShorts(word, words[i + 1])) i++;
    } else args.push(word);
  }
  if (asksForHelp) throw new HelpAsked();
  return { args, dash, values, changed, given };

  /** True when the next word was the value of the last letter. */
  function readShorts(word: string, next: string | undefined): boolean {
    for (let rest = word.slice(1); rest !== '';) {
      const letter = rest[0] ?? '';
      const known = byShort.get(letter);
      if (!known) throw new FlagError(`unknown shorthand flag: ${shortName(letter)} in ${word}`);
      const after = rest.slice(1);
      if (after.startsWith('=')) return (set(known, after.slice(1)), false);
      const bare = bareOf(known.spec);
      if (bare !== undefined) {
        set(known, bare);
        rest = after;
      } else if (after !== '') return (set(known, after), false);
      else if (next !== undefined) return (set(known, next), true);
      else throw new FlagError(`flag needs an argument: ${shortName(letter)} in ${word}`);
    }
    return false;
  }
}

const HELP: FlagSpec = { type: 'bool', help: '', preset: false, short: 'h' };

function readHelp(text: string): boolean {
  try {
    return parseGoBool(text);
  } catch (error) {
    throw new FlagError(`invalid argument ${goQuote(text)} for "-h, --help" flag: ${(error as Error).message}`);
  }
}

const shortName = (letter: string): string => `'${letter}'`;

/** What a flag means that stands without a value; undefined where it needs one. */
export const bareOf = ({ type, bare }: FlagSpec): string | undefined => bare ?? (type === 'bool' ? 'true' : undefined);

/** The words between commas, as one line of comma-separated values: quotes hold commas. */
function commaSeparated(text: string): readonly string[] {
  if (text === '') return [];
  if (!text.includes('"')) return text.split(',');
  const words: string[] = [];
  let rest = text;
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(,|$)/.exec(rest);
    const plain = quoted ?? /^([^",]*)(,|$)/.exec(rest);
    if (!plain) throw new Error(`parse error on line 1, column ${text.length - rest.length + rest.indexOf('"') + 1}: bare " in non-quoted-field`);
    words.push((plain[1] ?? '').replaceAll('""', '"'));
    rest = rest.slice(plain[0].length);
    if (plain[2] === '') return words;
  }
}

/** Models klog's moduleSpec.Set */
function levelsIn(text: string): string {
  for (const word of text.split(',').filter(Boolean)) {
    const [pattern = '', level = '', ...more] = word.split('=');
    if (!pattern || !level || more.length) throw new Error(LEVELS_SYNTAX);
    let value: number;
    try {
      value = parseGoInt(level);
    } catch {
      throw new Error(LEVELS_SYNTAX);
    }
    if (value < 0) throw new Error('negative value for vmodule level');
  }
  return text;
}
const LEVELS_SYNTAX = 'syntax error: expect comma-separated list of filename=N';

function pairsIn(text: string): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  for (const word of text.split(',')) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    if (equals < 0) throw new Error('malformed pair, expect string=string');
    pairs[word.slice(0, equals).trim()] = word.slice(equals + 1).trim();
  }
  return pairs;
}

const READERS: { readonly [T in FlagType]: (text: string, before: readonly string[] | undefined) => FlagTypes[T] } = {
  bool: parseGoBool,
  string: (text) => text,
  tristate: (text) => String(parseGoBool(text)),
  int: (text) => parseGoInt(text),
  int32: (text) => parseGoInt(text, 32),
  duration: parseGoDuration,
  strings: (text, before = []) => [...before, ...commaSeparated(text)],
  array: (text, before = []) => [...before, text],
  pairs: pairsIn,
  levels: levelsIn,
};
