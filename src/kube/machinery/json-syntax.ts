// What is wrong with a JSON text, in the words of Go's scanner; only asked once JSON.parse has refused it.
// Models Go's encoding/json/scanner.go
const DEEPEST = 10_000;

class SyntaxProblem extends Error {}

/** The sentence for a text that is no JSON; undefined for one that is. */
export function syntaxProblem(text: string): string | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.whole();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxProblem) return error.message;
    throw error;
  }
}

/** True for a text that nests deeper than Go reads. */
export function nestsTooDeep(text: string): boolean {
  if (text.length <= 2 * DEEPEST) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > DEEPEST) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

/** As strconv.Quote writes a byte, in single quotes. */
function quoted(char: string): string {
  if (char === "'") return `'\\''`;
  if (char === '"') return `'"'`;
  const text = JSON.stringify(char).slice(1, -1);
  return `'${text.replace(/\\u00([0-9a-f]{2})/, '\\x$1')}'`;
}

class Scanner {
  readonly #text: string;
  #at = 0;
  /** What the innermost open brackets are: with a list of our own no depth can exhaust the stack. */
  readonly #open: ('{' | '[')[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  whole(): void {
    this.#value();
    while (this.#open.length) this.#next();
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  /** Behind a value inside an object or array. */
  #next(): void {
    const inside = this.#open.at(-1);
    this.#space();
    const char = this.#take();
    if (inside === '{') {
      if (char === ',') {
        this.#key();
        this.#value();
      } else if (char === '}') this.#open.pop();
      else this.#fail('after object key:value pair', -1);
    } else if (char === ',') this.#value();
    else if (char === ']') this.#open.pop();
    else this.#fail('after array element', -1);
  }

  /** A value up to where the first thing inside it is complete: the rest is `#next`'s. */
  #value(): void {
    for (;;) {
      this.#space();
      const char = this.#take();
      if (char === '{' || char === '[') {
        this.#push(char);
        this.#space();
        if (this.#peek() === (char === '{' ? '}' : ']')) {
          this.#at++;
          this.#open.pop();
          return;
        }
        if (char === '{') this.#key();
        continue;
      }
      if (char === '"') this.#string();
      else if (char === 't') this.#literal('true');
      else if (char === 'f') this.#literal('false');
      else if (char === 'n') this.#literal('null');
      else if (char === '-' || /\d/.test(char)) this.#number(char);
      else this.#fail('looking for beginning of value', -1);
      return;
    }
  }

  #push(bracket: '{' | '['): void {
    this.#open.push(bracket);
    if (this.#open.length > DEEPEST) this.#fail('exceeded max depth', -1);
  }

  #key(): void {
    this.#space();
    if (this.#take() !== '"') this.#fail('looking for beginning of object key string', -1);
    this.#string();
    this.#space();
    if (this.#take() !== ':') this.#fail('after object key', -1);
  }

  #string(): void {
    for (;;) {
      const char = this.#take();
      if (char === '"') return;
      if (char === '\\') {
        const escaped = this.#takeOrSpace();
        if (escaped === 'u') {
          for (let i = 0; i < 4; i++) if (!/[0-9a-f]/i.test(this.#takeOrSpace())) this.#fail('in \\u hexadecimal character escape', -1);
        } else if (!'bfnrt\\/"'.includes(escaped)) this.#fail('in string escape code', -1);
      } else if (char < ' ') this.#fail('in string literal', -1);
    }
  }

  #literal(word: string): void {
    for (let i = 1; i < word.length; i++) if (this.#takeOrSpace() !== word[i]) this.#fail(`in literal ${word} (expecting ${quoted(word[i] ?? '')})`, -1);
  }

  #number(first: string): void {
    const digits = (): void => {
      while (/\d/.test(this.#peek())) this.#at++;
    };
    let digit = first;
    if (first === '-') {
      digit = this.#takeOrSpace();
      if (!/\d/.test(digit)) this.#fail('in numeric literal', -1);
    }
    if (digit !== '0') digits();
    if (this.#peek() === '.') {
      this.#at++;
      if (!/\d/.test(this.#takeOrSpace())) this.#fail('after decimal point in numeric literal', -1);
      digits();
    }
    if (/e/i.test(this.#peek())) {
      this.#at++;
      let next = this.#takeOrSpace();
      if (next === '+' || next === '-') next = this.#takeOrSpace();
      if (!/\d/.test(next)) this.#fail('in exponent of numeric literal', -1);
      digits();
    }
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#peek() || 'x')) this.#at++;
  }
  #peek(): string {
    return this.#text[this.#at] ?? '';
  }
  #take(): string {
    const char = this.#text[this.#at];
    if (char === undefined) throw new SyntaxProblem('unexpected end of JSON input');
    this.#at++;
    return char;
  }
  /** Go ends a text with a space, to see what that breaks. */
  #takeOrSpace(): string {
    return this.#text[this.#at++] ?? ' ';
  }
  #fail(where: string, offset = 0): never {
    throw new SyntaxProblem(`invalid character ${quoted(this.#text[this.#at + offset] ?? ' ')} ${where}`);
  }
}
