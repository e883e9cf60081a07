// The shape of the command tree: names and summaries at hand, everything else loaded when the command is chosen.
import type { Command, Example } from './command.ts';

export interface CommandNode {
  readonly type: 'command';
  readonly name: string;
  readonly summary: string;
  /** Not listed in help or completion. */
  readonly hidden: boolean;
  /** Everything behind its name belongs to another program, `--help` too. */
  readonly passesWords: boolean;
  readonly load: () => Promise<{ readonly command: Command }>;
}

export interface GroupNode {
  readonly type: 'group';
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly sections: readonly Section[];
  readonly examples: readonly Example[];
  readonly next: readonly Example[];
}

export interface Section {
  readonly title: string;
  readonly nodes: readonly TreeNode[];
}

export type TreeNode = CommandNode | GroupNode;

export function command(
  name: string,
  summary: string,
  load: CommandNode['load'],
  { hidden = false, passesWords = false }: Partial<Pick<CommandNode, 'hidden' | 'passesWords'>> = {},
): CommandNode {
  return { type: 'command', name, summary, hidden, passesWords, load };
}

/** A word with commands below it; two of the same name are refused. */
export function group(
  name: string,
  summary: string,
  parts: { readonly description: string; readonly sections: readonly Section[]; readonly examples?: readonly Example[]; readonly next?: readonly Example[] },
): GroupNode {
  const seen = new Set<string>();
  for (const node of parts.sections.flatMap((section) => section.nodes)) {
    if (seen.has(node.name)) throw new Error(`two commands are named "${name} ${node.name}"`);
    seen.add(node.name);
  }
  return { type: 'group', name, summary, examples: [], next: [], ...parts };
}

export const nodesOf = (node: GroupNode): readonly TreeNode[] => node.sections.flatMap((section) => section.nodes);
export const isHidden = (node: TreeNode): boolean => node.type === 'command' && node.hidden;
