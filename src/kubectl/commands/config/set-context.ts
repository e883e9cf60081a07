// kubectl config set-context. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/config/set_context.go
import { withEntry } from '../../config/kubeconfig-model.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { bool, string } from '../../flags/flag.ts';
import { goQuote } from '../../go-quote.ts';
import { readModel, saveModel, unexpectedArguments } from './edited.ts';

const FIELDS = ['cluster', 'user', 'namespace'] as const;

export const command = defineCommand({
  usage: '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  long: 'Makes a context, or sets what is named of one that is there.',
  examples: '# Another namespace for the current context\nkubectl config set-context --current --namespace=shop',
  flags: {
    current: bool('Change the current context.'),
    cluster: string('Cluster of the context.'),
    user: string('User of the context.'),
    namespace: string('Namespace of the context.', { short: 'n' }),
  },
  async run(call, kubectl) {
    const { args, flags } = call;
    if (args.length > 1) throw unexpectedArguments(call);
    const [given = ''] = args;
    if (!given && !flags.current) throw new CommandError('you must specify a non-empty context name or --current');
    if (given && flags.current) throw new CommandError('you cannot specify both a context name and --current');
    const model = await readModel(kubectl);
    const name = flags.current ? model.currentContext : given;
    if (!name) throw new CommandError('no current context is set');
    const present = model.contexts.get(name);
    const set = Object.fromEntries(FIELDS.filter((field) => call.changed(field)).map((field) => [field, flags[field]]));
    await saveModel(kubectl, model, withEntry(model, 'contexts', name, { ...present?.fields, ...set }));
    kubectl.print(`Context ${goQuote(name)} ${present ? 'modified' : 'created'}.\n`);
  },
});
