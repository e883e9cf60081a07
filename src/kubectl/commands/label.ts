// kubectl label: sets and removes labels. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/label/label.go
import { jsonEqual } from '../../kube/machinery/json.ts';
import { validateLabelValue } from '../../kube/machinery/names.ts';
import { defineCommand } from '../command.ts';
import { CommandError, throwAll } from '../failures.ts';
import { fieldManager } from '../flags/sets.ts';
import { goQuote } from '../go-quote.ts';
import { changePairs, PAIR_FLAGS, type PairKind, type Pairs } from '../writes/metadata-pairs.ts';

const LABELS: PairKind = {
  field: 'labels',
  word: 'label',
  exampleFile: 'pod',
  tellsMissing: true,
  parse,
  check: ({ set, remove }) => {
    if (remove.some((key) => set[key] !== undefined)) throw new CommandError('can not both modify and remove a label in the same command');
  },
  checkOverwrites: (present, { set }) => {
    // Setting what is there already is no change.
    const differing = Object.keys(set).filter((key) => present[key] !== undefined && present[key] !== set[key]);
    throwAll(differing.map((key) => new CommandError(`'${key}' already has a value (${String(present[key])}), and --overwrite is false`)));
  },
  operation: (before, after, overwrite) => {
    if (jsonEqual(before, after)) return 'not labeled';
    return !overwrite && JSON.stringify(after).length < JSON.stringify(before).length ? 'unlabeled' : 'labeled';
  },
};

function parse(words: readonly string[]): Pairs {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const word of words) {
    if (word.includes('=')) {
      const [key = '', value = '', ...more] = word.split('=');
      if (more.length) throw new CommandError(`invalid label spec: ${word}`);
      const problems = validateLabelValue(value);
      if (problems.length) throw new CommandError(`invalid label value: ${goQuote(word)}: ${problems.join(';')}`);
      set[key] = value;
    } else if (word.endsWith('-')) remove.push(word.slice(0, -1));
    else throw new CommandError(`unknown label spec: ${word}`);
  }
  return { set, remove };
}

export const command = defineCommand({
  usage: '[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  long: 'Sets labels (KEY=VALUE) and removes them (KEY-).\n\n A label that is there keeps its value unless --overwrite is given.',
  examples: `# Set a label
kubectl label pods web tier=front

# Change it
kubectl label --overwrite pods web tier=back

# Remove it
kubectl label pods web tier-`,
  flags: { ...PAIR_FLAGS, 'field-manager': fieldManager('kubectl-label') },
  run: (call, kubectl) => changePairs(call, kubectl, LABELS),
});
