// Opens a shell of the learner's in which kubectl uses one cluster; `ckadet shell` and the tour do.
import { basename, dirname, join } from 'node:path';
import { SHELL_VARIABLE } from '../cluster/select.ts';
import { ensureFolder, writeFileAtomic } from '../platform/files.ts';
import { runInForeground } from '../platform/processes.ts';
import type { CommandContext } from './context.ts';
import { withKubectl } from './own-kubectl.ts';
import { SHELLS, type ShellName, shellStart } from './sub-shell.ts';

type Means = Pick<CommandContext, 'home' | 'env' | 'self' | 'interrupts' | 'stdinIsTerminal'>;

interface Opening {
  readonly cluster: string;
  readonly kubeconfig: string;
  readonly shell?: ShellName | undefined;
  /** `kubectl` is ckadet's own even where there is another. */
  readonly ownKubectl?: boolean;
}

/** Resolves with the shell's exit code. */
export async function openShell(
  { cluster, kubeconfig, shell: asked, ownKubectl = false }: Opening,
  { home, env, self, interrupts, stdinIsTerminal }: Means,
): Promise<number> {
  const shell = asked ?? SHELLS.find((each) => each === basename(env['SHELL'] ?? '')) ?? 'bash';
  const folder = join(dirname(kubeconfig), 'shell'); // goes with the cluster, whoever made it
  const start = shellStart(shell, { cluster, kubeconfig, self, folder }, stdinIsTerminal);
  await ensureFolder(folder);
  await Promise.all(Object.entries(start.files).map(([name, text]) => writeFileAtomic(join(folder, name), text)));
  const program = basename(env['SHELL'] ?? '') === shell && env['SHELL'] ? env['SHELL'] : shell;
  const environment = {
    ...(await withKubectl({ home, env, self }, ownKubectl)),
    KUBECONFIG: kubeconfig,
    [SHELL_VARIABLE]: cluster,
    ...(env['ZDOTDIR'] ? { CKADET_ZDOTDIR: env['ZDOTDIR'] } : {}),
    ...start.env,
  };
  return interrupts.foreground(() => runInForeground(program, start.args, environment, interrupts.signal));
}
