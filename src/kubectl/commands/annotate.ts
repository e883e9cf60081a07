// kubectl annotate: sets and removes annotations. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/annotate/annotate.go
import { defineCommand } from '../command.ts';
import { CommandError } from '../failures.ts';
import { fieldManager } from '../flags/sets.ts';
import { changePairs, PAIR_FLAGS, type PairKind, type Pairs } from '../writes/metadata-pairs.ts';

/** Can always be written anew: rollouts do. */
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

const ANNOTATIONS: PairKind = {
  field: 'annotations',
  word: 'annotation',
  exampleFile: 'rsrc',
  tellsMissing: false,
  parse,
  check: ({ set, remove }) => {
    const both = remove.filter((key) => set[key] !== undefined);
    if (both.length) throw new CommandError(`can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`);
  },
  checkOverwrites: (present, { set }) => {
    const found = Object.keys(set).filter((key) => key !== CHANGE_CAUSE && present[key] !== undefined);
    if (found.length)
      throw new CommandError(
        `--overwrite is false but found the following declared annotation(s): ${found.map((key) => `'${key}' already has a value (${String(present[key])})`).join('; ')}`,
      );
  },
  operation: () => 'annotated',
};

function parse(words: readonly string[]): Pairs {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals > 0) set[word.slice(0, equals)] = word.slice(equals + 1);
    else if (word.endsWith('-') && word !== '-') remove.push(word.slice(0, -1));
    else throw new CommandError(`invalid annotation format: ${word}`);
  }
  return { set, remove };
}

export const command = defineCommand({
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  long: 'Sets annotations (KEY=VALUE) and removes them (KEY-).\n\n An annotation that is there keeps its value unless --overwrite is given.',
  examples: `# Set an annotation
kubectl annotate pods web owner='team blue'

# Remove it
kubectl annotate pods web owner-`,
  flags: { ...PAIR_FLAGS, 'field-manager': fieldManager('kubectl-annotate') },
  run: (call, kubectl) => changePairs(call, kubectl, ANNOTATIONS),
});
