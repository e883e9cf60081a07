// `kubectl __complete WORD… PART`: what the last word may become, one line each, and how the shell is to take it. Models github.com/spf13/cobra/completions.go
import { isJsonObject } from '../../kube/machinery/json.ts';
import { findCommand, type Found, type Node } from '../command-tree.ts';
import { listOf, textOf, type Section } from '../config/kubeconfig-files.ts';
import { bareOf, FlagError, HelpAsked, parseFlags, type ParsedWords } from '../flags/parse.ts';
import { bool, type FlagSpecs, type FlagType } from '../flags/flag.ts';
import type { Command } from '../command.ts';
import { GLOBAL_FLAGS, type GlobalValues } from '../flags/global.ts';
import { Kubectl } from '../kubectl.ts';
import type { Ports } from '../ports.ts';
import { metadataOf } from '../resources/info.ts';
import { TREE } from '../tree.ts';
import { ARGUMENTS, POD_OWNERS } from './arguments.ts';

/** Bits of cobra's directives. */
const DEFAULT = 0;
const NO_SPACE = 2;
const NO_FILES = 4;
const NAMES: Readonly<Record<number, string>> = {
  [DEFAULT]: 'ShellCompDirectiveDefault',
  [NO_FILES]: 'ShellCompDirectiveNoFileComp',
  [NO_SPACE | NO_FILES]: 'ShellCompDirectiveNoSpace, ShellCompDirectiveNoFileComp',
};

interface Offer {
  /** Each with a description behind a tab, where there is one. */
  readonly words: readonly string[];
  readonly directive: number;
}
const NOTHING: Offer = { words: [], directive: DEFAULT };

/** `describes` keeps the descriptions. */
export async function complete(given: readonly string[], ports: Ports, describes: boolean): Promise<number> {
  const part = given.at(-1) ?? '';
  const { words, directive } = await offer(given.slice(0, -1), part, ports);
  const lines = words.map((word) => (describes ? word : (word.split('\t')[0] ?? '')));
  ports.stdout.write([...lines, `:${directive}`].map((line) => `${line}\n`).join(''));
  ports.stderr.write(`Completion ended with directive: ${NAMES[directive] ?? 'ShellCompDirectiveDefault'}\n`);
  return 0;
}

const described = (nodes: readonly Node[], part: string): readonly string[] =>
  nodes
    .filter(({ name, hidden }) => !hidden && name.startsWith(part))
    .map(({ name, summary }) => `${name}\t${summary}`)
    .sort();

async function offer(words: readonly string[], part: string, ports: Ports): Promise<Offer> {
  const found = findCommand(TREE, words, (flag) => needsValue(GLOBAL_FLAGS, flag));
  const command = found?.node.load ? (await found.node.load()).command : undefined;
  const specs: FlagSpecs = { ...GLOBAL_FLAGS, ...command?.flags };
  const before = words.at(-1) ?? '';
  const children = found ? (found.node.type === 'group' ? found.node.children : []) : TREE;
  const parsed = parsedWords(specs, found ? found.words : words);
  if (!parsed) return NOTHING;
  const kubectl = new Kubectl(ports, parsed.values as unknown as GlobalValues);
  try {
    const [, name = '', value] = /^--([\w-]+)=(.*)$/.exec(part) ?? [];
    if (value !== undefined) return await ofFlag(name, value, { specs, parsed, kubectl });
    if (needsValue(specs, before)) return await ofFlag(nameOf(specs, before), part, { specs, parsed, kubectl });
    if (part.startsWith('-')) return { words: flagsFor(part, found, command, parsed), directive: NO_FILES };
    if (children.length && !parsed.args.length) return { words: described(children, part), directive: NO_FILES };
    return found ? await ofArguments(found, part, parsed, kubectl) : NOTHING;
  } catch {
    return NOTHING; // a server that cannot be asked offers nothing
  } finally {
    await kubectl.close();
  }
}

function parsedWords(specs: FlagSpecs, words: readonly string[]): ParsedWords | undefined {
  const whole = needsValue(specs, words.at(-1) ?? '') ? words.slice(0, -1) : words;
  try {
    return parseFlags(specs, whole);
  } catch (error) {
    if (error instanceof FlagError || error instanceof HelpAsked) return undefined;
    throw error;
  }
}

const nameOf = (specs: FlagSpecs, word: string): string =>
  word.startsWith('--') ? word.slice(2) : (Object.entries(specs).find(([, { short }]) => short === word.slice(1))?.[0] ?? '');

/** Whether the next word is the value of a flag. */
function needsValue(specs: FlagSpecs, word: string): boolean {
  if (!word.startsWith('-') || word.includes('=')) return false;
  const spec = specs[nameOf(specs, word)];
  return spec !== undefined && bareOf(spec) === undefined;
}

/** Flags that count each use. */
const REPEATED: readonly FlagType[] = ['strings', 'array', 'pairs'];

/** Those it cannot be called without, while they are missing; else everybody's before its own, each by name, without those that were given. */
function flagsFor(part: string, found: Found | undefined, command: Command | undefined, { changed }: ParsedWords): readonly string[] {
  const own: FlagSpecs = { ...command?.flags, help: bool(`Help for ${found?.node.name ?? 'kubectl'}.`, { short: 'h' }) };
  const inherited = Object.fromEntries(Object.entries(GLOBAL_FLAGS).filter(([name]) => !Object.hasOwn(own, name)));
  const required = Object.fromEntries(Object.entries(own).filter(([name]) => command?.required.includes(name)));
  const offered = (specs: FlagSpecs): readonly string[] =>
    Object.entries(specs)
      .filter(([name, { type, hidden, deprecated }]) => !hidden && !deprecated && (!changed.has(name) || REPEATED.includes(type)))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, { short, help }]) => [`--${name}\t${help}`, ...(short ? [`-${short}\t${help}`] : [])])
      .filter((line) => line.startsWith(part));
  const missing = offered(required);
  return missing.length ? missing : [...offered(inherited), ...offered(own)];
}

interface FlagContext {
  readonly specs: FlagSpecs;
  readonly parsed: ParsedWords;
  readonly kubectl: Kubectl;
}

async function ofFlag(name: string, part: string, { specs, parsed, kubectl }: FlagContext): Promise<Offer> {
  const values = await flagValues(name, specs, parsed, kubectl);
  if (!values) return NOTHING;
  return { words: values.filter((value) => value.startsWith(part)), directive: NO_FILES };
}

const DRY_RUNS = ['none', 'server', 'client'];

async function flagValues(name: string, specs: FlagSpecs, parsed: ParsedWords, kubectl: Kubectl): Promise<readonly string[] | undefined> {
  switch (name) {
    case 'namespace':
      return namesOf('namespaces', kubectl);
    case 'context':
      return entriesOf('contexts', kubectl);
    case 'cluster':
      return entriesOf('clusters', kubectl);
    case 'user':
      return entriesOf('users', kubectl);
    case 'container':
      return containersOf(parsed.args[0] ?? '', kubectl);
    case 'dry-run':
      return DRY_RUNS;
    case 'output': {
      const [, formats = ''] = /format: ([^.]*)\./.exec(specs[name]?.help ?? '') ?? [];
      return specs[name]?.completes ?? formats.split(', ').filter(Boolean);
    }
    default:
      return specs[name]?.completes;
  }
}

async function ofArguments({ path }: Found, part: string, { args }: ParsedWords, kubectl: Kubectl): Promise<Offer> {
  const offered = ARGUMENTS[path.replace(/^kubectl /, '')];
  if (!offered) return NOTHING;
  const unused = (names: readonly string[]): readonly string[] => names.filter((name) => name.startsWith(part) && !args.includes(name));
  const [type] = args;
  const slash = part.indexOf('/');
  if (slash >= 0) {
    const head = part.slice(0, slash);
    return { words: unused((await namesOf(head, kubectl)).map((name) => `${head}/${name}`)), directive: NO_FILES };
  }
  switch (offered) {
    case 'contexts':
    case 'clusters':
    case 'users':
      return { words: type === undefined ? unused(await entriesOf(offered, kubectl)) : [], directive: NO_FILES };
    case 'shells':
      return { words: type === undefined ? unused(['bash', 'zsh', 'fish', 'powershell']) : [], directive: NO_FILES };
    case 'nodes':
      return { words: unused(await namesOf('nodes', kubectl)), directive: NO_FILES };
    case 'types':
      return { words: type === undefined ? unused(await typesOf(kubectl)) : [], directive: NO_FILES };
    case 'pods':
      if (type !== undefined) return { words: [], directive: NO_FILES };
      return { words: unused([...(await namesOf('pods', kubectl)), ...POD_OWNERS]), directive: NO_SPACE | NO_FILES };
    default: {
      const types = offered === 'resources' ? await typesOf(kubectl) : offered.of;
      return { words: unused(type === undefined ? types : await namesOf(type, kubectl)), directive: NO_FILES };
    }
  }
}

async function typesOf(kubectl: Kubectl): Promise<readonly string[]> {
  const { resources } = await (await kubectl.discovery()).offer();
  const names = resources.filter(({ verbs }) => verbs.includes('get')).map(({ resource, group }) => (group ? `${resource}.${group}` : resource));
  return [...new Set(names)];
}

async function namesOf(type: string, kubectl: Kubectl): Promise<readonly string[]> {
  const resource = await (await kubectl.mapper()).forArgument(type, 0);
  const client = await kubectl.client(resource);
  const list = await client.list({ namespace: resource.namespaced ? (await kubectl.namespace()).name : '' });
  return listOf(list['items'])
    .filter(isJsonObject)
    .map((each) => textOf(metadataOf(each)['name']));
}

async function entriesOf(section: Section, kubectl: Kubectl): Promise<readonly string[]> {
  return [...(await kubectl.config.kubeconfig())[section].keys()].sort();
}

async function containersOf(pod: string, kubectl: Kubectl): Promise<readonly string[]> {
  const client = await kubectl.client({ group: '', version: 'v1', resource: 'pods', namespaced: true });
  const { spec } = await client.get({ namespace: (await kubectl.namespace()).name, name: pod.replace(/^pods?\//, '') });
  if (!isJsonObject(spec)) return [];
  return [...listOf(spec['initContainers']), ...listOf(spec['containers'])].filter(isJsonObject).map((each) => textOf(each['name']));
}
