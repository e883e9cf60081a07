// What could come next on a command line: sub-commands, options, choices, names of things that exist.
import type { Command, Completes } from './command.ts';
import { type GroupNode, isHidden, nodesOf } from './command-tree.ts';
import type { CommandContext } from './context.ts';

export interface Candidate {
  readonly word: string;
  readonly says: string;
}

/** Tells the shell to complete paths. */
const FILES: Candidate = { word: ':files', says: '' };

export async function completions(tree: GroupNode, words: readonly string[], context: CommandContext): Promise<readonly Candidate[]> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  let node: GroupNode = tree;
  for (let i = 0; ; i++) {
    const word = before[i];
    if (word === undefined)
      return matching(
        nodesOf(node)
          .filter((each) => !isHidden(each))
          .map((each) => ({ word: each.name, says: each.summary })),
        typed,
      );
    const child = nodesOf(node).find((each) => each.name === word);
    if (!child) return [];
    if (child.type === 'command') return ofCommand((await child.load()).command, before.slice(i + 1), typed, context);
    node = child;
  }
}

async function ofCommand(command: Command, before: readonly string[], typed: string, context: CommandContext): Promise<readonly Candidate[]> {
  const asked = command.options[before.at(-1)?.replace(/^--/, '') ?? ''];
  if (asked?.value !== undefined && before.at(-1)?.startsWith('--'))
    return matching(asked.completes ? await named(asked.completes, context, typed) : [], typed);
  if (typed.startsWith('-')) {
    const options = Object.entries(command.options).filter(([name, spec]) => !spec.hidden && !before.includes(`--${name}`));
    return matching([...options.map(([name, spec]) => ({ word: `--${name}`, says: spec.summary })), { word: '--help', says: 'show how it is used' }], typed);
  }
  const place = before.filter((word, i) => !word.startsWith('-') && command.options[before[i - 1]?.replace(/^--/, '') ?? '']?.value === undefined).length;
  const specs = Object.values(command.arguments);
  const spec = specs[place] ?? (specs.at(-1)?.variadic ? specs.at(-1) : undefined);
  if (!spec) return [];
  return matching(spec.choices ? spec.choices.map((word) => ({ word, says: '' })) : spec.completes ? await named(spec.completes, context, typed) : [], typed);
}

const matching = (candidates: readonly Candidate[], typed: string): readonly Candidate[] =>
  candidates.filter(({ word }) => word.startsWith(typed) || word === FILES.word);

/** Sources of names; a failing one offers nothing, since there is nowhere to show an error. */
async function named(completes: Completes, context: CommandContext, typed: string): Promise<readonly Candidate[]> {
  try {
    return await SOURCES[completes](context, typed);
  } catch {
    return []; // a Tab must never print an error into the learner's line
  }
}

const SOURCES: Readonly<Record<Completes, (context: CommandContext, typed: string) => Promise<readonly Candidate[]>>> = {
  files: async () => [FILES],
  async clusters(context) {
    const { knownClusters } = await import('./known-clusters.ts');
    return (await (await knownClusters(context)).list()).map((word) => ({ word, says: 'cluster' }));
  },
  simulated: async ({ simulator, home }) => (await (await simulator(home)).list()).map((word) => ({ word, says: 'cluster' })),
  async made({ home }) {
    const { readRecords } = await import('../provision/cluster-records.ts');
    return (await readRecords(home)).records.map(({ name, file }) => ({ word: name, says: file }));
  },
  async labs(context, typed) {
    const [{ labPlace }, { listLabs }] = await Promise.all([import('./lab-place.ts'), import('../labs/library.ts')]);
    const { root, index } = await labPlace(undefined, context);
    // The full names only for those who have begun to type one.
    return (await listLabs(root, index)).flatMap(({ id, title }) => [
      { word: id.slice(id.indexOf('/') + 1), says: title },
      ...(typed ? [{ word: id, says: title }] : []),
    ]);
  },
  async checks(context) {
    const { runningLab } = await import('./running-lab.ts');
    const { lab, session } = await runningLab(context);
    const { substitute } = await import('../labs/variables.ts');
    return lab.file.checks.map(({ id, says }) => ({ word: id, says: substitute(says, session.variables) }));
  },
  async contexts({ env }) {
    const { loadKubeconfig } = await import('../kube/kubeconfig/load.ts');
    return [...(await loadKubeconfig({ env })).contexts.values()].map((each) => ({ word: each.name, says: each.cluster }));
  },
};
