// The help pages: commands by section, flags with their defaults, usage lines. Models kubernetes/staging/src/k8s.io/kubectl/pkg/util/templates
import type { GroupNode, Node, Section } from './command-tree.ts';
import type { Command } from './command.ts';
import type { FlagSpec, FlagSpecs } from './flags/flag.ts';
import { formatGoDuration } from './flags/go-numbers.ts';
import { GLOBAL_FLAGS } from './flags/global.ts';

const listed = (nodes: readonly Node[], width: number): string =>
  nodes
    .filter(({ hidden }) => !hidden)
    .map(({ name, summary }) => `  ${name.padEnd(width)} ${summary}\n`)
    .join('');
/** Of names, as cobra pads them. */
const SHORTEST_COLUMN = 11;
const widthOf = (nodes: readonly Node[]): number => Math.max(SHORTEST_COLUMN, ...nodes.filter(({ hidden }) => !hidden).map(({ name }) => name.length)) + 2;

export const rootHelp = (sections: readonly Section[]): string =>
  `kubectl works with a Kubernetes cluster: this is the one that comes with ckadet.\n\n It takes the same commands, flags and files as the one of the Kubernetes project: https://kubernetes.io/docs/reference/kubectl/\n\n${rootUsage(sections)}`;

/** Without what it is for. */
export function rootUsage(sections: readonly Section[]): string {
  const width = widthOf(sections.flatMap(({ nodes }) => nodes));
  return [
    ...sections.map(({ title, nodes }) => `${title}:\n${listed(nodes, width)}\n`),
    'Usage:\n  kubectl [flags] [options]\n\n',
    'Use "kubectl <command> --help" for more information about a given command.\n',
    'Use "kubectl options" for a list of global command-line options (applies to all commands).\n',
  ].join('');
}

export function groupHelp(path: string, { name, aliases, long, examples, children, usage }: GroupNode): string {
  return [
    `${long}\n\n`,
    aliases.length ? `Aliases:\n${[name, ...aliases].join(', ')}\n\n` : '',
    examples ? `Examples:\n${indented(examples)}\n\n` : '',
    `Available Commands:\n${listed(children, widthOf(children))}\n`,
    `Usage:\n  ${path} ${usage} [options]\n\n`,
    `Use "${path} <command> --help" for more information about a given command.\n`,
    'Use "kubectl options" for a list of global command-line options (applies to all commands).\n',
  ].join('');
}

export function commandHelp(path: string, node: Node, { long, examples, flags, usage }: Command): string {
  const children = node.type === 'group' ? node.children : [];
  return [
    `${long || `${node.summary}.`}\n\n`,
    node.aliases.length ? `Aliases:\n${[node.name, ...node.aliases].join(', ')}\n\n` : '',
    examples ? `Examples:\n${indented(examples)}\n\n` : '',
    children.length ? `Available Commands:\n${listed(children, widthOf(children))}\n` : '',
    Object.keys(flags).length ? `Options:\n${flagsHelp(flags)}\n` : '',
    `Usage:\n  ${path}${usage ? ` ${usage}` : ''} [options]\n\n`,
    children.length ? `Use "${path} <command> --help" for more information about a given command.\n` : '',
    'Use "kubectl options" for a list of global command-line options (applies to all commands).\n',
  ].join('');
}

/** What `kubectl options` prints. */
export const optionsHelp = (): string => `The following options can be passed to any command:\n\n${flagsHelp(GLOBAL_FLAGS)}`;

const indented = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');

function flagsHelp(flags: FlagSpecs): string {
  return Object.entries(flags)
    .filter(([, { hidden, deprecated }]) => !hidden && !deprecated)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, spec]) => `    ${flagHeading(name, spec)}:\n\t${spec.help}\n`)
    .join('\n');
}

/** `-o, --output=''` */
export const flagHeading = (name: string, spec: FlagSpec): string => `${spec.short ? `-${spec.short}, ` : ''}--${name}=${spec.presetText ?? presetText(spec)}`;

function presetText({ type, preset }: FlagSpec): string {
  if (type === 'pairs' || type === 'levels') return '';
  if (type === 'string') return `'${String(preset)}'`;
  if (type === 'duration') return formatGoDuration(preset as number);
  if (type === 'tristate') return String(preset) || 'false';
  return Array.isArray(preset) ? `[${preset.join(',')}]` : String(preset);
}
