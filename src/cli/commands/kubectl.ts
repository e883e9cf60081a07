// ckadet kubectl: the kubectl that comes with ckadet, for machines that have none.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readText } from '../../platform/files.ts';
import { defineCommand } from '../command.ts';
import type { CommandContext, Environment } from '../context.ts';

export const command = defineCommand({
  description:
    'Takes the same commands, flags and files as kubectl 1.35 and prints what it prints. Like any kubectl it works on the cluster of your kubeconfig: inside ckadet shell, that is the cluster of the shell. Where there is no kubeconfig at all, it works on the cluster of ckadet up.',
  arguments: { words: { summary: 'a command of kubectl, with its arguments and flags', variadic: true } },
  examples: [
    { command: 'ckadet kubectl get pods -A', says: 'all pods' },
    { command: 'ckadet kubectl --help', says: 'all commands' },
  ],
  async run({ words }, context) {
    return context.kubectl(words, await aimed(words, context));
  },
});

/** kubectl alone would try localhost:8080 where it has no kubeconfig; nobody listens there. */
async function aimed(words: readonly string[], context: CommandContext): Promise<Environment> {
  const { env } = context;
  const isAimed = env['KUBECONFIG'] || words[0] === 'config' || words.some((word) => /^(--(kubeconfig|server)(=|$)|-s)/.test(word));
  if (isAimed || (await readText(join(env['HOME'] || homedir(), '.kube', 'config'))) !== undefined) return env;
  const { knownClusters } = await import('../known-clusters.ts');
  const clusters = await knownClusters(context);
  if (!(await clusters.list()).length) return env;
  const { meantCluster } = await import('../running-lab.ts');
  return { ...env, KUBECONFIG: await clusters.kubeconfig(await meantCluster(clusters, context)) };
}
