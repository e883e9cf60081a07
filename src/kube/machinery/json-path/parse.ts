// The dialect of JSONPath that kubectl reads: text with actions in braces. Models kubernetes/staging/src/k8s.io/client-go/util/jsonpath/parser.go
import { runeName } from '../go-runes.ts';
import { GoFloat } from '../go-values.ts';
import { unquoteExtended } from './unquote.ts';

/** A step of a slice; undefined where it was left out. */
export interface SliceBound {
  readonly value: number | undefined;
  /** The end that one index alone has. */
  readonly derived?: boolean;
}
export type PathNode =
  | { readonly type: 'list'; readonly nodes: readonly PathNode[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'slice'; readonly from: SliceBound; readonly to: SliceBound; readonly step: SliceBound }
  | { readonly type: 'filter'; readonly left: readonly PathNode[]; readonly right: readonly PathNode[]; readonly operator: string }
  | { readonly type: 'literal'; readonly value: number | bigint | boolean | GoFloat }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }
  | { readonly type: 'union'; readonly lists: readonly (readonly PathNode[])[] };

/** A path that cannot be read or does not fit the object; the message is upstream's. */
export class JsonPathError extends Error {}

/** Throws JsonPathError. */
export function parseTemplate(text: string): readonly PathNode[] {
  return new Parser(text).run();
}

/** What stands inside the braces. */
function parseAction(text: string): readonly PathNode[] {
  const [first] = parseTemplate(`{${text}}`);
  return first?.type === 'list' ? first.nodes : [];
}

const END = '';
const isSpace = (char: string): boolean => char === ' ' || char === '\t';
const isEndOfLine = (char: string): boolean => char === '\r' || char === '\n';
const isTerminator = (char: string): boolean => char === END || isSpace(char) || isEndOfLine(char) || '.,[]$@{}'.includes(char);
const isDigit = (char: string): boolean => /^\p{Nd}$/u.test(char);
const isAlphaNumeric = (char: string): boolean => /^[_\p{L}\p{Nd}]$/u.test(char);

const SLICE = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;
const COMPARISON = /^([^!<>=]+)([!<>=]+)(.+?)$/;

class Parser {
  readonly #input: string;
  #at = 0;
  #start = 0;

  constructor(input: string) {
    this.#input = input;
  }

  run(): readonly PathNode[] {
    const root: PathNode[] = [];
    for (;;) {
      const brace = this.#input.indexOf('{', this.#at);
      this.#at = brace < 0 ? this.#input.length : brace;
      if (this.#at > this.#start) root.push({ type: 'text', text: this.#consume() });
      if (brace < 0) return root;
      this.#at++;
      this.#consume();
      root.push({ type: 'list', nodes: this.#action() });
    }
  }

  #consume(): string {
    const text = this.#input.slice(this.#start, this.#at);
    this.#start = this.#at;
    return text;
  }
  #peek(): string {
    const code = this.#input.codePointAt(this.#at);
    return code === undefined ? END : String.fromCodePoint(code);
  }
  #next(): string {
    const char = this.#peek();
    this.#at += char.length;
    return char;
  }
  #has(prefix: string): boolean {
    return this.#input.startsWith(prefix, this.#at);
  }

  #action(): readonly PathNode[] {
    const nodes: PathNode[] = [];
    for (;;) {
      if (this.#has('}')) {
        this.#at++;
        this.#consume();
        return nodes;
      }
      if (this.#has('[?(')) nodes.push(this.#filter());
      else if (this.#has('..')) this.#recursive(nodes);
      else this.#step(nodes);
    }
  }

  #step(nodes: PathNode[]): void {
    const char = this.#next();
    if (char === END || isEndOfLine(char)) throw new JsonPathError('unclosed action');
    if (char === ' ' || char === '@' || char === '$') this.#consume();
    else if (char === '[') nodes.push(...this.#brackets());
    else if (char === '"' || char === "'") nodes.push(this.#quoted(char));
    else if (char === '.') nodes.push(this.#field());
    else if (char === '+' || char === '-' || isDigit(char)) {
      this.#at -= char.length;
      nodes.push(this.#number());
    } else if (isAlphaNumeric(char)) nodes.push(this.#identifier());
    else throw new JsonPathError(`unrecognized character in action: ${runeName(char)}`);
  }

  #identifier(): PathNode {
    while (!isTerminator(this.#peek())) this.#next();
    const name = this.#consume();
    return name === 'true' || name === 'false' ? { type: 'literal', value: name === 'true' } : { type: 'identifier', name };
  }

  #recursive(nodes: PathNode[]): void {
    if (nodes.at(-1)?.type === 'recursive') throw new JsonPathError('invalid multiple recursive descent');
    this.#at += 2;
    this.#consume();
    nodes.push({ type: 'recursive' });
    if (isAlphaNumeric(this.#peek())) nodes.push(this.#field());
  }

  #number(): PathNode {
    if (this.#peek() === '+' || this.#peek() === '-') this.#next();
    while (this.#peek() === '.' || isDigit(this.#peek())) this.#next();
    const text = this.#consume();
    if (/^[+-]?\d+$/.test(text)) {
      const wide = BigInt(text.replace(/^\+/, ''));
      if (wide >= -(2n ** 63n) && wide < 2n ** 63n) return { type: 'literal', value: Number.isSafeInteger(Number(wide)) ? Number(wide) : wide };
    }
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) throw new JsonPathError(`cannot parse number ${text}`);
    return { type: 'literal', value: new GoFloat(Number(text)) };
  }

  #field(): PathNode {
    this.#consume();
    for (;;) {
      const char = this.#peek();
      if (char === '\\') {
        this.#next();
        this.#next();
      } else if (isTerminator(char)) break;
      else this.#next();
    }
    const name = this.#consume();
    return name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') };
  }

  #quoted(quote: string): PathNode {
    for (;;) {
      const char = this.#next();
      if (char === END || char === '\n') throw new JsonPathError('unterminated quoted string');
      if (char === quote && this.#input[this.#at - 2] !== '\\') break;
    }
    const text = this.#consume();
    const value = unquoteExtended(text);
    if (value === undefined) throw new JsonPathError(`unquote string ${text} error invalid syntax`);
    return { type: 'text', text: value };
  }

  #brackets(): readonly PathNode[] {
    for (;;) {
      const char = this.#next();
      if (char === END || char === '\n') throw new JsonPathError('unterminated array');
      if (char === ']') break;
    }
    const inner = this.#consume().slice(1, -1);
    const text = inner === '*' ? ':' : inner;
    const parts = text.split(',');
    if (parts.length > 1) return [{ type: 'union', lists: parts.map((part) => parseAction(`[${part.replace(/^ +| +$/g, '')}]`)) }];
    const key = /^'([^']*)'$/.exec(text)?.[1];
    if (key !== undefined) return parseAction(`.${key}`);
    const found = SLICE.exec(text);
    if (!found) throw new JsonPathError(`invalid array index ${text}`);
    const [, first = '', second = '', third = ''] = found;
    const from = boundOf(first);
    const to = second === '' ? { value: (from.value ?? 0) + 1, derived: true } : boundOf(second.slice(1));
    return [{ type: 'slice', from, to, step: boundOf(third.slice(1)) }];
  }

  #filter(): PathNode {
    this.#at += 3;
    this.#consume();
    let begins = false;
    let ends = false;
    let pair = '';
    for (;;) {
      const char = this.#next();
      if (char === END || char === '\n') throw new JsonPathError('unterminated filter');
      if (char === '"' || char === "'") {
        if (!begins) {
          begins = true;
          pair = char;
        } else if (this.#input[this.#at - 2] !== '\\' && char === pair) ends = true;
      } else if (char === ')' && begins === ends) break;
    }
    if (this.#next() !== ']') throw new JsonPathError('unclosed array expect ]');
    const text = this.#consume().slice(0, -2);
    const found = COMPARISON.exec(text);
    if (!found) return { type: 'filter', left: parseAction(text), right: [], operator: 'exists' };
    const [, left = '', operator = '', right = ''] = found;
    return { type: 'filter', left: parseAction(left), right: parseAction(right), operator };
  }
}

function boundOf(text: string): SliceBound {
  if (text === '') return { value: undefined };
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(Number(text))) throw new JsonPathError(`array index ${text} is not a number`);
  return { value: Number(text) };
}
