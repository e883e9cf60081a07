// The syntax of the small shell that runs container commands until real programs do: lists, pipes, loops, conditions, substitutions.

export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: string | undefined; readonly quoted: boolean }
  | { readonly kind: 'output'; readonly script: Script; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: string };
export type Word = readonly WordPart[];
export interface Redirect {
  /** With `>&` the target is a descriptor, as in `2>&1`. */
  readonly kind: '>' | '>>' | '<' | '>&';
  /** Which outputs go there. */
  readonly descriptors: readonly (1 | 2)[];
  readonly target: Word;
}
export type Command =
  | {
      readonly kind: 'simple';
      readonly assignments: readonly (readonly [string, Word])[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: 'if'; readonly branches: readonly (readonly [Script, Script])[]; readonly otherwise: Script | undefined }
  | { readonly kind: 'loop'; readonly until: boolean; readonly condition: Script; readonly body: Script; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[]; readonly body: Script; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'group'; readonly isSubshell: boolean; readonly body: Script; readonly redirects: readonly Redirect[] };
export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
}
export interface Statement {
  readonly first: Pipeline;
  readonly rest: readonly (readonly ['&&' | '||', Pipeline])[];
  readonly background: boolean;
}
export type Script = readonly Statement[];

export class ShellSyntaxError extends Error {}

type Token = { readonly kind: 'word'; readonly word: Word; readonly plain: string | undefined } | { readonly kind: 'operator'; readonly text: string };

const OPERATORS = ['&&', '||', ';;', '>>', '2>>', '2>', '1>', '&>', ';', '&', '|', '(', ')', '<', '>', '\n'];
const NAME = /^[A-Za-z_]\w*/;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === ' ' || char === '\t' || char === '\r') {
      at += 1;
      continue;
    }
    if (char === '\\' && text[at + 1] === '\n') {
      at += 2;
      continue;
    }
    if (char === '#') {
      while (at < text.length && text[at] !== '\n') at += 1;
      continue;
    }
    const operator = OPERATORS.find((each) => text.startsWith(each, at));
    if (operator) {
      tokens.push({ kind: 'operator', text: operator });
      at += operator.length;
      continue;
    }
    const { word, end } = readWord(text, at);
    const only = word.length === 1 ? word[0] : undefined;
    tokens.push({ kind: 'word', word, plain: only?.kind === 'text' && !only.quoted ? only.text : undefined });
    at = end;
  }
  return tokens;
}

function readWord(text: string, start: number): { readonly word: Word; readonly end: number } {
  const parts: WordPart[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain) parts.push({ kind: 'text', text: plain, quoted: false });
    plain = '';
  };
  let at = start;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (/[\s;&|<>()]/.test(char)) break;
    if (char === "'") {
      const close = text.indexOf("'", at + 1);
      if (close < 0) throw new ShellSyntaxError('unterminated quoted string');
      flush();
      parts.push({ kind: 'text', text: text.slice(at + 1, close), quoted: true });
      at = close + 1;
    } else if (char === '"') {
      flush();
      const quoted = readDoubleQuoted(text, at + 1);
      parts.push(...quoted.parts);
      at = quoted.end;
    } else if (char === '\\') {
      plain += text[at + 1] ?? '';
      at += 2;
    } else if (char === '$' || char === '`') {
      const expansion = readExpansion(text, at, false);
      if (!expansion) {
        plain += char;
        at += 1;
        continue;
      }
      flush();
      parts.push(expansion.part);
      at = expansion.end;
    } else {
      plain += char;
      at += 1;
    }
  }
  flush();
  return { word: parts, end: at };
}

function readDoubleQuoted(text: string, start: number): { readonly parts: WordPart[]; readonly end: number } {
  const parts: WordPart[] = [];
  let plain = '';
  let at = start;
  for (;;) {
    const char = text[at];
    if (char === undefined) throw new ShellSyntaxError('unterminated quoted string');
    if (char === '"') break;
    if (char === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) {
      plain += text[at + 1] === '\n' ? '' : (text[at + 1] ?? '');
      at += 2;
      continue;
    }
    const expansion = char === '$' || char === '`' ? readExpansion(text, at, true) : undefined;
    if (!expansion) {
      plain += char;
      at += 1;
      continue;
    }
    if (plain) parts.push({ kind: 'text', text: plain, quoted: true });
    plain = '';
    parts.push(expansion.part);
    at = expansion.end;
  }
  if (plain || !parts.length) parts.push({ kind: 'text', text: plain, quoted: true });
  return { parts, end: at + 1 };
}

function readExpansion(text: string, at: number, quoted: boolean): { readonly part: WordPart; readonly end: number } | undefined {
  if (text[at] === '`') {
    const close = text.indexOf('`', at + 1);
    if (close < 0) throw new ShellSyntaxError('unterminated backquote');
    return { part: { kind: 'output', script: parseShell(text.slice(at + 1, close)), quoted }, end: close + 1 };
  }
  const rest = text.slice(at + 1);
  if (rest.startsWith('((')) {
    const close = text.indexOf('))', at);
    if (close >= 0) return { part: { kind: 'arithmetic', expression: text.slice(at + 3, close) }, end: close + 2 };
  }
  if (rest.startsWith('(')) {
    let depth = 0;
    for (let end = at + 1; end < text.length; end++) {
      if (text[end] === '(') depth += 1;
      else if (text[end] === ')' && --depth === 0) return { part: { kind: 'output', script: parseShell(text.slice(at + 2, end)), quoted }, end: end + 1 };
    }
    throw new ShellSyntaxError('unexpected end of file');
  }
  const braced = /^\{([A-Za-z_]\w*|[0-9?#@*])(?::?-([^}]*))?\}/.exec(rest);
  if (braced) return { part: { kind: 'variable', name: braced[1] ?? '', fallback: braced[2], quoted }, end: at + 1 + braced[0].length };
  const name = NAME.exec(rest)?.[0] ?? /^[0-9?$#@*!]/.exec(rest)?.[0];
  return name ? { part: { kind: 'variable', name, fallback: undefined, quoted }, end: at + 1 + name.length } : undefined;
}

/** Throws ShellSyntaxError. */
export function parseShell(text: string): Script {
  return new Parser(tokenize(text)).whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Script {
    const script = this.#script([]);
    const rest = this.#tokens[this.#at];
    if (rest) throw unexpected(rest);
    return script;
  }

  get #next(): Token | undefined {
    return this.#tokens[this.#at];
  }
  #operator(...texts: string[]): string | undefined {
    const token = this.#next;
    if (token?.kind !== 'operator' || !texts.includes(token.text)) return undefined;
    this.#at += 1;
    return token.text;
  }
  #keyword(...texts: string[]): string | undefined {
    const token = this.#next;
    if (token?.kind !== 'word' || token.plain === undefined || !texts.includes(token.plain)) return undefined;
    this.#at += 1;
    return token.plain;
  }
  #expect(keyword: string): void {
    if (!this.#keyword(keyword)) throw unexpected(this.#next, keyword);
  }
  #newlines(): void {
    while (this.#operator('\n', ';'));
  }

  #script(ends: readonly string[]): Script {
    const statements: Statement[] = [];
    for (;;) {
      this.#newlines();
      const token = this.#next;
      if (!token || (token.kind === 'operator' && token.text === ')') || (token.kind === 'word' && token.plain !== undefined && ends.includes(token.plain)))
        return statements;
      const first = this.#pipeline();
      const rest: ['&&' | '||', Pipeline][] = [];
      for (let joint = this.#operator('&&', '||'); joint; joint = this.#operator('&&', '||')) {
        while (this.#operator('\n'));
        rest.push([joint as '&&' | '||', this.#pipeline()]);
      }
      const background = this.#operator('&') !== undefined;
      statements.push({ first, rest, background });
      if (!background && this.#next && !this.#operator(';', '\n') && !(this.#next.kind === 'operator' && this.#next.text === ')')) throw unexpected(this.#next);
    }
  }

  #pipeline(): Pipeline {
    const negated = this.#keyword('!') !== undefined;
    const commands = [this.#command()];
    while (this.#operator('|')) commands.push(this.#command());
    return { negated, commands };
  }

  #command(): Command {
    const loop = this.#keyword('while', 'until');
    if (loop) {
      const condition = this.#script(['do']);
      this.#expect('do');
      const body = this.#script(['done']);
      this.#expect('done');
      return { kind: 'loop', until: loop === 'until', condition, body, redirects: this.#redirects() };
    }
    if (this.#keyword('if')) return this.#if();
    if (this.#keyword('for')) return this.#for();
    const close = this.#operator('(') ? ')' : this.#keyword('{') ? '}' : undefined;
    if (close) {
      const body = this.#script(['}']);
      if (close === ')' ? !this.#operator(')') : !this.#keyword('}')) throw unexpected(this.#next, close);
      return { kind: 'group', isSubshell: close === ')', body, redirects: this.#redirects() };
    }
    return this.#simple();
  }

  #if(): Command {
    const branches: [Script, Script][] = [];
    let otherwise: Script | undefined;
    for (let key: string | undefined = 'if'; key !== 'fi'; key = this.#keyword('elif', 'else', 'fi')) {
      if (key === undefined) throw unexpected(this.#next, 'fi');
      if (key === 'else') {
        otherwise = this.#script(['fi']);
        continue;
      }
      const condition = this.#script(['then']);
      this.#expect('then');
      branches.push([condition, this.#script(['elif', 'else', 'fi'])]);
    }
    return { kind: 'if', branches, otherwise };
  }

  #for(): Command {
    const token = this.#next;
    if (token?.kind !== 'word' || token.plain === undefined) throw unexpected(token);
    this.#at += 1;
    const words: Word[] = [];
    if (this.#keyword('in'))
      for (let each = this.#next; each?.kind === 'word'; each = this.#next) {
        words.push(each.word);
        this.#at += 1;
      }
    this.#newlines();
    this.#expect('do');
    const body = this.#script(['done']);
    this.#expect('done');
    return { kind: 'for', name: token.plain, words, body, redirects: this.#redirects() };
  }

  #simple(): Command {
    const assignments: [string, Word][] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      redirects.push(...this.#redirects());
      const token = this.#next;
      if (token?.kind !== 'word') break;
      this.#at += 1;
      const head = token.word[0];
      const assigned = !words.length && head?.kind === 'text' && !head.quoted ? /^([A-Za-z_]\w*)=(.*)$/s.exec(head.text) : null;
      if (assigned && head?.kind === 'text') assignments.push([assigned[1] ?? '', [{ ...head, text: assigned[2] ?? '' }, ...token.word.slice(1)]]);
      else words.push(token.word);
    }
    if (!words.length && !assignments.length && !redirects.length) throw unexpected(this.#next);
    return { kind: 'simple', assignments, words, redirects };
  }

  #redirects(): Redirect[] {
    const redirects: Redirect[] = [];
    for (let operator = this.#operator('>', '>>', '1>', '2>', '2>>', '&>', '<'); operator; operator = this.#operator('>', '>>', '1>', '2>', '2>>', '&>', '<')) {
      const duplicates = this.#operator('&') !== undefined;
      const token = this.#next;
      if (token?.kind !== 'word') throw unexpected(token);
      this.#at += 1;
      const kind = duplicates ? '>&' : operator === '<' ? '<' : operator.endsWith('>>') ? '>>' : '>';
      const descriptors: Redirect['descriptors'] = operator === '&>' ? [1, 2] : operator.startsWith('2') ? [2] : [1];
      redirects.push({ kind, descriptors, target: token.word });
    }
    return redirects;
  }
}

function unexpected(token: Token | undefined, expecting?: string): ShellSyntaxError {
  const what =
    token === undefined
      ? 'end of file'
      : token.kind === 'operator'
        ? token.text === '\n'
          ? 'newline'
          : `"${token.text}"`
        : token.plain === undefined
          ? 'word'
          : `"${token.plain}"`;
  return new ShellSyntaxError(`unexpected ${what}${expecting ? ` (expecting "${expecting}")` : ''}`);
}
