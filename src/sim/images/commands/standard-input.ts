// What a command reads: text that is there, or that somebody is still typing.

/** In pieces as they come; each piece is read once, whoever reads it. */
export type StandardInput = AsyncIterable<string>;

export function textInput(text: string): StandardInput {
  let at = 0;
  return {
    // Line by line: who reads one leaves the others to the next.
    async *[Symbol.asyncIterator]() {
      while (at < text.length) {
        const end = text.indexOf('\n', at) + 1 || text.length;
        const line = text.slice(at, end);
        at = end;
        yield line;
      }
    },
  };
}
export const NO_INPUT: StandardInput = textInput('');

/** Takes lines one at a time; the rest of a piece waits for the next call. */
export class LineReader {
  readonly #pieces: AsyncIterator<string>;
  #rest = '';

  constructor(input: StandardInput) {
    this.#pieces = input[Symbol.asyncIterator]();
  }

  /** Without its end; undefined when there are no more. */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf('\n');
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const piece = await this.#pieces.next();
      if (!piece.done) this.#rest += piece.value;
      else if (!this.#rest) return undefined;
      else this.#rest += '\n';
    }
  }
}

export async function readAll(input: StandardInput): Promise<string> {
  let text = '';
  for await (const piece of input) text += piece;
  return text;
}
