// A question ends with the terminal that it was asked on, also where no signal says that it is gone.
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { terminalQuestions } from '../../../src/cli/prompts/prompts.ts';
import { Interrupted } from '../../../src/errors/interrupted.ts';

class Terminal extends PassThrough {
  readonly isTTY = true;
  readonly columns = 80;
  setRawMode(): this {
    return this;
  }
}

it.each([
  ['cannot be read any more', (input: PassThrough) => input.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' }))],
  ['has ended', (input: PassThrough) => input.end()],
])('a question whose terminal %s is interrupted as by SIGHUP, and so is the next one', async (_how, lose) => {
  const [input, output] = [new Terminal(), new Terminal()];
  const questions = terminalQuestions(input as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream, new AbortController().signal, {});
  const answer = questions.confirm('Begin?', true);
  output.once('data', () => lose(input));
  await expect(answer).rejects.toEqual(new Interrupted('SIGHUP'));
  await expect(questions.confirm('Again?', true)).rejects.toEqual(new Interrupted('SIGHUP'));
});
