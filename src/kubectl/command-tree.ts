// The tree of commands: names and summaries at once, everything else of a command when it is chosen.
import type { Command } from './command.ts';

export interface CommandNode {
  readonly type: 'command';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly hidden: boolean;
  readonly load: () => Promise<{ readonly command: Command }>;
}
export interface GroupNode {
  readonly type: 'group';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly hidden: boolean;
  readonly long: string;
  readonly examples: string;
  /** Behind the path on its usage line. */
  readonly usage: string;
  readonly children: readonly Node[];
  /** What it does when it is called with no command of its own: `kubectl create -f`. Without it, its help is shown. */
  readonly load: (() => Promise<{ readonly command: Command }>) | undefined;
  /** Where the help goes that is shown because no command of its own was named. */
  readonly helpsOn: 'stdout' | 'stderr';
}
export type Node = CommandNode | GroupNode;

export const leaf = (
  name: string,
  summary: string,
  load: CommandNode['load'],
  { aliases = [], hidden = false }: { readonly aliases?: readonly string[]; readonly hidden?: boolean } = {},
): CommandNode => ({ type: 'command', name, aliases, summary, hidden, load });

export const group = (
  name: string,
  summary: string,
  children: readonly Node[],
  {
    aliases = [],
    hidden = false,
    long = summary,
    examples = '',
    usage = 'SUBCOMMAND',
    load,
    helpsOn = 'stderr',
  }: Partial<Pick<GroupNode, 'aliases' | 'hidden' | 'long' | 'examples' | 'usage' | 'load' | 'helpsOn'>> = {},
): GroupNode => ({ type: 'group', name, aliases, summary, hidden, long, examples, usage, children, load, helpsOn });

export interface Section {
  readonly title: string;
  readonly nodes: readonly Node[];
}

export interface Found {
  readonly node: Node;
  /** `kubectl rollout status`. */
  readonly path: string;
  /** The words without those that named the command. */
  readonly words: readonly string[];
  /** All nodes on the way, the root left out. */
  readonly nodes: readonly Node[];
}

/** Looks among names and aliases. */
export const childNamed = (nodes: readonly Node[], name: string): Node | undefined => nodes.find((each) => each.name === name || each.aliases.includes(name));

/** Follows the words that are no flags and no flags' values into the tree; `takesValue` tells of which global flags the next word is the value. */
export function findCommand(children: readonly Node[], words: readonly string[], takesValue: (flag: string) => boolean): Found | undefined {
  const rest = [...words];
  const nodes: Node[] = [];
  let level = children;
  let path = 'kubectl';
  for (let i = 0; i < rest.length;) {
    const word = rest[i] ?? '';
    if (word === '--') break;
    if (word.startsWith('-') && word !== '-') {
      i += takesValue(word) ? 2 : 1;
      continue;
    }
    const node = childNamed(level, word);
    if (!node) break;
    rest.splice(i, 1);
    nodes.push(node);
    path += ` ${node.name}`;
    if (node.type === 'command') break;
    level = node.children;
  }
  const node = nodes.at(-1);
  return node && { node, path, words: rest, nodes };
}
