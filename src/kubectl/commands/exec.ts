// kubectl exec: a program in a container. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/exec/exec.go
import { defineCommand, usageError } from '../command.ts';
import { CommandError } from '../failures.ts';
import { bool, duration, string, strings } from '../flags/flag.ts';
import { select } from '../resources/builder.ts';
import { metadataOf, textField } from '../resources/info.ts';
import { containerMeant, hasEnded, phaseOf } from '../streams/pod-fields.ts';
import { attachablePod } from '../streams/pods-of.ts';
import { runSession, takesTerminal } from '../streams/session.ts';

export const SESSION_FLAGS = {
  container: string('Container; where left out, the one that the pod names as its default, or its first.', { short: 'c' }),
  'pod-running-timeout': duration('How long to wait until there is a pod.', { preset: 60_000 }),
  quiet: bool('Say nothing but what the container says.', { short: 'q' }),
  stdin: bool('Pass standard input to the container.', { short: 'i' }),
  tty: bool('Standard input is a terminal.', { short: 't' }),
} as const;

export const command = defineCommand({
  usage: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  long: 'Runs a program in a container.',
  examples: `# A program in the first container of a pod
kubectl exec web -- date

# A shell
kubectl exec -it web -c app -- sh

# In a pod of a deployment
kubectl exec deploy/web -- ls /`,
  flags: { ...SESSION_FLAGS, filename: strings('File of the object to run it in.', { short: 'f' }) },
  async run(call, kubectl) {
    const { args, dash, flags: given } = call;
    if (dash < 0 && (args.length > 1 || (args.length > 0 && given.filename.length)))
      throw usageError(call, 'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
    const resource = args.length && dash !== 0 ? args[0] : undefined;
    const words = dash < 0 ? [] : args.slice(dash);
    const { name: namespace, isExplicit } = await kubectl.namespace();
    if (given['pod-running-timeout'] <= 0) throw usageError(call, '--pod-running-timeout must be higher than zero');
    if (!resource && !given.filename.length) throw new CommandError('pod, type/name or --filename must be specified');
    if (!words.length) throw new CommandError('you must specify at least one command for the container');
    const selected = await select(kubectl, {
      files: { filename: given.filename, kustomize: '', recursive: false },
      ...(resource ? { named: { type: 'pods', names: [resource] } } : {}),
      namespace,
      enforceNamespace: isExplicit,
    });
    const { infos, error } = await selected.infos();
    if (error) throw error;
    const [info] = infos;
    if (!info || infos.length > 1) throw new CommandError('cannot exec into multiple objects at a time');
    const pod = await attachablePod(kubectl, info.content, given['pod-running-timeout']);
    if (hasEnded(pod)) throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${phaseOf(pod)}`);
    const warn = (text: string): void => (given.quiet ? undefined : kubectl.complain(text));
    const container = given.container || textField(containerMeant(pod, '', warn), 'name');
    const raw = takesTerminal(given, kubectl);
    const metadata = metadataOf(pod);
    const process = { namespace: textField(metadata, 'namespace'), pod: textField(metadata, 'name'), container, does: 'exec', command: words } as const;
    await runSession({ kubectl, process, stdin: given.stdin, raw });
  },
});
