// ckadet complete: what could stand at the end of a command line, one candidate a line with its explanation after a tab.
import { completions } from '../completions.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  description: 'Asked by the completion scripts. The last word is the one being typed; it may be empty.',
  arguments: { words: { summary: 'the words after ckadet', variadic: true } },
  examples: [{ command: 'ckadet complete -- st', says: 'status' }],
  async run({ words }, context) {
    const { tree } = await import('../tree.ts');
    const found = await completions(tree, words, context);
    context.out.printRaw(found.map(({ word, says }) => (says ? `${word}\t${says}` : word)).join('\n'));
  },
});
