// kubectl certificate: called alone, or with a word it does not know, it shows its help.
import { defineCommand } from '../command.ts';
import { HelpFirst } from '../failures.ts';

export const command = defineCommand({
  usage: 'SUBCOMMAND',
  long: 'Decide on certificate signing requests',
  async run() {
    throw new HelpFirst();
  },
});
