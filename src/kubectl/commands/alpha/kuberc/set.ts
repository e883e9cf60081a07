// kubectl alpha kuberc set. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/kuberc/set.go
import type { JsonObject } from '../../../../kube/machinery/json.ts';
import { defineCommand } from '../../../command.ts';
import { CommandError } from '../../../failures.ts';
import { array, bool, string, type FlagValues } from '../../../flags/flag.ts';
import { goQuote } from '../../../go-quote.ts';
import { fileOf, KIND, readStored, writeStored, type Stored } from '../../../kuberc/stored.ts';
import { KUBERC } from './kuberc-flag.ts';

const flags = {
  appendarg: array('Argument of an alias behind those of the line; can be given several times.'),
  command: string("Command it is for, such as get or 'set env'."),
  kuberc: KUBERC,
  name: string('Name of the alias.'),
  option: array('FLAG=VALUE; can be given several times.'),
  overwrite: bool('Replace what is there.'),
  prependarg: array('Argument of an alias before those of the line; can be given several times.'),
  section: string('What to set: defaults or aliases.'),
} as const;
type Values = FlagValues<typeof flags>;

export const command = defineCommand({
  usage: '--section (defaults|aliases) --command COMMAND',
  long: 'Sets what flags of a command are preferred, or an alias: another name for a command with flags and arguments.',
  examples: `# Wide tables
kubectl alpha kuberc set --section defaults --command get --option output=wide

# kubectl getn lists nodes
kubectl alpha kuberc set --section aliases --name getn --command get --prependarg nodes`,
  flags,
  required: ['command', 'section'],
  async run({ flags: given }, kubectl) {
    const { path } = fileOf(kubectl, given.kuberc);
    confirm(given);
    const stored = (await readStored(kubectl, path)) ?? { ...KIND, defaults: [], aliases: [] };
    const options = optionsOf(given.option);
    const changed = given.section === 'defaults' ? withDefaults(stored, given, options) : withAlias(stored, given, options);
    await writeStored(kubectl, path, changed, (text) => kubectl.print(text));
  },
});

function confirm({ section, name, prependarg, appendarg, command: verb }: Values): void {
  if (section !== 'defaults' && section !== 'aliases') throw new CommandError(`--section must be "defaults" or "aliases", got: ${section}`);
  if (section === 'aliases' && !name) throw new CommandError('--name is required when --section=aliases');
  if (section === 'defaults' && name) throw new CommandError('--name should not be specified when --section=defaults');
  if (section === 'defaults' && (prependarg.length || appendarg.length))
    throw new CommandError('--prependarg and --appendarg are only valid for --section=aliases');
  if (!verb) throw new CommandError('--command is required');
}

const optionsOf = (words: readonly string[]): readonly JsonObject[] =>
  words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) throw new CommandError(`invalid option format ${goQuote(word)}, expected flag=value`);
    return { name: word.slice(0, equals).replace(/^-+/, ''), default: word.slice(equals + 1) };
  });

/** An entry in the place of the one it replaces, or at the end. */
const placed = <T>(items: readonly T[], before: T | undefined, item: T): readonly T[] =>
  before === undefined ? [...items, item] : items.map((each) => (each === before ? item : each));

function withDefaults(stored: Stored, { command: verb, overwrite }: Values, options: readonly JsonObject[]): Stored {
  const before = stored.defaults.find((each) => each.command === verb);
  if (before && !overwrite) throw new CommandError(`defaults for command ${goQuote(verb)} already exist, use --overwrite to replace`);
  return { ...stored, defaults: placed(stored.defaults, before, { command: verb, options }) };
}

function withAlias(stored: Stored, { name, command: verb, overwrite, prependarg, appendarg }: Values, options: readonly JsonObject[]): Stored {
  const before = stored.aliases.find((each) => each.name === name);
  if (before && !overwrite) throw new CommandError(`alias ${goQuote(name)} already exists, use --overwrite to replace`);
  const alias = { name, command: verb, prependArgs: prependarg, appendArgs: appendarg, options };
  return { ...stored, aliases: placed(stored.aliases, before, alias) };
}
