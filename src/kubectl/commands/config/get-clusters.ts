// kubectl config get-clusters.
import { defineCommand } from '../../command.ts';
import { readModel } from './edited.ts';

export const command = defineCommand({
  usage: '[flags]',
  examples: '# The names of all clusters\nkubectl config get-clusters',
  async run(_call, kubectl) {
    const { clusters } = await readModel(kubectl);
    kubectl.print(['NAME', ...[...clusters.keys()].sort()].map((line) => `${line}\n`).join(''));
  },
});
