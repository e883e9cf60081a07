// kubectl for shells and scripts: the machine's own, or where it has none, a launcher of the one that comes with ckadet.
import { delimiter, join } from 'node:path';
import { ensureFolder, writeFileAtomic } from '../platform/files.ts';
import { isOnPath } from '../platform/processes.ts';
import { shellQuoted } from '../platform/shell-quote.ts';
import type { CommandContext, Environment } from './context.ts';

type Means = Pick<CommandContext, 'home' | 'env' | 'self'>;

/** The environment with a PATH on which there is a kubectl; `isFirst`: ckadet's own even where there is another. */
export async function withKubectl({ home, env, self }: Means, isFirst = false): Promise<Environment> {
  if (!isFirst && (await isOnPath('kubectl', env))) return env;
  const folder = home.path('bin');
  await ensureFolder(folder);
  const launcher = `#!/bin/sh\n# Written by ckadet: its own kubectl.\nexec ${self.map(shellQuoted).join(' ')} kubectl "$@"\n`;
  await writeFileAtomic(join(folder, 'kubectl'), launcher, { mode: 0o755 });
  const path = env['PATH'] ?? '';
  return { ...env, PATH: (isFirst ? [folder, path] : [path, folder]).filter(Boolean).join(delimiter) };
}
