// Every command of ckadet, in the order of the help. To add one: a file under commands/ and a line here.
import { command, group } from './command-tree.ts';

export const tree = group('ckadet', 'practise for the CKA in your terminal', {
  description:
    'Graded exercises on a Kubernetes cluster that runs on your machine in seconds: no Docker, no VM, no root, no network. Your own kubectl works with it unchanged.',
  sections: [
    {
      title: 'Practice',
      nodes: [
        command('tour', 'the first lab, guided, from nothing to a grade', () => import('./commands/tour.ts')),
        group('lab', 'graded exercises: list, start, check and the rest', {
          description:
            'Exercises in the manner of the exam, graded on the outcome with partial credit. One goes on at a time: start it, work with kubectl, check, and reset at the end.',
          sections: [
            {
              title: 'Practise',
              nodes: [
                command('list', 'all labs, and which are done', () => import('./commands/lab/list.ts')),
                command('show', 'read a task', () => import('./commands/lab/show.ts')),
                command('start', 'begin a lab', () => import('./commands/lab/start.ts')),
                command('check', 'grade what you did', () => import('./commands/lab/check.ts')),
                command('why', 'what exactly a check looked at', () => import('./commands/lab/why.ts')),
                command('hint', 'the next hint', () => import('./commands/lab/hint.ts')),
                command('solution', 'the model solution', () => import('./commands/lab/solution.ts')),
                command('reset', 'end the lab and clean up', () => import('./commands/lab/reset.ts')),
              ],
            },
            {
              title: 'Write labs',
              nodes: [
                command('new', 'make the files of a lab', () => import('./commands/lab/new.ts')),
                command('verify', 'prove labs', () => import('./commands/lab/verify.ts')),
              ],
            },
          ],
          examples: [{ command: 'ckadet lab start drain-node', says: 'begin the first lab' }],
        }),
      ],
    },
    {
      title: 'Clusters',
      nodes: [
        command('up', 'start a simulated cluster, or resume it', () => import('./commands/up.ts')),
        command('down', 'stop a cluster, or delete it', () => import('./commands/down.ts')),
        command('status', 'show the clusters and how they are', () => import('./commands/status.ts')),
        command('shell', 'open a shell in which kubectl uses the cluster', () => import('./commands/shell.ts')),
        command('kubectl', 'the kubectl that comes with ckadet', () => import('./commands/kubectl.ts'), { passesWords: true }),
        command('env', 'print what makes kubectl use the cluster', () => import('./commands/env.ts')),
        command('kubeconfig', "print the path of a cluster's kubeconfig", () => import('./commands/kubeconfig.ts')),
        group('cluster', 'real clusters of your own machines: plan, create, reset', {
          description:
            'Real Kubernetes on Linux hosts that you reach over SSH, or on this machine: one cluster file, five topologies up to a highly available control plane behind keepalived and HAProxy; or by minikube or kind. See every command beforehand, make the cluster, take it back.',
          sections: [
            {
              title: 'Before',
              nodes: [
                command('init', 'write a cluster file', () => import('./commands/cluster/init.ts')),
                command('validate', 'check the cluster file', () => import('./commands/cluster/validate.ts')),
                command('plan', 'every command and file, host by host', () => import('./commands/cluster/plan.ts')),
              ],
            },
            {
              title: 'Make and use',
              nodes: [
                command('create', 'make the cluster, or finish it', () => import('./commands/cluster/create.ts')),
                command('list', 'the clusters that were made from here', () => import('./commands/cluster/list.ts')),
                command('status', 'how it is, host by host', () => import('./commands/cluster/status.ts')),
                command('kubeconfig', 'fetch its kubeconfig', () => import('./commands/cluster/kubeconfig.ts')),
                command('creds', 'server, CA and a short-lived token, for curl', () => import('./commands/cluster/creds.ts')),
                command('ssh', 'log in to a host', () => import('./commands/cluster/ssh.ts')),
                command('drill', 'break it on purpose, and measure', () => import('./commands/cluster/drill.ts')),
                command('reset', 'return the hosts to what they were', () => import('./commands/cluster/reset.ts')),
                command('delete', 'reset, and forget it here', () => import('./commands/cluster/delete.ts')),
              ],
            },
          ],
          examples: [{ command: 'ckadet cluster plan -f cluster.yaml', says: 'see what would be done' }],
        }),
        command('allow', 'let labs use a cluster that ckadet did not make', () => import('./commands/allow.ts')),
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
