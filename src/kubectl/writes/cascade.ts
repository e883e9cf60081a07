// --cascade: what becomes of the objects that depend on a deleted one. Models cmdutil.GetCascadingStrategy
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';

const OLD_WORDS: Readonly<Record<string, readonly [policy: string, use: string]>> = {
  true: ['Background', 'background'],
  false: ['Orphan', 'orphan'],
};

/** The propagation policy of the API. Throws kubectl's sentence for a word that is none. */
export function cascadeOf(word: string, kubectl: Kubectl): string {
  if (word === 'background') return 'Background';
  if (word === 'orphan') return 'Orphan';
  if (word === 'foreground') return 'Foreground';
  const old = OLD_WORDS[word];
  if (!old) throw new CommandError(`invalid cascade value (${word}). Must be "background", "foreground", or "orphan"`);
  kubectl.complain(`warning: --cascade=${word} is deprecated (boolean value) and can be replaced with --cascade=${old[1]}.
`);
  return old[0];
}
