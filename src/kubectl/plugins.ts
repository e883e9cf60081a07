// Plugins: programs on the PATH named kubectl-NAME take over commands that kubectl has not. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/cmd.go (HandlePluginCommand)
import type { Ports } from './ports.ts';

/** Runs the plugin with the longest name that the words begin with; undefined when there is none. Resolves with its exit code. */
export async function runPlugin(words: readonly string[], { programs }: Pick<Ports, 'programs'>): Promise<number | undefined> {
  const firstFlag = words.findIndex((word) => word.startsWith('-'));
  const names = (firstFlag < 0 ? words : words.slice(0, firstFlag)).map((word) => word.replaceAll('-', '_'));
  for (let length = names.length; length > 0; length--) {
    const program = await programs.find(`kubectl-${names.slice(0, length).join('-')}`);
    if (program) return programs.foreground(program, words.slice(length));
  }
  return undefined;
}
