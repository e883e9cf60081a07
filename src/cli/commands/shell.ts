// ckadet shell: a shell below this one in which kubectl uses the cluster.
import { basename, join } from 'node:path';
import { SHELL_VARIABLE, chooseCluster } from '../../cluster/select.ts';
import { ensureFolder, writeFileAtomic } from '../../platform/files.ts';
import { runInForeground } from '../../platform/processes.ts';
import { defineCommand } from '../command.ts';
import { SHELLS, type ShellName, shellStart } from '../sub-shell.ts';

export const command = defineCommand({
  description:
    'Opens your shell (bash, zsh or fish) once more with KUBECONFIG pointing at the cluster, the alias k for kubectl, completion for both and the name of the cluster in the prompt. Leave it with exit; the shell you came from is unchanged.\n\nCommands can also come through a pipe.',
  arguments: { name: { summary: 'the cluster; the usual one if not given', completes: 'clusters' } },
  options: { shell: { summary: 'bash, zsh or fish; $SHELL if not given', value: 'shell', parse: shellNamed } },
  examples: [
    { command: 'ckadet shell', says: 'then: k get nodes' },
    { command: "echo 'k get pods -A' | ckadet shell", says: 'without a terminal' },
  ],
  next: [{ command: 'exit', says: 'back to where you were' }],
  async run(input, context) {
    const { simulator, home, env, interrupts, out, self } = context;
    const provider = await simulator(home);
    const { name: cluster, kubeconfig } = await provider.target(await chooseCluster(provider, env, input.name));
    if (env[SHELL_VARIABLE]) out.warn(`you are in the shell of ${env[SHELL_VARIABLE]} already; this one opens inside it`);
    const shell = input.shell ?? SHELLS.find((each) => each === basename(env['SHELL'] ?? '')) ?? 'bash';
    const folder = home.path('clusters', cluster, 'shell');
    const start = shellStart(shell, { cluster, kubeconfig, self, folder }, context.stdinIsTerminal);
    await ensureFolder(folder);
    await Promise.all(Object.entries(start.files).map(([name, text]) => writeFileAtomic(join(folder, name), text)));
    const program = basename(env['SHELL'] ?? '') === shell && env['SHELL'] ? env['SHELL'] : shell;
    const environment = {
      ...env,
      KUBECONFIG: kubeconfig,
      [SHELL_VARIABLE]: cluster,
      ...(env['ZDOTDIR'] ? { CKADET_ZDOTDIR: env['ZDOTDIR'] } : {}),
      ...start.env,
    };
    if (context.stdinIsTerminal) out.print(`kubectl uses the cluster ${cluster} here; exit brings you back.`);
    return interrupts.foreground(() => runInForeground(program, start.args, environment));
  },
});

function shellNamed(text: string): ShellName {
  const shell = SHELLS.find((each) => each === text);
  if (!shell) throw new Error(`it is ${SHELLS.join(', ')}`);
  return shell;
}
