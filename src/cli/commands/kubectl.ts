// ckadet kubectl: the kubectl that comes with ckadet, for machines that have none.
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  description:
    'Takes the same commands, flags and files as kubectl 1.35 and prints what it prints. Like any kubectl it works on the cluster of your kubeconfig: inside ckadet shell, that is the cluster of the shell.',
  arguments: { words: { summary: 'a command of kubectl, with its arguments and flags', variadic: true } },
  examples: [
    { command: 'ckadet kubectl get pods -A', says: 'all pods' },
    { command: 'ckadet kubectl --help', says: 'all commands' },
  ],
  async run({ words }, { kubectl }) {
    return kubectl(words);
  },
});
