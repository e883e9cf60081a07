// ckadet shell: a shell below this one in which kubectl uses the cluster.
import { SHELL_VARIABLE } from '../../cluster/select.ts';
import { defineCommand } from '../command.ts';
import { isOnPath } from '../../platform/processes.ts';
import { knownClusters } from '../known-clusters.ts';
import { openShell } from '../open-shell.ts';
import { meantCluster } from '../running-lab.ts';
import { SHELLS, type ShellName } from '../sub-shell.ts';

export const command = defineCommand({
  description:
    'Opens your shell (bash, zsh or fish) once more with KUBECONFIG pointing at the cluster, the alias k for kubectl, completion for both and the name of the cluster in the prompt. Leave it with exit; the shell you came from is unchanged.\n\nCommands can also come through a pipe.',
  arguments: { name: { summary: 'the cluster; the usual one if not given', completes: 'clusters' } },
  options: {
    shell: { summary: 'bash, zsh or fish; $SHELL if not given', value: 'shell', parse: shellNamed },
    'own-kubectl': { summary: 'kubectl is the one that comes with ckadet, as it is where there is no other' },
  },
  examples: [
    { command: 'ckadet shell', says: 'then: k get nodes' },
    { command: "echo 'k get pods -A' | ckadet shell", says: 'without a terminal' },
  ],
  next: [{ command: 'exit', says: 'back to where you were' }],
  async run(input, context) {
    const { env, out } = context;
    const clusters = await knownClusters(context);
    const { name: cluster, kubeconfig } = await clusters.target(await meantCluster(clusters, context, input.name));
    if (env[SHELL_VARIABLE]) out.warn(`you are in the shell of ${env[SHELL_VARIABLE]} already; this one opens inside it`);
    if (context.stdinIsTerminal) out.print(`kubectl uses the cluster ${cluster} here; exit brings you back.`);
    const ownKubectl = input['own-kubectl'] === true;
    if (!ownKubectl && !(await isOnPath('kubectl', env)))
      out.warn('there is no kubectl on the PATH: in this shell, kubectl is the one that comes with ckadet.');
    return openShell({ cluster, kubeconfig, shell: input.shell, ownKubectl }, context);
  },
});

function shellNamed(text: string): ShellName {
  const shell = SHELLS.find((each) => each === text);
  if (!shell) throw new Error(`it is ${SHELLS.join(', ')}`);
  return shell;
}
