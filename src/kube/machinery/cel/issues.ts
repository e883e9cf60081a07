// What is wrong with an expression and where, as cel-go shows it. Models cel-go/common/{error,errors}.go
const LONGEST_SNIPPET = 16384;
const MOST_ISSUES = 100;
/** Wide characters are pointed at with wide dots. */
const WIDE_DOT = '\uff0e';
const WIDE_MARK = '\uff3e';

export class Issues {
  readonly #source: string;
  readonly #found: { readonly offset: number; readonly message: string }[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  /** `offset` counts code points. */
  report(offset: number, message: string): void {
    this.#found.push({ offset, message });
  }

  toString(): string {
    const shown = this.#found.slice(0, MOST_ISSUES).sort((a, b) => a.offset - b.offset);
    const lines = shown.map((each) => this.#show(each));
    const more = this.#found.length - MOST_ISSUES;
    return (more > 0 ? [...lines, `${more} more errors were truncated`] : lines).join('\n');
  }

  #show({ offset, message }: { readonly offset: number; readonly message: string }): string {
    const before = [...this.#source].slice(0, offset);
    const line = before.filter((each) => each === '\n').length;
    const column = offset - (before.lastIndexOf('\n') + 1);
    const head = `ERROR: <input>:${line + 1}:${column + 1}: ${message}`;
    const snippet = this.#source.split('\n')[line]?.replaceAll('\t', ' ');
    if (snippet === undefined || Buffer.byteLength(snippet) > LONGEST_SNIPPET) return head;
    const isWide = (character: string | undefined): boolean => character !== undefined && Buffer.byteLength(character) > 1;
    const characters = [...snippet];
    const dots = characters.slice(0, column).map((each) => (isWide(each) ? WIDE_DOT : '.'));
    return `${head}\n | ${snippet}\n | ${dots.join('')}${isWide(characters[column]) ? WIDE_MARK : '^'}`;
  }
}
