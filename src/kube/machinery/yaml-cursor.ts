// A place in a YAML text, and the small things that are read there: words, numbers, the parts of a tag. Models sigs.k8s.io/yaml/goyaml.v2/scannerc.go

/** A text that is no YAML; the message is Go's, with the line as Go counts it. */
export class YamlRefusal extends Error {}

export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}
const BREAKS = '\r\n\u0085\u2028\u2029';
const ESCAPES = '0abt\tnvfre "\'\\N_LP/';
const HEX_ESCAPES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const URI = /^[\w\-;/?:@&=+$,.!~*'()[\]%]$/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export class YamlCursor {
  readonly #chars: readonly string[];
  #index = 0;
  line = 0;
  column = 0;

  constructor(text: string) {
    if (CONTROL.test(text)) throw new YamlRefusal('control characters are not allowed');
    this.#chars = [...text.replace(/^\uFEFF/, '')];
  }

  /** A text that does not end its last line ends it all the same. */
  endLine(): void {
    this.column = 0;
    this.line++;
  }
  at(offset = 0): string {
    return this.#chars[this.#index + offset] ?? '';
  }
  isBreak(offset = 0): boolean {
    const char = this.at(offset);
    return char !== '' && BREAKS.includes(char);
  }
  isBlank(offset = 0): boolean {
    const char = this.at(offset);
    return char === ' ' || char === '\t';
  }
  /** A blank, a line's end or the text's. */
  isBlankOrEnd(offset = 0): boolean {
    return this.at(offset) === '' || this.isBlank(offset) || this.isBreak(offset);
  }
  get mark(): Mark {
    return { index: this.#index, line: this.line, column: this.column };
  }
  skip(count = 1): void {
    this.#index += count;
    this.column += count;
  }
  skipLine(): void {
    this.#index += this.at() === '\r' && this.at(1) === '\n' ? 2 : 1;
    this.column = 0;
    this.line++;
  }
  skipBlanks(): void {
    while (this.isBlank()) this.skip();
  }
  /** Lines count from 1 where the scanner stands; none is told in the first line, but that of what had begun. */
  refuse(problem: string, began?: Mark): never {
    const line = this.line > 0 ? this.line + 1 : (began?.line ?? 0);
    throw new YamlRefusal(`${line > 0 ? `line ${line}: ` : ''}${problem}`);
  }
  skipComment(): void {
    while (this.at() !== '' && !this.isBreak()) this.skip();
  }
  isDocumentIndicator(): boolean {
    const char = this.at();
    return this.column === 0 && (char === '-' || char === '.') && this.at(1) === char && this.at(2) === char && this.isBlankOrEnd(3);
  }
  word(): string {
    let word = '';
    for (; /^[\w-]$/.test(this.at()); this.skip()) word += this.at();
    return word;
  }
  number(began: Mark): number {
    let digits = '';
    for (; /^\d$/.test(this.at()); this.skip()) {
      digits += this.at();
      if (digits.length > 2) this.refuse('found extremely long version number', began);
    }
    if (digits === '') this.refuse('did not find expected version number', began);
    return Number(digits);
  }
  endOfLine(began: Mark): void {
    this.skipBlanks();
    if (this.at() === '#') this.skipComment();
    if (this.at() !== '' && !this.isBreak()) this.refuse('did not find expected comment or line break', began);
    if (this.isBreak()) this.skipLine();
  }
  handle(began: Mark, isDirective: boolean): string {
    if (this.at() !== '!') this.refuse("did not find expected '!'", began);
    this.skip();
    const handle = `!${this.word()}`;
    if (this.at() === '!') {
      this.skip();
      return `${handle}!`;
    }
    if (isDirective && handle !== '!') this.refuse("did not find expected '!'", began);
    return handle;
  }
  /** Whether there was more of it than `head`. */
  uri(head: string, began: Mark): boolean {
    let count = 0;
    for (; URI.test(this.at()); count++) {
      if (this.at() === '%') {
        if (!/^[\da-f]{2}$/i.test(this.at(1) + this.at(2))) this.refuse('did not find URI escaped octet', began);
        this.skip(2);
      }
      this.skip();
    }
    if (count === 0 && head === '') this.refuse('did not find expected tag URI', began);
    return count > 0;
  }
  escape(began: Mark): void {
    const code = this.at(1);
    const length = HEX_ESCAPES[code];
    if (length === undefined && (code === '' || !ESCAPES.includes(code))) this.refuse('found unknown escape character', began);
    this.skip(2);
    if (length === undefined) return;
    const digits = this.#chars.slice(this.#index, this.#index + length).join('');
    if (!new RegExp(`^[\\da-f]{${length}}$`, 'i').test(digits)) this.refuse('did not find expected hexdecimal number', began);
    const value = Number.parseInt(digits, 16);
    if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) this.refuse('found invalid Unicode character escape code', began);
    this.skip(length);
  }
}
