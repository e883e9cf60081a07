// The tokens of a YAML text as Go's reader takes them, so that what it refuses is refused at the same place in the same words.
// Models sigs.k8s.io/yaml/goyaml.v2/scannerc.go

import { YamlCursor, type Mark } from './yaml-cursor.ts';

export type TokenType =
  | 'stream-start'
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly type: TokenType;
  /** From 0. */
  readonly line: number;
  /** Of an anchor its name, of a tag its handle, of a directive what it sets. */
  readonly text: string;
}

interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  readonly tokenNumber: number;
  readonly mark: Mark;
}

const NO_KEY: SimpleKey = { possible: false, required: false, tokenNumber: -1, mark: { index: 0, line: 0, column: 0 } };
const LONGEST_KEY = 1024;

export class YamlTokens {
  readonly #text: YamlCursor;
  readonly #tokens: Token[] = [];
  readonly #keys: SimpleKey[] = [];
  readonly #indents: number[] = [];
  #indent = -1;
  #parsed = 0;
  #mayStartKey = true;
  #isStarted = false;

  constructor(text: string) {
    this.#text = new YamlCursor(text);
  }

  /** The next one, which stays. */
  peek(): Token {
    for (;;) {
      const [head] = this.#tokens;
      if (head && !this.#mayBecomeKey()) return head;
      this.#fetch();
    }
  }
  skip(): void {
    this.#tokens.shift();
    this.#parsed++;
  }

  /** Whether the token at the head may turn out to be the key of a mapping. */
  #mayBecomeKey(): boolean {
    const key = this.#keys.find(({ possible, tokenNumber }) => possible && tokenNumber === this.#parsed);
    return key !== undefined && this.#isValid(key);
  }

  get #flowLevel(): number {
    return this.#keys.length - 1;
  }

  #add(type: TokenType, line = this.#text.line, text = ''): void {
    this.#tokens.push({ type, line, text });
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    if (key.mark.line === this.#text.line && key.mark.index + LONGEST_KEY >= this.#text.mark.index) return true;
    if (key.required) this.#text.refuse("could not find expected ':'", key.mark);
    key.possible = false;
    return false;
  }
  #saveKey(): void {
    if (!this.#mayStartKey) return;
    const required = this.#flowLevel === 0 && this.#indent === this.#text.column;
    this.#removeKey();
    this.#keys[this.#keys.length - 1] = { possible: true, required, tokenNumber: this.#parsed + this.#tokens.length, mark: this.#text.mark };
  }
  #removeKey(): void {
    const key = this.#keys.at(-1);
    if (!key?.possible) return;
    if (key.required) this.#text.refuse("could not find expected ':'", key.mark);
    key.possible = false;
  }

  #roll(column: number, type: TokenType, { line, tokenNumber }: { readonly line: number; readonly tokenNumber?: number }): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    const at = tokenNumber === undefined ? this.#tokens.length : tokenNumber - this.#parsed;
    this.#tokens.splice(at, 0, { type, line, text: '' });
  }
  #unroll(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#add('block-end');
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #fetch(): void {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#keys.push({ ...NO_KEY });
      this.#add('stream-start');
      return;
    }
    this.#toNextToken();
    this.#unroll(this.#text.column);
    const char = this.#text.at();
    if (char === '') return this.#fetchEnd();
    if (this.#text.column === 0 && char === '%') return this.#fetchDirective();
    if (this.#text.isDocumentIndicator()) return this.#fetchDocumentIndicator(char);
    const isInFlow = this.#flowLevel > 0;
    const isAlone = this.#text.isBlankOrEnd(1);
    if (char === '[' || char === '{') return this.#fetchFlowStart(char);
    if (char === ']' || char === '}') return this.#fetchFlowEnd(char);
    if (char === ',') return this.#fetchFlowEntry();
    if (char === '-' && isAlone) return this.#fetchBlockEntry();
    if (char === '?' && (isInFlow || isAlone)) return this.#fetchKey();
    if (char === ':' && (isInFlow || isAlone)) return this.#fetchValue();
    if (char === '*' || char === '&') return this.#fetchNode(() => this.#scanAnchor(char));
    if (char === '!') return this.#fetchNode(() => this.#scanTag());
    if ((char === '|' || char === '>') && !isInFlow) return this.#scanBlockScalar();
    if (char === "'" || char === '"') return this.#fetchNode(() => this.#scanQuoted(char));
    const isPlain =
      !(this.#text.isBlankOrEnd() || '-?:,[]{}#&*!|>\'"%@`'.includes(char)) ||
      (char === '-' && !this.#text.isBlank(1)) ||
      (!isInFlow && '?:'.includes(char) && !isAlone);
    if (isPlain) return this.#fetchNode(() => this.#scanPlain());
    this.#text.refuse('found character that cannot start any token', this.#text.mark);
  }

  #toNextToken(): void {
    for (;;) {
      while (this.#text.at() === ' ' || (this.#text.at() === '\t' && (this.#flowLevel > 0 || !this.#mayStartKey))) this.#text.skip();
      if (this.#text.at() === '#') this.#text.skipComment();
      if (!this.#text.isBreak()) return;
      this.#text.skipLine();
      if (this.#flowLevel === 0) this.#mayStartKey = true;
    }
  }

  #fetchEnd(): void {
    if (this.#text.column !== 0) this.#text.endLine();
    this.#toColumnBeforeAll();
    this.#add('stream-end');
  }
  #toColumnBeforeAll(): void {
    this.#unroll(-1);
    this.#removeKey();
    this.#mayStartKey = false;
  }
  #fetchDocumentIndicator(char: string): void {
    this.#toColumnBeforeAll();
    this.#add(char === '-' ? 'document-start' : 'document-end');
    this.#text.skip(3);
  }
  #fetchFlowStart(char: string): void {
    this.#saveKey();
    this.#keys.push({ ...NO_KEY });
    this.#mayStartKey = true;
    this.#add(char === '[' ? 'flow-sequence-start' : 'flow-mapping-start');
    this.#text.skip();
  }
  #fetchFlowEnd(char: string): void {
    this.#removeKey();
    if (this.#flowLevel > 0) this.#keys.pop();
    this.#mayStartKey = false;
    this.#add(char === ']' ? 'flow-sequence-end' : 'flow-mapping-end');
    this.#text.skip();
  }
  #fetchFlowEntry(): void {
    this.#removeKey();
    this.#mayStartKey = true;
    this.#add('flow-entry');
    this.#text.skip();
  }
  /** An indicator of block style, where one may stand. */
  #startBlock(type: TokenType, refusal: string): void {
    if (this.#flowLevel > 0) return;
    if (!this.#mayStartKey) this.#text.refuse(refusal, this.#text.mark);
    this.#roll(this.#text.column, type, { line: this.#text.line });
  }
  #fetchBlockEntry(): void {
    this.#startBlock('block-sequence-start', 'block sequence entries are not allowed in this context');
    this.#removeKey();
    this.#mayStartKey = true;
    this.#add('block-entry');
    this.#text.skip();
  }
  #fetchKey(): void {
    this.#startBlock('block-mapping-start', 'mapping keys are not allowed in this context');
    this.#removeKey();
    this.#mayStartKey = this.#flowLevel === 0;
    this.#add('key');
    this.#text.skip();
  }
  #fetchValue(): void {
    const key = this.#keys.at(-1);
    if (key && this.#isValid(key)) {
      const { line, column } = key.mark;
      this.#tokens.splice(key.tokenNumber - this.#parsed, 0, { type: 'key', line, text: '' });
      this.#roll(column, 'block-mapping-start', { line, tokenNumber: key.tokenNumber });
      key.possible = false;
      this.#mayStartKey = false;
    } else {
      this.#startBlock('block-mapping-start', 'mapping values are not allowed in this context');
      this.#mayStartKey = this.#flowLevel === 0;
    }
    this.#add('value');
    this.#text.skip();
  }
  #fetchNode(scan: () => void): void {
    this.#saveKey();
    this.#mayStartKey = false;
    scan();
  }

  #fetchDirective(): void {
    this.#toColumnBeforeAll();
    const began = this.#text.mark;
    this.#text.skip();
    const name = this.#text.word();
    if (name === '') this.#text.refuse('could not find expected directive name', began);
    if (!this.#text.isBlankOrEnd()) this.#text.refuse('found unexpected non-alphabetical character', began);
    if (name === 'YAML') {
      this.#text.skipBlanks();
      const major = this.#text.number(began);
      if (this.#text.at() !== '.') this.#text.refuse("did not find expected digit or '.' character", began);
      this.#text.skip();
      this.#add('version-directive', began.line, `${major}.${this.#text.number(began)}`);
    } else if (name === 'TAG') {
      this.#text.skipBlanks();
      const handle = this.#text.handle(began, true);
      if (!this.#text.isBlank()) this.#text.refuse('did not find expected whitespace', began);
      this.#text.skipBlanks();
      this.#text.uri('', began);
      if (!this.#text.isBlankOrEnd()) this.#text.refuse('did not find expected whitespace or line break', began);
      this.#add('tag-directive', began.line, handle);
    } else this.#text.refuse('found unknown directive name', began);
    this.#text.endOfLine(began);
  }

  #scanAnchor(indicator: string): void {
    const began = this.#text.mark;
    this.#text.skip();
    const name = this.#text.word();
    if (name === '' || !(this.#text.isBlankOrEnd() || '?:,]}%@`'.includes(this.#text.at())))
      this.#text.refuse('did not find expected alphabetic or numeric character', began);
    this.#add(indicator === '*' ? 'alias' : 'anchor', began.line, name);
  }

  #scanTag(): void {
    const began = this.#text.mark;
    let handle = '';
    if (this.#text.at(1) === '<') {
      this.#text.skip(2);
      this.#text.uri('', began);
      if (this.#text.at() !== '>') this.#text.refuse("did not find the expected '>'", began);
      this.#text.skip();
    } else {
      handle = this.#text.handle(began, false);
      if (/^!.*!$/s.test(handle)) this.#text.uri('', began);
      else {
        const isLong = this.#text.uri(handle, began) || handle.length > 1;
        handle = isLong ? '!' : '';
      }
    }
    if (!this.#text.isBlankOrEnd()) this.#text.refuse('did not find expected whitespace or line break', began);
    this.#add('tag', began.line, handle);
  }

  #scanBlockScalar(): void {
    this.#removeKey();
    this.#mayStartKey = true;
    const began = this.#text.mark;
    this.#text.skip();
    let increment = 0;
    const digit = (): void => {
      if (!/^\d$/.test(this.#text.at())) return;
      if (this.#text.at() === '0') this.#text.refuse('found an indentation indicator equal to 0', began);
      increment = Number(this.#text.at());
      this.#text.skip();
    };
    const chomping = (): boolean => {
      if (this.#text.at() !== '+' && this.#text.at() !== '-') return false;
      this.#text.skip();
      return true;
    };
    if (chomping()) digit();
    else {
      digit();
      if (increment > 0) chomping();
    }
    this.#text.endOfLine(began);
    let indent = increment > 0 ? Math.max(this.#indent, 0) + increment : 0;
    for (indent = this.#blockBreaks(indent, began); this.#text.column === indent && this.#text.at() !== ''; indent = this.#blockBreaks(indent, began)) {
      while (this.#text.at() !== '' && !this.#text.isBreak()) this.#text.skip();
      if (this.#text.at() !== '') this.#text.skipLine();
    }
    this.#add('scalar', began.line);
  }
  /** Goes over empty lines; the first that is not says how far the text is indented. */
  #blockBreaks(indent: number, began: Mark): number {
    let deepest = 0;
    const isBefore = (): boolean => indent === 0 || this.#text.column < indent;
    for (;;) {
      while (isBefore() && this.#text.at() === ' ') this.#text.skip();
      deepest = Math.max(deepest, this.#text.column);
      if (isBefore() && this.#text.at() === '\t') this.#text.refuse('found a tab character where an indentation space is expected', began);
      if (!this.#text.isBreak()) break;
      this.#text.skipLine();
    }
    return indent || Math.max(deepest, this.#indent + 1, 1);
  }

  #scanQuoted(quote: string): void {
    const began = this.#text.mark;
    this.#text.skip();
    for (;;) {
      if (this.#text.isDocumentIndicator()) this.#text.refuse('found unexpected document indicator', began);
      if (this.#text.at() === '') this.#text.refuse('found unexpected end of stream', began);
      while (!this.#text.isBlankOrEnd()) {
        if (this.#text.at() === quote) {
          if (quote === '"' || this.#text.at(1) !== "'") break;
          this.#text.skip(2);
        } else if (quote === '"' && this.#text.at() === '\\') {
          if (this.#text.isBreak(1)) {
            this.#text.skip();
            this.#text.skipLine();
            break;
          }
          this.#text.escape(began);
        } else this.#text.skip();
      }
      if (this.#text.at() === quote) break;
      while (this.#text.isBlank() || this.#text.isBreak())
        if (this.#text.isBlank()) this.#text.skip();
        else this.#text.skipLine();
    }
    this.#text.skip();
    this.#add('scalar', began.line);
  }

  #scanPlain(): void {
    const began = this.#text.mark;
    const indent = this.#indent + 1;
    let isAfterBreak = false;
    for (;;) {
      if (this.#text.isDocumentIndicator() || this.#text.at() === '#') break;
      while (!this.#text.isBlankOrEnd() && !this.#endsPlain()) {
        isAfterBreak = false;
        this.#text.skip();
      }
      if (!this.#text.isBlank() && !this.#text.isBreak()) break;
      while (this.#text.isBlank() || this.#text.isBreak()) {
        if (this.#text.isBlank()) {
          if (isAfterBreak && this.#text.column < indent && this.#text.at() === '\t')
            this.#text.refuse('found a tab character that violates indentation', began);
          this.#text.skip();
        } else {
          this.#text.skipLine();
          isAfterBreak = true;
        }
      }
      if (this.#flowLevel === 0 && this.#text.column < indent) break;
    }
    this.#add('scalar', began.line);
    if (isAfterBreak) this.#mayStartKey = true;
  }
  #endsPlain(): boolean {
    return (this.#text.at() === ':' && this.#text.isBlankOrEnd(1)) || (this.#flowLevel > 0 && ',?[]{}'.includes(this.#text.at()));
  }
}
