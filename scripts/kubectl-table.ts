// Writes the table of kubectl's commands between its markers in README.md, from the tree of src/kubectl and a record of kubectl 1.35.
// usage: node scripts/kubectl-table.ts [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from '../src/kubectl/command-tree.ts';
import { GLOBAL_FLAGS } from '../src/kubectl/flags/global.ts';
import type { FlagSpecs } from '../src/kubectl/flags/flag.ts';
import { GAPS } from '../src/kubectl/gaps.ts';
import { flagHeading } from '../src/kubectl/help.ts';
import { TREE } from '../src/kubectl/tree.ts';

const README = join(import.meta.dirname, '../README.md');
const RECORD = join(import.meta.dirname, '../test/golden/kubectl-flags/1.35.txt');
const BEGIN = '<!-- kubectl table: written by scripts/kubectl-table.ts -->';
const END = '<!-- end of the kubectl table -->';

interface CommandFlags {
  readonly aliases: string;
  /** `-o, --output=''` by `output`. */
  readonly flags: ReadonlyMap<string, string>;
}
/** By path without `kubectl`; the flags of all commands are those of `options`. */
export type CommandsWithFlags = ReadonlyMap<string, CommandFlags>;

const nameIn = (heading: string): string => /--([\w-]+)=/.exec(heading)?.[1] ?? '';

export function recorded(): CommandsWithFlags {
  const commands = new Map<string, CommandFlags & { readonly flags: Map<string, string> }>();
  let flags = new Map<string, string>();
  for (const line of readFileSync(RECORD, 'utf8').split('\n')) {
    const [, path, aliases = ''] = /^kubectl ([^(]*?)( \(.*)?$/.exec(line) ?? [];
    if (path !== undefined) commands.set(path, { aliases: aliases.trim(), flags: (flags = new Map()) });
    else if (line) flags.set(nameIn(line), line.trim());
  }
  return commands;
}

const shown = (specs: FlagSpecs): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(specs)
      .filter(([, { hidden, deprecated }]) => !hidden && !deprecated)
      .map(([name, spec]) => [name, flagHeading(name, spec)]),
  );

export async function own(nodes: readonly Node[] = TREE, above = ''): Promise<CommandsWithFlags> {
  const commands = new Map<string, CommandFlags>();
  for (const node of nodes.filter(({ hidden }) => !hidden)) {
    const path = `${above}${node.name}`;
    const flags = path === 'options' ? GLOBAL_FLAGS : node.load ? (await node.load()).command.flags : {};
    commands.set(path, { aliases: node.aliases.map((each) => `(${each})`).join(' '), flags: shown(flags) });
    if (node.type === 'group') for (const [name, each] of await own(node.children, `${path} `)) commands.set(name, each);
  }
  return commands;
}

export async function kubectlTable(): Promise<string> {
  const real = recorded();
  const ours = await own();
  const groups = Map.groupBy(real.keys(), (path) => path.split(' ')[0] ?? '');
  const rows = [...groups].map(([verb, paths]) => {
    const served = paths.filter((path) => ours.has(path));
    const subcommands = served.filter((path) => path !== verb).map((path) => path.slice(verb.length + 1));
    const missing = paths.filter((path) => !ours.has(path)).map((path) => `\`${path}\``);
    const asked = served.flatMap((path) => [...(real.get(path)?.flags.keys() ?? [])].map((flag) => ({ path, flag })));
    const lacking = asked.filter(({ path, flag }) => !ours.get(path)?.flags.has(flag));
    const counted = asked.length === 0 ? 'none' : lacking.length ? `${asked.length - lacking.length} of ${asked.length}` : `all ${asked.length}`;
    const gaps = GAPS.filter(({ command, what }) => (command ?? 'options') === verb && what !== 'the command').map(({ what, why }) => `${what}: ${why}`);
    const left = [...missing, ...lacking.map(({ path, flag }) => `\`${path} --${flag}\``), ...gaps].join('; ');
    const name = verb === 'options' ? 'flags of all commands (`options`)' : `\`${verb}\``;
    return `| ${name} | ${served.length ? subcommands.join(', ') : 'not there'} | ${served.length ? counted : ''} | ${left} |`;
  });
  return ['| command | subcommands | flags | left out |', '|---|---|---|---|', ...rows].join('\n');
}

/** The README with the table of today. Throws when the markers are gone. */
export async function withKubectlTable(readme: string): Promise<string> {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`README.md lacks the markers ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${await kubectlTable()}\n\n${readme.slice(end)}`;
}

if (process.argv[1] === import.meta.filename) {
  const readme = readFileSync(README, 'utf8');
  const current = await withKubectlTable(readme);
  if (process.argv.includes('--check')) {
    if (current !== readme) {
      console.error('README.md: the kubectl table is out of date; run node scripts/kubectl-table.ts');
      process.exitCode = 1;
    }
  } else writeFileSync(README, current);
}
