// Regular expressions of Go (RE2) run by those of JavaScript. Models regexp/syntax of Go
export class RegexpProblem extends Error {}

const PERL: Readonly<Record<string, string>> = { d: '0-9', s: '\\t\\n\\f\\r ', w: '0-9A-Za-z_' };
const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};
const SYNTAX = new Set('^$\\.*+?()[]{}|/'.split(''));
const CLASS_SYNTAX = new Set('\\]-^['.split(''));

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly U: boolean;
}

const compiled = new Map<string, RegExp>();
const MOST_COMPILED = 1000;

/** Throws a `RegexpProblem` in Go's words. The result has the flags of `flags` besides `u`. */
export function goRegexp(pattern: string, flags = ''): RegExp {
  const key = `${flags}/${pattern}`;
  let regexp = compiled.get(key);
  if (!regexp) {
    const source = new Translator(pattern).run();
    try {
      regexp = new RegExp(source, `u${flags}`);
    } catch {
      throw new RegexpProblem(`error parsing regexp: invalid or unsupported Perl syntax: \`${pattern}\``);
    }
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    compiled.set(key, regexp);
  }
  regexp.lastIndex = 0;
  return regexp;
}

class Translator {
  readonly #pattern: string;
  #at = 0;
  #output = '';
  readonly #groups: { readonly flags: Flags; readonly scoped: number }[] = [];
  #flags: Flags = { i: false, m: false, s: false, U: false };
  /** Groups that flags in the middle have opened, to be closed with the group around them. */
  #scoped = 0;
  #isRepeatable = false;
  #lastRepeat: string | undefined;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  #fail(why: string, text: string): never {
    throw new RegexpProblem(`error parsing regexp: ${why}: \`${text}\``);
  }
  get #rest(): string {
    return this.#pattern.slice(this.#at);
  }

  run(): string {
    while (this.#at < this.#pattern.length) this.#step();
    if (this.#groups.length) this.#fail('missing closing )', this.#pattern);
    return this.#output + ')'.repeat(this.#scoped);
  }

  #emit(text: string, length: number): void {
    this.#output += text;
    this.#at += length;
    this.#isRepeatable = true;
    this.#lastRepeat = undefined;
  }

  #step(): void {
    const rest = this.#rest;
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    switch (character) {
      case '(':
        return this.#open(rest);
      case ')': {
        const group = this.#groups.pop();
        if (!group) this.#fail('unexpected )', this.#pattern);
        const closing = ')'.repeat(this.#scoped + 1);
        this.#flags = group.flags;
        this.#scoped = group.scoped;
        return this.#emit(closing, 1);
      }
      case '|':
        this.#emit('|', 1);
        this.#isRepeatable = false;
        return;
      case '*':
      case '+':
      case '?':
        return this.#repeat(character);
      case '{': {
        const counted = /^\{(\d+)(,(\d*))?\}/.exec(rest);
        if (!counted) return this.#emit('\\{', 1);
        const [all, least = '', , most] = counted;
        if (Number(least) > 1000 || Number(most ?? '0') > 1000 || (most && Number(most) < Number(least))) this.#fail('invalid repeat count', all);
        return this.#repeat(all);
      }
      case '[':
        return this.#class(rest);
      case '\\':
        return this.#escape(rest);
      case '^':
        return this.#emit(this.#flags.m ? '(?<![^\\n])' : '(?<![\\s\\S])', 1);
      case '$':
        return this.#emit(this.#flags.m ? '(?![^\\n])' : '(?![\\s\\S])', 1);
      case '.':
        return this.#emit(this.#flags.s ? '[\\s\\S]' : '[^\\n]', 1);
      default:
        return this.#emit(this.#literal(character), character.length);
    }
  }

  #literal(character: string): string {
    if (this.#flags.i && /\p{L}/u.test(character)) {
      const both = new Set([character, character.toLowerCase(), character.toUpperCase()].filter((each) => [...each].length === 1));
      return both.size > 1 ? `[${[...both].join('')}]` : character;
    }
    return SYNTAX.has(character) ? `\\${character}` : character;
  }

  #repeat(operator: string): void {
    const after = this.#pattern[this.#at + operator.length] === '?' ? '?' : '';
    if (!this.#isRepeatable) this.#fail('missing argument to repetition operator', operator + (this.#lastRepeat === undefined ? after && '' : ''));
    if (this.#lastRepeat !== undefined) this.#fail('invalid nested repetition operator', `${this.#lastRepeat}${operator}${after}`);
    const lazy = (after !== '') !== this.#flags.U;
    this.#output += `${operator}${lazy ? '?' : ''}`;
    this.#at += operator.length + after.length;
    this.#lastRepeat = `${operator}${after}`;
  }

  #open(rest: string): void {
    const named = /^\(\?P?<([^>]*)>?/.exec(rest);
    const isLook = /^\(\?<?[=!]/.test(rest);
    if (isLook) this.#fail('invalid or unsupported Perl syntax', /^\(\?<?[=!]/.exec(rest)?.[0] ?? '');
    const enter = (text: string, length: number): void => {
      this.#groups.push({ flags: this.#flags, scoped: this.#scoped });
      this.#scoped = 0;
      this.#emit(text, length);
      this.#isRepeatable = false;
    };
    if (named) {
      const [all, name = ''] = named;
      if (!all.endsWith('>') || !/^\w+$/.test(name)) this.#fail('invalid named capture', all.endsWith('>') ? all : rest);
      return enter(`(?<${/^\d/.test(name) ? `_${name}` : name}>`, all.length);
    }
    const flags = /^\(\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
    if (flags) {
      const [all, on = '', off = '', end] = flags;
      const next = { ...this.#flags };
      for (const each of on) next[each as keyof Flags] = true;
      for (const each of off) next[each as keyof Flags] = false;
      if (end === ':') {
        enter('(?:', all.length);
        this.#flags = next;
        return;
      }
      if (on === '' && off === '') this.#fail('missing argument to repetition operator', '?');
      this.#flags = next;
      this.#at += all.length;
      return;
    }
    if (rest.startsWith('(?')) this.#fail('invalid or unsupported Perl syntax', /^\(\?[^)]?/.exec(rest)?.[0] ?? '(?');
    enter('(', 1);
  }

  #escape(rest: string): void {
    const [character = ''] = rest.slice(1);
    if (character === '') this.#fail('trailing backslash at end of expression', '');
    if (character === 'Q') {
      const end = rest.indexOf('\\E', 2);
      const text = rest.slice(2, end === -1 ? undefined : end);
      return this.#emit([...text].map((each) => this.#literal(each)).join(''), end === -1 ? rest.length : end + 2);
    }
    if (character === 'A' || character === 'z') return this.#emit(character === 'A' ? '(?<![\\s\\S])' : '(?![\\s\\S])', 2);
    if (character === 'b' || character === 'B') return this.#emit(`\\${character}`, 2);
    const lower = character.toLowerCase();
    if (Object.hasOwn(PERL, lower)) return this.#emit(`[${lower === character ? '' : '^'}${PERL[lower] ?? ''}]`, 2);
    const [text, length] = this.#escaped(rest);
    this.#emit(text, length);
  }

  /** A character or a class of Unicode, in and out of brackets. */
  #escaped(rest: string): readonly [string, number] {
    const unicode = /^\\([pP])(?:\{(\^?)([^}]*)\}|(.))/su.exec(rest);
    if (unicode) {
      const [all, kind, not, long, short] = unicode;
      const name = long ?? short ?? '';
      const negated = (kind === 'P') !== (not === '^');
      const known = ['', 'Script='].map((prefix) => `\\${negated ? 'P' : 'p'}{${prefix}${name}}`).find(isKnownClass);
      if (known === undefined) this.#fail('invalid character class range', all);
      return [known, all.length];
    }
    const code = /^\\(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|([1-7][0-7]{0,2}|0[0-7]{0,2}))/.exec(rest);
    if (code) {
      const [all, long, short, octal] = code;
      if (octal !== undefined && /^[1-7]$/.test(octal)) this.#fail('invalid escape sequence', all);
      return [`\\u{${(octal === undefined ? Number.parseInt(long ?? short ?? '0', 16) : Number.parseInt(octal, 8)).toString(16)}}`, all.length];
    }
    const character = String.fromCodePoint(rest.codePointAt(1) ?? 0);
    if (character === 'a') return ['\\x07', 2];
    if ('fnrtv'.includes(character)) return [`\\${character}`, 2];
    if (/[0-9A-Za-z]/.test(character) || character.length > 1 || (character.codePointAt(0) ?? 0) > 127) this.#fail('invalid escape sequence', `\\${character}`);
    return [SYNTAX.has(character) || CLASS_SYNTAX.has(character) ? `\\${character}` : character, 1 + character.length];
  }

  #class(rest: string): void {
    let at = 1;
    let inner = '';
    const isNegated = rest[at] === '^';
    if (isNegated) at += 1;
    let isFirst = true;
    for (;;) {
      const here = rest.slice(at);
      if (here === '') this.#fail('missing closing ]', rest);
      if (here.startsWith(']') && !isFirst) break;
      isFirst = false;
      const posix = /^\[:(\^?)(\w+):\]/.exec(here);
      if (posix) {
        const [all, not, name = ''] = posix;
        if (!Object.hasOwn(POSIX, name)) this.#fail('invalid character class range', all);
        inner += not ? negatedClass(POSIX[name] ?? '') : (POSIX[name] ?? '');
        at += all.length;
        continue;
      }
      const perl = /^\\([dDsSwW])/.exec(here)?.[1];
      if (perl) {
        const set = PERL[perl.toLowerCase()] ?? '';
        inner += perl === perl.toLowerCase() ? set : negatedClass(set);
        at += 2;
        continue;
      }
      const [low, length] = this.#member(here, rest);
      at += length;
      const range = /^-(?!\])/.test(rest.slice(at));
      if (!range || /^\\[pP]/.test(here)) {
        inner += low;
        continue;
      }
      const [high, highLength] = this.#member(rest.slice(at + 1), rest);
      if (pointOf(high) < pointOf(low)) this.#fail('invalid character class range', `${here.slice(0, length)}-${rest.slice(at + 1, at + 1 + highLength)}`);
      inner += `${low}-${high}`;
      at += 1 + highLength;
    }
    const cased = this.#flags.i ? withBothCases(inner) : inner;
    this.#emit(`[${isNegated ? '^' : ''}${cased}]`, at + 1);
  }

  #member(text: string, whole: string): readonly [string, number] {
    if (text === '') this.#fail('missing closing ]', whole);
    if (text.startsWith('\\')) {
      if (text.length === 1) this.#fail('trailing backslash at end of expression', '');
      return this.#escaped(text);
    }
    const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
    return [CLASS_SYNTAX.has(character) ? `\\${character}` : character, character.length];
  }
}

function isKnownClass(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
/** Where the code point of a member begins, escapes read. */
function pointOf(member: string): number {
  const code = /^\\(?:u\{([0-9a-f]+)\}|x([0-9A-F]{2}))/.exec(member);
  if (code) return Number.parseInt(code[1] ?? code[2] ?? '0', 16);
  const simple: Readonly<Record<string, number>> = { '\\f': 12, '\\n': 10, '\\r': 13, '\\t': 9, '\\v': 11 };
  return simple[member] ?? member.codePointAt(member.startsWith('\\') ? 1 : 0) ?? 0;
}
/** All of ASCII and beyond but these, as members of a class. */
function negatedClass(set: string): string {
  const inside = new RegExp(`[${set}]`, 'u');
  let ranges = '';
  for (let start = 0; start < 128; start++) {
    if (inside.test(String.fromCodePoint(start))) continue;
    let end = start;
    while (end < 127 && !inside.test(String.fromCodePoint(end + 1))) end += 1;
    ranges += `\\u{${start.toString(16)}}-\\u{${end.toString(16)}}`;
    start = end;
  }
  return `${ranges}\\u{80}-\\u{10ffff}`;
}
function withBothCases(members: string): string {
  const inside = new RegExp(`[${members}]`, 'u');
  const extra = [...'abcdefghijklmnopqrstuvwxyz'].filter((each) => inside.test(each) !== inside.test(each.toUpperCase()));
  return members + extra.map((each) => each + each.toUpperCase()).join('');
}
