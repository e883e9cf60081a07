// kubectl plugin list: the programs on the PATH that extend kubectl. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/plugin/plugin.go
import { defineCommand } from '../../command.ts';
import { findCommand } from '../../command-tree.ts';
import { CommandError } from '../../failures.ts';
import { bool } from '../../flags/flag.ts';
import { goQuote } from '../../go-quote.ts';
import type { Kubectl } from '../../kubectl.ts';
import { systemReason } from '../../system-reason.ts';
import { TREE } from '../../tree.ts';

const PREFIX = 'kubectl-';

export const command = defineCommand({
  usage: '[flags]',
  long: 'Lists the plugins: files on the PATH that are executable and whose names begin with "kubectl-".',
  examples: '# Their names alone\nkubectl plugin list --name-only',
  flags: { 'name-only': bool('Names without folders.') },
  async run({ flags }, kubectl) {
    const plugins = await pluginsOf(kubectl);
    const failures: string[] = [];
    if (plugins.length) kubectl.print('The following compatible plugins are available:\n\n');
    else failures.push('error: unable to find any kubectl plugins in your PATH');
    const seen = new Map<string, string>();
    let warnings = 0;
    for (const path of plugins) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      kubectl.print(`${flags['name-only'] ? name : path}\n`);
      for (const warning of await warningsOf(path, name, seen, kubectl)) {
        kubectl.complain(`  - ${warning}\n`);
        warnings++;
      }
      if (!seen.has(name)) seen.set(name, path);
    }
    if (warnings) failures.push(warnings === 1 ? 'error: one plugin warning was found' : `error: ${warnings} plugin warnings were found`);
    if (failures.length) throw new CommandError(failures.join('\n'));
  },
});

async function pluginsOf(kubectl: Kubectl): Promise<readonly string[]> {
  const { env, files } = kubectl.ports;
  const found: string[] = [];
  for (const folder of new Set((env['PATH'] ?? '').split(':'))) {
    if (folder.trim() === '') continue;
    let names: readonly string[];
    try {
      names = await files.list(folder);
    } catch (error) {
      kubectl.complain(`Unable to read directory ${goQuote(folder)} from your PATH: ${systemReason(error, folder)}. Skipping...\n`);
      continue;
    }
    for (const name of names) {
      const path = `${folder.replace(/\/+$/, '')}/${name}`;
      if (name.startsWith(PREFIX) && (await files.lstat(path)).kind !== 'directory') found.push(path);
    }
  }
  return found;
}

async function warningsOf(path: string, name: string, seen: ReadonlyMap<string, string>, { ports }: Kubectl): Promise<readonly string[]> {
  const warnings: string[] = [];
  const { mode } = await ports.files.stat(path);
  if ((mode & 0o111) === 0) warnings.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`);
  const earlier = seen.get(name);
  if (earlier !== undefined) warnings.push(`warning: ${path} is overshadowed by a similarly named plugin: ${earlier}`);
  const words = name.split('-').slice(1);
  const overwritten = findCommand(TREE, words, () => false);
  if (overwritten) warnings.push(`warning: ${name} overwrites existing command: ${goQuote(overwritten.path)}`);
  return warnings;
}
