// ckadet env: the line that makes kubectl in this shell use a cluster.
import { basename } from 'node:path';
import { defineCommand, jsonOption } from '../command.ts';
import { knownClusters } from '../known-clusters.ts';
import { meantCluster } from '../running-lab.ts';
import { shellQuoted } from '../../platform/shell-quote.ts';
import { fishQuoted } from '../sub-shell.ts';

export const command = defineCommand({
  description: 'Prints the command that points KUBECONFIG at the cluster, to be evaluated by the shell you are in. Only that shell is changed.',
  arguments: { name: { summary: 'the cluster; the usual one if not given', completes: 'clusters' } },
  options: { shell: { summary: 'write for sh (also bash, zsh) or fish; your own if not given', value: 'shell', parse: shellOf }, json: jsonOption },
  examples: [
    { command: 'eval "$(ckadet env)"', says: 'bash, zsh' },
    { command: 'ckadet env | source', says: 'fish' },
    { command: 'unset KUBECONFIG', says: 'back to your own clusters' },
  ],
  next: [{ command: 'kubectl get nodes', says: 'see that it works' }],
  async run(input, context) {
    const { env, out } = context;
    const clusters = await knownClusters(context);
    const kubeconfig = await clusters.kubeconfig(await meantCluster(clusters, context, input.name));
    const shell = input.shell ?? shellOf(basename(env['SHELL'] ?? ''), 'sh');
    await out.data({ KUBECONFIG: kubeconfig }, () =>
      shell === 'fish' ? `set -gx KUBECONFIG ${fishQuoted(kubeconfig)}` : `export KUBECONFIG=${shellQuoted(kubeconfig)}`,
    );
  },
});

function shellOf(name: string, otherwise?: 'sh'): 'sh' | 'fish' {
  if (name === 'fish') return 'fish';
  if (['sh', 'bash', 'zsh', 'dash', 'ksh'].includes(name)) return 'sh';
  if (otherwise) return otherwise;
  throw new Error('it is sh, bash, zsh or fish');
}
