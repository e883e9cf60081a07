// kubectl config current-context.
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { readModel } from './edited.ts';

export const command = defineCommand({
  usage: '[flags]',
  examples: '# Which context is used\nkubectl config current-context',
  async run(_call, kubectl) {
    const { currentContext } = await readModel(kubectl);
    if (!currentContext) throw new CommandError('current-context is not set');
    kubectl.print(`${currentContext}\n`);
  },
});
