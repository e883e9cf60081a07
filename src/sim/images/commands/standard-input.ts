// What a command reads: text that is there, or that somebody is still typing.

/** In pieces as they come; each piece is read once, whoever reads it. */
export type StandardInput = AsyncIterable<string>;

export function textInput(text: string): StandardInput {
  let rest: string | undefined = text || undefined;
  return {
    async *[Symbol.asyncIterator]() {
      const now = rest;
      rest = undefined;
      if (now !== undefined) yield now;
    },
  };
}
export const NO_INPUT: StandardInput = textInput('');

export async function readAll(input: StandardInput): Promise<string> {
  let text = '';
  for await (const piece of input) text += piece;
  return text;
}
