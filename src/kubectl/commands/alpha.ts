// kubectl alpha: what is not settled yet; called alone, it shows its help.
import { defineCommand } from '../command.ts';
import { HelpFirst } from '../failures.ts';

export const command = defineCommand({
  usage: '',
  long: 'Commands whose form is not settled yet.',
  async run() {
    throw new HelpFirst();
  },
});
