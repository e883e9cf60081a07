// kubectl options: the flags that every command takes.
import { defineCommand } from '../command.ts';
import { optionsHelp } from '../help.ts';

export const command = defineCommand({
  usage: '',
  async run(_call, kubectl) {
    kubectl.print(optionsHelp());
  },
});
