// What preferences make of a line: an alias becomes what it stands for, and flags get the values that the person prefers.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/kuberc/kuberc.go
import { findCommand, type Found } from '../command-tree.ts';
import { BareError } from '../failures.ts';
import type { FlagSpecs } from '../flags/flag.ts';
import { GLOBAL_FLAGS } from '../flags/global.ts';
import { FlagError, parseFlags } from '../flags/parse.ts';
import { goQuote } from '../go-quote.ts';
import type { Ports } from '../ports.ts';
import { TREE } from '../tree.ts';
import { confirmPolicy } from './plugin-policy.ts';
import { KubercProblem, loadPreferences, type Alias, type Option, type Preferences } from './preferences.ts';

type TakesValue = (flag: string) => boolean;

/** The words that are meant. Throws with kubectl's sentences. */
export async function withPreferences(words: readonly string[], ports: Ports, takesValue: TakesValue): Promise<readonly string[]> {
  try {
    const preferences = await loaded(ports, explicitFile(words));
    if (!preferences) return words;
    confirmUsable(preferences);
    const find = (given: readonly string[]): Found | undefined => findCommand(TREE, given, takesValue);
    const found = find(words);
    if (!found) return await aliased(words, preferences, find, ports);
    return await defaulted(words, found, preferences, find, ports);
  } catch (error) {
    if (error instanceof KubercProblem) throw new BareError(`error occurred while applying preferences ${error.message}`);
    throw error;
  }
}

const loaded = (ports: Ports, flag: string): Promise<Preferences | undefined> =>
  loadPreferences(ports, flag, (text) => ports.stderr.write(text)).catch((error: unknown) => {
    throw error instanceof KubercProblem ? new KubercProblem(`kuberc error ${error.message}`) : error;
  });

/** Of --kuberc, wherever it stands. */
function explicitFile(words: readonly string[]): string {
  for (const [i, word] of words.entries()) {
    if (word === '--') return '';
    if (word !== '--kuberc' && !word.includes('--kuberc=')) continue;
    const path = word === '--kuberc' ? words[i + 1] : word.split('=')[1];
    if (path === undefined || (path === '' && word !== '--kuberc')) throw new KubercProblem('kuberc file is not found');
    return path;
  }
  return '';
}

function confirmUsable({ aliases, defaults, plugins }: Preferences): void {
  const seen = new Set<string>();
  const confirmNames = (options: readonly Option[]): void => {
    for (const { name } of options) if (name.startsWith('-')) throw new KubercProblem(`flag name ${name} should be in long form without dashes`);
  };
  for (const { name, options } of aliases) {
    if (!/^[a-zA-Z]+$/.test(name)) throw new KubercProblem('invalid alias name, can only include alphabetical characters');
    confirmNames(options);
    if (seen.has(name)) throw new KubercProblem(`duplicate alias name ${name}`);
    seen.add(name);
  }
  for (const { options } of defaults) confirmNames(options);
  confirmPolicy(plugins);
}

type Find = (words: readonly string[]) => Found | undefined;
const flagsOf = async ({ node }: Found): Promise<FlagSpecs> => ({ ...GLOBAL_FLAGS, ...(node.load ? (await node.load()).command.flags : {}) });

/** The command of a line that an alias stands at the head of is no longer looked at for defaults. */
async function aliased(words: readonly string[], { aliases, defaults }: Preferences, find: Find, ports: Ports): Promise<readonly string[]> {
  const at = words.findIndex((word) => !word.startsWith('-') && !word.startsWith('__complete'));
  const alias = aliases.find(({ name }) => name === words[at]);
  if (!alias) return words;
  const command = alias.command.split(/\s+/).filter(Boolean);
  const found = find(command);
  if (!found) throw new KubercProblem(`command ${goQuote(alias.command)} not found to set alias ${goQuote(alias.name)}: [${command.join(' ')}]`);
  const options = await chosen(alias.options, await flagsOf(found), words, {
    unknown: (name) => `invalid alias flag ${name} in alias kubectl`,
    refused: ({ name, value }, why) => `could not apply value ${value} to flag ${name} in alias kubectl err: ${why}`,
  });
  for (const each of defaults) if (!find(each.command.split(/\s+/))) tellUnknown(each.command, ports);
  return expanded(words, at, alias, [...command, ...options]);
}

const expanded = (words: readonly string[], at: number, { prependArgs, appendArgs }: Alias, command: readonly string[]): readonly string[] => [
  ...words.slice(0, at),
  ...command,
  ...prependArgs,
  ...words.slice(at + 1),
  ...appendArgs,
];

const tellUnknown = (command: string, { stderr }: Ports): void => stderr.write(`Warning: command ${goQuote(command)} not found to set kuberc override\n`);

async function defaulted(words: readonly string[], found: Found, { defaults }: Preferences, find: Find, ports: Ports): Promise<readonly string[]> {
  const specs = await flagsOf(found);
  const added: string[] = [];
  for (const { command, options } of defaults) {
    const meant = find(command.split(/\s+/).filter(Boolean));
    if (!meant) tellUnknown(command, ports);
    else if (meant.node.name === found.node.name)
      added.push(
        ...(await chosen(options, specs, words, {
          unknown: (name) => `invalid flag ${name} for command ${command}`,
          refused: ({ name, value }, why) => `could not apply override value ${value} to flag ${name} in command ${command} err: ${why}`,
        })),
      );
  }
  // Before everything that was written; what names the command is found wherever it stands.
  return added.length ? [...added, ...words] : words;
}

interface Complaints {
  readonly unknown: (name: string) => string;
  readonly refused: (option: Option, why: string) => string;
}

/** The options as flags, without those that the line has itself. */
async function chosen(options: readonly Option[], specs: FlagSpecs, words: readonly string[], says: Complaints): Promise<readonly string[]> {
  const flags: string[] = [];
  for (const option of options) {
    const spec = specs[option.name];
    if (!spec) throw new KubercProblem(says.unknown(option.name));
    if (isGiven(option.name, spec.short, words)) continue;
    const flag = `--${option.name}=${option.value}`;
    try {
      parseFlags({ [option.name]: spec }, [flag]);
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      throw new KubercProblem(says.refused(option, error.message));
    }
    flags.push(flag);
  }
  return flags;
}

function isGiven(name: string, short: string | undefined, words: readonly string[]): boolean {
  return words.some((word) => {
    if (word === `--${name}` || word.startsWith(`--${name}=`)) return true;
    if (!short) return false;
    return word.startsWith(`-${short}`) || (/^-[a-zA-Z]+$/.test(word) && word.slice(1).includes(short));
  });
}
