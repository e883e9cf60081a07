// Text to expression. Models cel-go/parser/parser.go
import type { Issues } from './issues.ts';
import { tokensOf, type Token, type TokenKind } from './lexer.ts';
import { bytesLiteral, intLiteral, stringLiteral, uintLiteral } from './literals.ts';
import { expandMacro } from './macros.ts';
import { AND, CONDITIONAL, INDEX, OPTIONAL_INDEX, OPTIONAL_SELECT, OR, type Entry, type Expression, type Field } from './syntax.ts';

const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const LITERAL_KINDS: readonly TokenKind[] = ['true', 'false', 'null', 'NUM_FLOAT', 'NUM_INT', 'NUM_UINT', 'STRING', 'BYTES', 'IDENTIFIER'];
const STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>(['[', '{', '(', '.', '-', '!', ...LITERAL_KINDS]);
/** In the order in which ANTLR lists what it expects. */
const ORDER: readonly TokenKind[] = ['[', ']', '{', '}', '(', ')', '.', ',', '-', '!', '?', ...LITERAL_KINDS];
const RELATIONS: ReadonlySet<TokenKind> = new Set(['<', '<=', '>=', '>', '==', '!=', 'in']);
const SUMS: ReadonlySet<TokenKind> = new Set(['+', '-']);
const PRODUCTS: ReadonlySet<TokenKind> = new Set(['*', '/', '%']);
/** What may come after a whole operand: where reading goes on after an error. */
const FOLLOWS: ReadonlySet<TokenKind> = new Set<TokenKind>([...RELATIONS, ...SUMS, ...PRODUCTS, '&&', '||', '[', '.', '?', '<EOF>']);
const DEEPEST = 250;

const shownKind = (kind: TokenKind): string => (/^[A-Z_]+$|^<EOF>$/.test(kind) ? kind : `'${kind}'`);
const shownKinds = (kinds: readonly TokenKind[]): string => (kinds.length === 1 && kinds[0] ? shownKind(kinds[0]) : `{${kinds.map(shownKind).join(', ')}}`);
/** An operand, or one of these. */
const operandOr = (...more: readonly TokenKind[]): string => shownKinds(ORDER.filter((each) => STARTS.has(each) || more.includes(each)));

/** Ends the parse. */
class TooDeep extends Error {}

/** Undefined when anything is wrong, which is then among the issues. */
export function parse(source: string, issues: Issues): Expression | undefined {
  const tokens = tokensOf(source, issues);
  try {
    const expression = new Parser(tokens, issues).whole();
    return issues.isEmpty ? expression : undefined;
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return undefined;
  }
}

const NOTHING: Expression = { kind: 'constant', value: null, offset: 0 };

class Parser {
  readonly #tokens: readonly Token[];
  readonly #issues: Issues;
  #at = 0;
  #depth = 0;
  /** After an error nothing is reported until a token fits. */
  #isQuiet = false;
  /** What ends the brackets that are open, the innermost last. */
  readonly #closers: TokenKind[] = ['<EOF>'];

  constructor(tokens: readonly Token[], issues: Issues) {
    this.#tokens = tokens;
    this.#issues = issues;
  }

  whole(): Expression {
    const expression = this.#expression();
    if (this.#token.kind !== '<EOF>') this.#unexpected(['<EOF>']);
    return expression;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: '<EOF>', text: '<EOF>', offset: 0 };
  }
  get #next(): Token {
    return this.#tokens[this.#at + 1] ?? this.#token;
  }
  #take(): Token {
    const token = this.#token;
    if (token.kind !== '<EOF>') this.#at += 1;
    this.#isQuiet = false;
    return token;
  }
  #takeIf(kind: TokenKind): Token | undefined {
    return this.#token.kind === kind ? this.#take() : undefined;
  }

  #report(message: string): void {
    if (!this.#isQuiet) this.#issues.report(this.#token.offset, `Syntax error: ${message}`);
    this.#isQuiet = true;
  }
  /** As ANTLR does: a token too many is left out, a missing one is thought of, otherwise one goes on where one can. */
  #unexpected(wanted: readonly TokenKind[], mayBeMissing = false): void {
    const { text, kind } = this.#token;
    const [first] = wanted;
    if (mayBeMissing && first) return this.#report(`missing ${shownKind(first)} at '${text}'`);
    if (kind !== '<EOF>' && wanted.includes(this.#next.kind)) {
      this.#report(`extraneous input '${text}' expecting ${shownKinds(wanted)}`);
      this.#at += 1;
      return;
    }
    this.#report(`mismatched input '${text}' expecting ${shownKinds(wanted)}`);
    this.#skip();
  }
  #skip(): void {
    while (!FOLLOWS.has(this.#token.kind) && !this.#closers.includes(this.#token.kind)) this.#at += 1;
  }
  /** The end of what a bracket has begun, or of an element in it. */
  #close(kind: TokenKind, ...orElse: readonly TokenKind[]): Token {
    this.#closers.pop();
    const outer = this.#closers.at(-1) ?? '<EOF>';
    if (this.#token.kind !== kind) this.#unexpected([kind, ...orElse], orElse.length === 0 && this.#token.kind === outer);
    return this.#takeIf(kind) ?? this.#token;
  }
  #open(closer: TokenKind): void {
    this.#closers.push(closer);
  }
  #colon(): Token {
    if (this.#token.kind !== ':') this.#unexpected([':'], STARTS.has(this.#token.kind));
    return this.#takeIf(':') ?? this.#token;
  }
  /** Where an operand should be and is none: undefined once a token too many is gone. */
  #noOperand(...orElse: readonly TokenKind[]): Expression | undefined {
    const { text, kind } = this.#token;
    const isExtra = kind !== '<EOF>' && STARTS.has(this.#next.kind) && orElse.length === 0;
    this.#report(`${isExtra ? 'extraneous' : 'mismatched'} input '${text}' expecting ${operandOr(...orElse)}`);
    if (!isExtra) {
      this.#skip();
      return NOTHING;
    }
    this.#at += 1;
    return undefined;
  }
  /** The first thing in brackets, which may also be something else than an operand. */
  #checkFirst(...orElse: readonly TokenKind[]): boolean {
    if (STARTS.has(this.#token.kind) || orElse.includes(this.#token.kind)) return true;
    this.#noOperand(...orElse);
    return false;
  }

  #expression(): Expression {
    this.#depth += 1;
    if (this.#depth > DEEPEST) {
      this.#issues.report(0, `expression recursion limit exceeded: ${DEEPEST}`);
      throw new TooDeep();
    }
    const condition = this.#chain('||', OR, () => this.#chain('&&', AND, () => this.#relation()));
    const question = this.#takeIf('?');
    let whole = condition;
    if (question) {
      const yes = this.#chain('||', OR, () => this.#chain('&&', AND, () => this.#relation()));
      this.#colon();
      whole = { kind: 'call', name: CONDITIONAL, args: [condition, yes, this.#expression()], offset: question.offset };
    }
    this.#depth -= 1;
    return whole;
  }

  #chain(kind: TokenKind, name: string, operand: () => Expression): Expression {
    let left = operand();
    for (let operator = this.#takeIf(kind); operator; operator = this.#takeIf(kind))
      left = { kind: 'call', name, args: [left, operand()], offset: operator.offset };
    return left;
  }
  #operators(kinds: ReadonlySet<TokenKind>, operand: () => Expression): Expression {
    let left = operand();
    while (kinds.has(this.#token.kind)) {
      const { kind, offset } = this.#take();
      left = { kind: 'call', name: kind === 'in' ? '@in' : `_${kind}_`, args: [left, operand()], offset };
    }
    return left;
  }
  #relation(): Expression {
    return this.#operators(RELATIONS, () => this.#operators(SUMS, () => this.#operators(PRODUCTS, () => this.#unary())));
  }

  /** Twice is never: `!!a` is `a`. */
  #unary(): Expression {
    const sign = this.#token;
    if (sign.kind !== '!' && sign.kind !== '-') return this.#member();
    if (sign.kind === '-' && (this.#next.kind === 'NUM_INT' || this.#next.kind === 'NUM_FLOAT')) return this.#member();
    let count = 0;
    while (this.#takeIf(sign.kind)) count += 1;
    if (this.#token.kind === '<EOF>') {
      if (sign.kind === '!') this.#report(`extraneous input '<EOF>' expecting ${operandOr()}`);
      else {
        this.#issues.report(this.#token.offset, "Syntax error: no viable alternative at input '-'");
        this.#issues.report(this.#token.offset, `Syntax error: mismatched input '<EOF>' expecting ${operandOr()}`);
        this.#isQuiet = true;
      }
    }
    const operand = this.#member();
    return count % 2 ? { kind: 'call', name: `${sign.kind}_`, args: [operand], offset: sign.offset } : operand;
  }

  #member(): Expression {
    let left = this.#primary();
    for (;;) {
      const { offset } = this.#token;
      if (this.#takeIf('.')) left = this.#selection(left, offset);
      else if (this.#takeIf('[')) {
        this.#open(']');
        const isWritten = this.#checkFirst('?');
        const isOptional = this.#takeIf('?') !== undefined;
        const index = isWritten ? this.#expression() : NOTHING;
        this.#close(']');
        left = { kind: 'call', name: isOptional ? OPTIONAL_INDEX : INDEX, args: [left, index], offset };
      } else return left;
    }
  }

  #selection(operand: Expression, offset: number): Expression {
    const isOptional = this.#takeIf('?') !== undefined;
    const name = this.#token;
    if (name.kind === 'ESC_IDENTIFIER') {
      this.#take();
      this.#issues.report(name.offset, "unsupported syntax: '`'");
      return operand;
    }
    if (name.kind !== 'IDENTIFIER') {
      this.#reportName(name, isOptional);
      return operand;
    }
    this.#take();
    if (isOptional) return { kind: 'call', name: OPTIONAL_SELECT, args: [operand, { kind: 'constant', value: name.text, offset: name.offset }], offset };
    const open = this.#takeIf('(');
    if (open) return this.#call(open.offset, name.text, operand);
    return { kind: 'select', operand, field: name.text, isTest: false, offset };
  }

  #reportName(name: Token, isOptional: boolean): void {
    if (isOptional) {
      this.#report(`mismatched input '${name.text}' expecting {IDENTIFIER, ESC_IDENTIFIER}`);
      this.#issues.report(name.offset, 'unsupported ident kind');
    } else if (name.kind === '<EOF>') this.#report("no viable alternative at input '.'");
    else if (['true', 'false', 'null'].includes(name.kind)) this.#report(`mismatched input '${name.text}' expecting IDENTIFIER`);
    else this.#report(`no viable alternative at input '.${name.text}'`);
    this.#skip();
  }

  #call(offset: number, name: string, target: Expression | undefined): Expression {
    const args: Expression[] = [];
    this.#open(')');
    if (this.#token.kind !== ')' && this.#checkFirst(')')) {
      do args.push(this.#expression());
      while (this.#takeIf(','));
    }
    this.#close(')');
    const expanded = expandMacro(offset, name, target, args);
    if (expanded?.kind === 'error') {
      this.#issues.report(expanded.offset, expanded.message);
      return { kind: 'constant', value: null, offset };
    }
    return expanded ?? { kind: 'call', name, ...(target ? { target } : {}), args, offset };
  }

  #primary(): Expression {
    const { kind, offset } = this.#token;
    switch (kind) {
      case '.':
      case 'IDENTIFIER':
        return this.#name();
      case '(': {
        this.#take();
        this.#open(')');
        const inner = this.#expression();
        this.#close(')');
        return inner;
      }
      case '[':
        this.#take();
        return this.#list(offset);
      case '{':
        this.#take();
        return { kind: 'map', entries: this.#entries(), offset };
      default:
        return this.#literal();
    }
  }

  #name(): Expression {
    const dot = this.#takeIf('.');
    const { kind, text, offset } = this.#token;
    if (kind !== 'IDENTIFIER') {
      this.#reportName(this.#token, false);
      return NOTHING;
    }
    const message = this.#messageName();
    if (message !== undefined) {
      const brace = this.#take();
      return { kind: 'struct', name: (dot ? '.' : '') + message, fields: this.#fields(), offset: brace.offset };
    }
    this.#take();
    if (RESERVED.has(text)) {
      this.#issues.report(dot?.offset ?? offset, `reserved identifier: ${text}`);
    }
    const name = (dot ? '.' : '') + text;
    const open = this.#takeIf('(');
    return open ? this.#call(open.offset, name, undefined) : { kind: 'identifier', name, offset };
  }

  /** Goes past `a.b.c` when `{` follows. */
  #messageName(): string | undefined {
    let at = this.#at;
    let name = '';
    for (;;) {
      name += this.#tokens[at]?.text ?? '';
      const follows = this.#tokens[at + 1]?.kind;
      if (follows === '{') {
        this.#at = at + 1;
        return name;
      }
      if (follows !== '.' || this.#tokens[at + 2]?.kind !== 'IDENTIFIER') return undefined;
      name += '.';
      at += 2;
    }
  }

  #list(offset: number): Expression {
    const elements: Expression[] = [];
    const optional = new Set<number>();
    this.#open(']');
    if (this.#checkFirst(']', ',', '?') && this.#token.kind === ',' && this.#next.kind === ']') this.#take();
    while (this.#token.kind !== ']' && this.#token.kind !== '<EOF>') {
      if (this.#takeIf('?')) optional.add(elements.length);
      elements.push(this.#expression());
      if (!this.#takeIf(',')) break;
    }
    this.#close(']', ',');
    return { kind: 'list', elements, optional, offset };
  }

  #entries(): readonly Entry[] {
    const entries: Entry[] = [];
    this.#open('}');
    if (this.#checkFirst('}', ',', '?') && this.#token.kind === ',' && this.#next.kind === '}') this.#take();
    while (this.#token.kind !== '}' && this.#token.kind !== '<EOF>') {
      const isOptional = this.#takeIf('?') !== undefined;
      const key = this.#expression();
      const { offset } = this.#colon();
      entries.push({ key, value: this.#expression(), isOptional, offset });
      if (!this.#takeIf(',')) break;
    }
    this.#close('}', ',');
    return entries;
  }

  #fields(): readonly Field[] {
    const fields: Field[] = [];
    this.#open('}');
    while (this.#token.kind !== '}' && this.#token.kind !== '<EOF>') {
      const isOptional = this.#takeIf('?') !== undefined;
      if (this.#token.kind !== 'IDENTIFIER') this.#unexpected(['IDENTIFIER', 'ESC_IDENTIFIER']);
      const { text } = this.#takeIf('IDENTIFIER') ?? this.#token;
      const { offset } = this.#colon();
      fields.push({ name: text, value: this.#expression(), isOptional, offset });
      if (!this.#takeIf(',')) break;
    }
    this.#close('}', ',');
    return fields;
  }

  #literal(): Expression {
    const minus = this.#token.kind === '-' ? this.#take() : undefined;
    const { kind, text, offset } = this.#token;
    const at = minus?.offset ?? offset;
    const bad = (what: string): Expression => {
      this.#issues.report(at, `invalid ${what} literal`);
      return { kind: 'constant', value: null, offset: at };
    };
    switch (kind) {
      case 'NUM_INT': {
        this.#take();
        const value = intLiteral(text, minus !== undefined);
        return value === undefined ? bad('int') : { kind: 'constant', value, offset: at };
      }
      case 'NUM_UINT': {
        this.#take();
        const value = uintLiteral(text);
        return value === undefined ? bad('uint') : { kind: 'constant', value, offset: at };
      }
      case 'NUM_FLOAT': {
        this.#take();
        const value = Number(`${minus ? '-' : ''}${text}`);
        return Number.isFinite(value) ? { kind: 'constant', value, offset: at } : bad('double');
      }
      case 'STRING':
        this.#take();
        return { kind: 'constant', value: stringLiteral(text), offset: at };
      case 'BYTES':
        this.#take();
        return { kind: 'constant', value: bytesLiteral(text), offset: at };
      case 'true':
      case 'false':
      case 'null':
        this.#take();
        return { kind: 'constant', value: kind === 'null' ? null : kind === 'true', offset: at };
      default:
        return this.#noOperand() ?? this.#primary();
    }
  }
}
