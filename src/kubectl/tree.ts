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
    title: 'Deploy Commands',
    nodes: [
      group(
        'rollout',
        'See, restart, pause and undo rollouts',
        [
          leaf('history', 'Show the revisions it had', () => import('./commands/rollout/history.ts')),
          leaf('pause', 'Let changes wait', () => import('./commands/rollout/pause.ts')),
          leaf('restart', 'Replace its pods', () => import('./commands/rollout/restart.ts')),
          leaf('resume', 'Go on after a pause', () => import('./commands/rollout/resume.ts')),
          leaf('status', 'Follow a rollout until it is done', () => import('./commands/rollout/status.ts')),
          leaf('undo', 'Go back to an earlier revision', () => import('./commands/rollout/undo.ts')),
        ],
        { long: 'Manages the rollouts of deployments, daemon sets and stateful sets.' },
      ),
    ],
  },
  {
    title: 'Troubleshooting and Debugging Commands',
    nodes: [leaf('describe', 'Show objects at length, with what happened to them', () => import('./commands/describe.ts'))],
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
const OTHERS: readonly Node[] = [
  group(
    'config',
    'Change kubeconfig files',
    [
      leaf('current-context', 'Show the current context', () => import('./commands/config/current-context.ts')),
      leaf('delete-cluster', 'Take a cluster out of the kubeconfig', () => import('./commands/config/delete-cluster.ts')),
      leaf('delete-context', 'Take a context out of the kubeconfig', () => import('./commands/config/delete-context.ts')),
      leaf('delete-user', 'Take a user out of the kubeconfig', () => import('./commands/config/delete-user.ts')),
      leaf('get-clusters', 'List the clusters of the kubeconfig', () => import('./commands/config/get-clusters.ts')),
      leaf('get-contexts', 'List contexts of the kubeconfig', () => import('./commands/config/get-contexts.ts')),
      leaf('get-users', 'List the users of the kubeconfig', () => import('./commands/config/get-users.ts')),
      leaf('rename-context', 'Give a context another name', () => import('./commands/config/rename-context.ts')),
      leaf('set', 'Set one value of the kubeconfig', () => import('./commands/config/set.ts')),
      leaf('set-cluster', 'Make or change a cluster of the kubeconfig', () => import('./commands/config/set-cluster.ts')),
      leaf('set-context', 'Make or change a context of the kubeconfig', () => import('./commands/config/set-context.ts')),
      leaf('set-credentials', 'Make or change a user of the kubeconfig', () => import('./commands/config/set-credentials.ts')),
      leaf('unset', 'Take one value out of the kubeconfig', () => import('./commands/config/unset.ts')),
      leaf('use-context', 'Set the current context', () => import('./commands/config/use-context.ts'), { aliases: ['use'] }),
      leaf('view', 'Show the kubeconfig', () => import('./commands/config/view.ts')),
    ],
    {
      long: 'Changes kubeconfig files, such as "kubectl config set current-context my-context".\n\n The file is the one of --kubeconfig; without it those that $KUBECONFIG lists, together; without that ~/.kube/config.',
    },
  ),
  leaf('options', 'List the flags that every command takes', () => import('./commands/options.ts')),
];

export const TREE: readonly Node[] = [...SECTIONS.flatMap(({ nodes }) => nodes), ...OTHERS];
