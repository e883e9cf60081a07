// kubectl attach: to the process that a container runs. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/attach/attach.go
import { defineCommand, usageError } from '../command.ts';
import { CommandError } from '../failures.ts';
import { select } from '../resources/builder.ts';
import { attachTo } from '../streams/attaching.ts';
import { hasEnded, phaseOf } from '../streams/pod-fields.ts';
import { attachablePod } from '../streams/pods-of.ts';
import { SESSION_FLAGS } from './exec.ts';

export const command = defineCommand({
  usage: '(POD | TYPE/NAME) -c CONTAINER',
  long: 'Attaches to the process that a container runs: shows what it prints and, with -i, passes on what is typed.',
  examples: `# What a pod prints from now on
kubectl attach web

# With a terminal
kubectl attach shell -c main -it`,
  flags: SESSION_FLAGS,
  async run(call, kubectl) {
    const { args, flags: given, path } = call;
    if (given['pod-running-timeout'] <= 0) throw usageError(call, '--pod-running-timeout must be higher than zero');
    if (!args.length) throw new CommandError('at least 1 argument is required for attach');
    if (args.length > 2) throw new CommandError(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`);
    const { name: namespace } = await kubectl.namespace();
    const [first = '', second] = args;
    const named = second === undefined ? { type: 'pods', names: [first] } : { type: first, names: [second] };
    const { infos, error } = await (await select(kubectl, { named, namespace })).infos();
    if (error) throw error;
    const [info] = infos;
    if (!info) throw new CommandError('at least 1 argument is required for attach');
    const pod = await attachablePod(kubectl, info.content, given['pod-running-timeout']);
    if (hasEnded(pod)) throw new CommandError(`cannot attach a container in a completed pod; current phase is ${phaseOf(pod)}`);
    await attachTo(kubectl, { pod, container: given.container, commandName: path, stdin: given.stdin, tty: given.tty, quiet: given.quiet });
  },
});
