// Every command of kubectl, in the order of its help. To add one: a file under commands/ and a line here.
import { group, leaf, type Node, type Section } from './command-tree.ts';

export const SECTIONS: readonly Section[] = [
  {
    title: 'Basic Commands (Beginner)',
    nodes: [
      group(
        'create',
        'Make a resource from a file or from standard input',
        [leaf('namespace', 'Make a namespace', () => import('./commands/create/namespace.ts'), { aliases: ['ns'] })],
        { load: () => import('./commands/create.ts') },
      ),
    ],
  },
  {
    title: 'Basic Commands (Intermediate)',
    nodes: [
      leaf('get', 'Show one or many resources', () => import('./commands/get.ts')),
      leaf('delete', 'Delete resources by file, name, label or all of a type', () => import('./commands/delete.ts')),
    ],
  },
  {
    title: 'Advanced Commands',
    nodes: [leaf('apply', 'Bring resources to what files say', () => import('./commands/apply.ts'))],
  },
  {
    title: 'Settings Commands',
    nodes: [
      leaf('label', 'Set and remove labels', () => import('./commands/label.ts')),
      leaf('annotate', 'Set and remove annotations', () => import('./commands/annotate.ts')),
    ],
  },
];

/** Commands of no section. */
const OTHERS: readonly Node[] = [leaf('options', 'List the flags that every command takes', () => import('./commands/options.ts'))];

export const TREE: readonly Node[] = [...SECTIONS.flatMap(({ nodes }) => nodes), ...OTHERS];
