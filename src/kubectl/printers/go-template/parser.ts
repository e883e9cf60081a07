// From the tokens of a template to its tree, with Go's complaints. Models text/template/parse/parse.go
import { unquoteExtended } from '../../../kube/machinery/json-path/unquote.ts';
import { goQuote } from '../../go-quote.ts';
import { lex, tokenName, type Token, type TokenType } from './lexer.ts';
import { nodeText, type Branch, type CommandNode, type List, type Operand, type Pipe, type Statement } from './nodes.ts';
import { numberNode } from './number.ts';

/** A template that cannot be read, in Go's words. */
export class TemplateSyntaxError extends Error {}

export interface Templates {
  readonly text: string;
  readonly trees: ReadonlyMap<string, List>;
}

const OPERANDS: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'charConstant',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

/** The template and those that it defines. Throws TemplateSyntaxError. */
export function parseTemplates(name: string, text: string, functions: ReadonlySet<string>): Templates {
  const trees = new Map<string, List>();
  const tokens = lex(text);
  const source = { parseName: name, text, tokens, trees, functions };
  new TreeParser(name, source).parse();
  return { text, trees };
}

interface Source {
  readonly parseName: string;
  readonly text: string;
  readonly tokens: Generator<Token, undefined>;
  readonly trees: Map<string, List>;
  readonly functions: ReadonlySet<string>;
}
/** What ends a list of statements. */
interface Ending {
  readonly type: 'end' | 'else';
}

class TreeParser {
  #name: string;
  readonly #source: Source;
  /** The last one read, and up to two before it that were put back. */
  readonly #tokens: [Token, Token, Token];
  #peeked = 0;
  #variables = ['$'];
  #rangeDepth = 0;
  #actionLine = 0;

  constructor(name: string, source: Source) {
    this.#name = name;
    this.#source = source;
    const none: Token = { type: 'error', at: 0, text: '', line: 0 };
    this.#tokens = [none, none, none];
  }

  parse(): void {
    const { at } = this.#peek();
    const nodes: Statement[] = [];
    while (this.#peek().type !== 'eof') {
      if (this.#peek().type === 'leftDelim') {
        const delim = this.#next();
        if (this.#nextNonSpace().type === 'define') {
          new TreeParser('definition', this.#source).#definition();
          continue;
        }
        this.#tokens[1] = delim;
        this.#peeked = 2;
      }
      const node = this.#textOrAction();
      if (isEnding(node)) this.#fail(`unexpected {{${node.type}}}`);
      nodes.push(node);
    }
    this.#add({ type: 'list', at, nodes });
  }

  #definition(): void {
    const token = this.#nextNonSpace();
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, 'define clause');
    this.#name = this.#unquoted(token);
    this.#expect('rightDelim', 'define clause');
    const [list, ending] = this.#list();
    if (ending.type !== 'end') this.#fail(`unexpected {{${ending.type}}} in define clause`);
    this.#add(list);
  }

  #add(list: List): void {
    const known = this.#source.trees.get(this.#name);
    if (!known || isEmpty(known)) this.#source.trees.set(this.#name, list);
    else if (!isEmpty(list)) this.#fail(`template: multiple definition of template ${goQuote(this.#name)}`);
  }

  #read(): Token {
    const { value } = this.#source.tokens.next();
    return value ?? { type: 'eof', at: 0, text: 'EOF', line: this.#tokens[0].line };
  }
  #next(): Token {
    if (this.#peeked > 0) this.#peeked--;
    else this.#tokens[0] = this.#read();
    return this.#tokens[this.#peeked] ?? this.#tokens[0];
  }
  #peek(): Token {
    if (this.#peeked > 0) return this.#tokens[this.#peeked - 1] ?? this.#tokens[0];
    this.#peeked = 1;
    return (this.#tokens[0] = this.#read());
  }
  #nextNonSpace(): Token {
    for (;;) {
      const token = this.#next();
      if (token.type !== 'space') return token;
    }
  }
  #peekNonSpace(): Token {
    const token = this.#nextNonSpace();
    this.#peeked++;
    return token;
  }

  #fail(message: string): never {
    throw new TemplateSyntaxError(`template: ${this.#source.parseName}:${this.#tokens[0].line}: ${message}`);
  }
  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.#fail(`unexpected ${tokenName(token)} in ${context}`);
    const isElsewhere = this.#actionLine !== 0 && this.#actionLine !== token.line;
    const started = ` in action started at ${this.#source.parseName}:${this.#actionLine}`;
    this.#fail(`${token.text}${isElsewhere ? (token.text.endsWith(' action') ? started.slice(' in action'.length) : started) : ''}`);
  }
  #expect(type: TokenType, context: string): Token {
    const token = this.#nextNonSpace();
    if (token.type !== type) this.#unexpected(token, context);
    return token;
  }
  #unquoted({ type, text }: Token): string {
    const value = type === 'rawString' ? text.slice(1, -1).replaceAll('\r', '') : unquoteExtended(text);
    return value ?? this.#fail('invalid syntax');
  }

  #list(): [List, Ending] {
    const { at } = this.#peekNonSpace();
    const nodes: Statement[] = [];
    while (this.#peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction();
      if (isEnding(node)) return [{ type: 'list', at, nodes }, node];
      nodes.push(node);
    }
    return this.#fail('unexpected EOF');
  }

  #textOrAction(): Statement | Ending {
    const token = this.#nextNonSpace();
    if (token.type === 'text') return { type: 'text', at: token.at, text: token.text };
    if (token.type !== 'leftDelim') return this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    const action = this.#action();
    this.#actionLine = 0;
    return action;
  }

  #action(): Statement | Ending {
    const token = this.#nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue': {
        const shown = `{{${token.type}}}`;
        const after = this.#nextNonSpace();
        if (after.type !== 'rightDelim') this.#unexpected(after, shown);
        if (this.#rangeDepth === 0) this.#fail(`${shown} outside {{range}}`);
        return { type: token.type, at: token.at };
      }
      case 'else': {
        const { type } = this.#peekNonSpace();
        if (type !== 'if' && type !== 'with') this.#expect('rightDelim', 'else');
        return { type: 'else' };
      }
      case 'end':
        this.#expect('rightDelim', 'end');
        return { type: 'end' };
      case 'if':
      case 'range':
      case 'with':
        return this.#control(token.type);
      case 'template':
        return this.#template();
      default: {
        this.#peeked++;
        const { at } = this.#peek();
        return { type: 'action', at, pipe: this.#pipeline('command', 'rightDelim') };
      }
    }
  }

  #control(type: Branch['type']): Branch {
    const variables = this.#variables.length;
    const pipe = this.#pipeline(type, 'rightDelim');
    if (type === 'range') this.#rangeDepth++;
    const [list, ending] = this.#list();
    if (type === 'range') this.#rangeDepth--;
    const otherwise = ending.type === 'else' ? this.#otherwise(type) : undefined;
    this.#variables = this.#variables.slice(0, variables);
    return { type, at: pipe.at, pipe, list, otherwise };
  }

  #otherwise(type: Branch['type']): List {
    const { type: next, at } = this.#peek();
    if ((type === 'if' && next === 'if') || (type === 'with' && next === 'with')) {
      this.#next();
      return { type: 'list', at, nodes: [this.#control(type)] };
    }
    const [list, ending] = this.#list();
    if (ending.type !== 'end') this.#fail(`expected end; found {{${ending.type}}}`);
    return list;
  }

  #block(): Statement {
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, 'block clause');
    const pipe = this.#pipeline('block clause', 'rightDelim');
    const block = new TreeParser(name, this.#source);
    const [list, ending] = block.#list();
    if (ending.type !== 'end') this.#fail(`unexpected {{${ending.type}}} in block clause`);
    block.#add(list);
    return { type: 'template', at: token.at, name, quoted: goQuote(name), pipe };
  }

  #template(): Statement {
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, 'template clause');
    let pipe: Pipe | undefined;
    if (this.#nextNonSpace().type !== 'rightDelim') {
      this.#peeked++;
      pipe = this.#pipeline('template clause', 'rightDelim');
    }
    return { type: 'template', at: token.at, name, quoted: goQuote(name), pipe };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    return this.#unquoted(token);
  }

  #pipeline(context: string, end: TokenType): Pipe {
    const { at } = this.#peekNonSpace();
    const declares: string[] = [];
    const isAssign = this.#declarations(context, declares);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.type === end) break;
      if (!OPERANDS.has(token.type)) this.#unexpected(token, context);
      this.#peeked++;
      commands.push(this.#command());
    }
    if (!commands.length) this.#fail(`missing value for ${context}`);
    commands.slice(1).forEach(({ args }, i) => {
      if (['bool', 'dot', 'nil', 'number', 'string'].includes(args[0]?.type ?? '')) this.#fail(`non executable command in pipeline stage ${i + 2}`);
    });
    return { type: 'pipe', at, declares, isAssign, commands };
  }

  /** Fills in what is declared; true where it is only set. */
  #declarations(context: string, declares: string[]): boolean {
    for (;;) {
      const variable = this.#peekNonSpace();
      if (variable.type !== 'variable') return false;
      this.#next();
      const after = this.#peek();
      const next = this.#peekNonSpace();
      if (next.type === 'assign' || next.type === 'declare') {
        this.#nextNonSpace();
        declares.push(variable.text);
        this.#variables.push(variable.text);
        return next.type === 'assign';
      }
      if (next.type === 'char' && next.text === ',') {
        this.#nextNonSpace();
        declares.push(variable.text);
        this.#variables.push(variable.text);
        if (context !== 'range' || declares.length >= 2) this.#fail(`too many declarations in ${context}`);
        const { type } = this.#peekNonSpace();
        if (type !== 'variable' && type !== 'rightDelim' && type !== 'rightParen') this.#fail('range can only initialize variables');
        continue;
      }
      if (after.type === 'space') {
        this.#tokens[1] = after;
        this.#tokens[2] = variable;
        this.#peeked = 3;
      } else {
        this.#tokens[1] = variable;
        this.#peeked = 2;
      }
      return false;
    }
  }

  #command(): CommandNode {
    const { at } = this.#peekNonSpace();
    const args: Operand[] = [];
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand) args.push(operand);
      const token = this.#next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.#peeked++;
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (!args.length) this.#fail('empty command');
    return { type: 'command', at, args };
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    if (!node || this.#peek().type !== 'field') return node;
    const { at } = this.#peek();
    const names: string[] = [];
    while (this.#peek().type === 'field') names.push(this.#next().text.slice(1));
    switch (node.type) {
      case 'field':
      case 'variable':
        return { ...node, at, names: [...node.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${goQuote(nodeText(node))}`);
      default:
        return { type: 'chain', at, node, names };
    }
  }

  #term(): Operand | undefined {
    const token = this.#nextNonSpace();
    const { at, text } = token;
    switch (token.type) {
      case 'identifier':
        if (!this.#source.functions.has(text)) this.#fail(`function ${goQuote(text)} not defined`);
        return { type: 'identifier', at, name: text };
      case 'dot':
      case 'nil':
        return { type: token.type, at };
      case 'variable':
        if (!this.#variables.includes(text)) this.#fail(`undefined variable ${goQuote(text)}`);
        return { type: 'variable', at, names: [text] };
      case 'field':
        return { type: 'field', at, names: [text.slice(1)] };
      case 'bool':
        return { type: 'bool', at, value: text === 'true' };
      case 'charConstant':
      case 'number':
        return numberNode(at, text, (message) => this.#fail(message));
      case 'leftParen':
        return this.#pipeline('parenthesized pipeline', 'rightParen');
      case 'string':
      case 'rawString':
        return { type: 'string', at, quoted: text, value: this.#unquoted(token) };
      default:
        this.#peeked++;
        return undefined;
    }
  }
}

const isEnding = (node: Statement | Ending): node is Ending => node.type === 'end' || node.type === 'else';

function isEmpty(node: Statement): boolean {
  if (node.type === 'text') return node.text.trim() === '';
  return node.type === 'list' && node.nodes.every(isEmpty);
}
