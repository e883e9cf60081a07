// A template of Go cut into tokens. Models text/template/parse/lex.go
import { runeName } from '../../../kube/machinery/go-runes.ts';
import { goQuote } from '../../go-quote.ts';

export type TokenType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | 'dot'
  | Keyword;
type Keyword = 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with';

export interface Token {
  readonly type: TokenType;
  readonly at: number;
  readonly text: string;
  readonly line: number;
}

const KEYWORDS: ReadonlySet<string> = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'nil', 'range', 'template', 'with']);
const LEFT = '{{';
const RIGHT = '}}';
const SPACES = ' \t\r\n';
const isSpace = (char: string): boolean => char !== '' && SPACES.includes(char);
const isAlphaNumeric = (char: string): boolean => /^[_\p{L}\p{Nd}]$/u.test(char);
/** Ends a template that cannot be cut any further. */
class LexError extends Error {}

/** As a token is named in a complaint. */
export function tokenName({ type, text }: Token): string {
  if (type === 'eof') return 'EOF';
  if (type === 'error') return text;
  if (KEYWORDS.has(type) || type === 'dot') return `<${text}>`;
  const chars = [...text];
  return Buffer.byteLength(text) > 10 ? `${goQuote(chars.slice(0, 10).join(''))}...` : goQuote(text);
}

/** Ends with a token of the end, or of what is wrong. */
export function* lex(input: string): Generator<Token, undefined> {
  const lexer = new Lexer(input);
  try {
    yield* lexer.run();
  } catch (error) {
    if (!(error instanceof LexError)) throw error;
    yield lexer.token('error', error.message);
  }
}

class Lexer {
  readonly #input: string;
  #at = 0;
  #start = 0;

  constructor(input: string) {
    this.#input = input;
  }

  *run(): Generator<Token> {
    for (;;) {
      const found = this.#input.indexOf(LEFT, this.#at);
      if (found < 0) {
        this.#at = this.#input.length;
        if (this.#at > this.#start) yield this.#emit('text');
        yield this.#emit('eof');
        return;
      }
      const trims = this.#trimsLeft(found + 2);
      const text = this.#input.slice(this.#start, found);
      this.#at = trims ? this.#start + text.replace(/[ \t\r\n]+$/, '').length : found;
      if (this.#at > this.#start) yield this.#emit('text');
      this.#at = this.#start = found;
      if (this.#input.startsWith('/*', found + (trims ? 4 : 2))) this.#comment(found + (trims ? 4 : 2));
      else {
        this.#at = found + 2;
        yield this.#emit('leftDelim');
        if (trims) this.#at = this.#start = found + 4;
        yield* this.#action();
      }
    }
  }

  token(type: TokenType, text: string): Token {
    return { type, at: this.#start, text, line: this.#input.slice(0, this.#start).split('\n').length };
  }

  #emit(type: TokenType): Token {
    const token = this.token(type, this.#input.slice(this.#start, this.#at));
    this.#start = this.#at;
    return token;
  }
  #peek(): string {
    const code = this.#input.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }
  #next(): string {
    const char = this.#peek();
    this.#at += char.length;
    return char;
  }
  #accept(chars: string): boolean {
    const char = this.#peek();
    if (char === '' || !chars.includes(char)) return false;
    this.#at += char.length;
    return true;
  }
  #acceptAll(chars: string): void {
    while (this.#accept(chars));
  }
  #trimsLeft(at: number): boolean {
    return this.#input[at] === '-' && isSpace(this.#input[at + 1] ?? '');
  }
  #trimsRight(at: number): boolean {
    return isSpace(this.#input[at] ?? '') && this.#input.startsWith(`-${RIGHT}`, at + 1);
  }
  #isAtRight(): boolean {
    return this.#trimsRight(this.#at) || this.#input.startsWith(RIGHT, this.#at);
  }
  #skipSpaces(): void {
    while (isSpace(this.#peek())) this.#next();
    this.#start = this.#at;
  }

  #comment(from: number): void {
    this.#start = from;
    const end = this.#input.indexOf('*/', from + 2);
    if (end < 0) throw new LexError('unclosed comment');
    this.#at = end + 2;
    if (!this.#isAtRight()) throw new LexError('comment ends before closing delimiter');
    const trims = this.#trimsRight(this.#at);
    this.#at += trims ? 4 : 2;
    this.#start = this.#at;
    if (trims) this.#skipSpaces();
  }

  *#action(): Generator<Token> {
    let depth = 0;
    for (;;) {
      if (this.#isAtRight()) {
        if (depth > 0) throw new LexError('unclosed left paren');
        const trims = this.#trimsRight(this.#at);
        if (trims) this.#start = this.#at += 2;
        this.#at += 2;
        yield this.#emit('rightDelim');
        if (trims) this.#skipSpaces();
        return;
      }
      const char = this.#next();
      if (char === '(') depth++;
      else if (char === ')' && --depth < 0) throw new LexError('unexpected right paren');
      yield this.#inside(char);
    }
  }

  #inside(char: string): Token {
    if (char === '') throw new LexError('unclosed action');
    if (isSpace(char)) return this.#spaces();
    switch (char) {
      case '=':
        return this.#emit('assign');
      case ':':
        if (this.#next() !== '=') throw new LexError('expected :=');
        return this.#emit('declare');
      case '|':
        return this.#emit('pipe');
      case '"':
        return this.#quoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.#quoted("'", 'charConstant', 'unterminated character constant');
      case '`':
        return this.#raw();
      case '$':
        return this.#name('variable', 'variable');
      case '(':
        return this.#emit('leftParen');
      case ')':
        return this.#emit('rightParen');
      case '.':
        if (!/^\d/.test(this.#peek())) return this.#name('field', 'dot');
        break;
    }
    if (char === '.' || char === '+' || char === '-' || /^\d$/.test(char)) {
      this.#at -= 1;
      return this.#number();
    }
    if (isAlphaNumeric(char)) return this.#identifier();
    if (/^[\u0020-\u007e]$/.test(char)) return this.#emit('char');
    throw new LexError(`unrecognized character in action: ${runeName(char)}`);
  }

  /** A trim mark needs the last space before it. */
  #spaces(): Token {
    while (isSpace(this.#peek())) this.#next();
    if (this.#at - this.#start > 1 && this.#trimsRight(this.#at - 1)) this.#at -= 1;
    return this.#emit('space');
  }

  #identifier(): Token {
    while (isAlphaNumeric(this.#peek())) this.#next();
    this.#requireEnd();
    const word = this.#input.slice(this.#start, this.#at);
    if (KEYWORDS.has(word)) return this.#emit(word as Keyword);
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  #name(type: TokenType, alone: TokenType): Token {
    if (this.#isAtEnd()) return this.#emit(alone);
    while (isAlphaNumeric(this.#peek())) this.#next();
    this.#requireEnd();
    return this.#emit(type);
  }

  #isAtEnd(): boolean {
    const char = this.#peek();
    return char === '' || isSpace(char) || '.,|:)('.includes(char) || this.#input.startsWith(RIGHT, this.#at);
  }
  #requireEnd(): void {
    if (!this.#isAtEnd()) throw new LexError(`bad character ${runeName(this.#peek())}`);
  }

  #quoted(quote: string, type: TokenType, complaint: string): Token {
    for (;;) {
      let char = this.#next();
      if (char === '\\') {
        char = this.#next();
        if (char === '' || char === '\n') throw new LexError(complaint);
        continue;
      }
      if (char === '' || char === '\n') throw new LexError(complaint);
      if (char === quote) return this.#emit(type);
    }
  }

  #raw(): Token {
    const end = this.#input.indexOf('`', this.#at);
    if (end < 0) throw new LexError('unterminated raw quoted string');
    this.#at = end + 1;
    return this.#emit('rawString');
  }

  #number(): Token {
    this.#accept('+-');
    let digits = '0123456789_';
    if (this.#accept('0')) {
      if (this.#accept('xX')) digits = '0123456789abcdefABCDEF_';
      else if (this.#accept('oO')) digits = '01234567_';
      else if (this.#accept('bB')) digits = '01_';
    }
    this.#acceptAll(digits);
    if (this.#accept('.')) this.#acceptAll(digits);
    if (digits.length === 11 && this.#accept('eE')) {
      this.#accept('+-');
      this.#acceptAll('0123456789_');
    }
    if (digits.length === 23 && this.#accept('pP')) {
      this.#accept('+-');
      this.#acceptAll('0123456789_');
    }
    this.#accept('i');
    if (isAlphaNumeric(this.#peek())) {
      this.#next();
      throw new LexError(`bad number syntax: ${goQuote(this.#input.slice(this.#start, this.#at))}`);
    }
    return this.#emit('number');
  }
}
