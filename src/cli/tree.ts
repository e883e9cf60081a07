// Every command of ckadet, in the order of the help. To add one: a file under commands/ and a line here.
import { command, group } from './command-tree.ts';

export const tree = group('ckadet', 'practise for the CKA in your terminal', {
  description:
    'Graded exercises on a Kubernetes cluster that runs on your machine in seconds: no Docker, no VM, no root, no network. Your own kubectl works with it unchanged.',
  sections: [
    {
      title: 'Clusters',
      nodes: [
        command('up', 'start a simulated cluster, or resume it', () => import('./commands/up.ts')),
        command('down', 'stop a cluster, or delete it', () => import('./commands/down.ts')),
        command('status', 'show the clusters and how they are', () => import('./commands/status.ts')),
        command('shell', 'open a shell in which kubectl uses the cluster', () => import('./commands/shell.ts')),
        command('env', 'print what makes kubectl use the cluster', () => import('./commands/env.ts')),
        command('kubeconfig', "print the path of a cluster's kubeconfig", () => import('./commands/kubeconfig.ts')),
        command('allow', 'let ckadet use a cluster of your own', () => import('./commands/allow.ts')),
      ],
    },
    {
      title: 'This machine',
      nodes: [
        command('doctor', 'check that everything needed is there', () => import('./commands/doctor.ts')),
        command('completion', 'print the completion script of your shell', () => import('./commands/completion.ts')),
        command('complete', 'print what could come next on a command line', () => import('./commands/complete.ts'), { hidden: true }),
        command('serve', 'run the server of a cluster', () => import('./commands/serve.ts'), { hidden: true }),
      ],
    },
  ],
  examples: [
    { command: 'ckadet up', says: 'start a cluster with two workers' },
    { command: 'ckadet shell', says: 'work in it with kubectl' },
    { command: 'ckadet doctor', says: 'something does not work' },
  ],
});
