// kubectl config get-users.
import { defineCommand } from '../../command.ts';
import { readModel } from './edited.ts';

export const command = defineCommand({
  usage: '[flags]',
  examples: '# The names of all users\nkubectl config get-users',
  async run(_call, kubectl) {
    const { users } = await readModel(kubectl);
    kubectl.print(['NAME', ...[...users.keys()].sort()].map((line) => `${line}\n`).join(''));
  },
});
