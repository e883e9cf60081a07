// kubectl config rename-context.
import { withEntry, withoutEntry } from '../../config/kubeconfig-model.ts';
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';
import { namedFile, readModel, saveModel, unexpectedArguments } from './edited.ts';

export const command = defineCommand({
  usage: 'CONTEXT_NAME NEW_NAME',
  long: 'Gives a context another name; the current context stays the current one.',
  examples: '# dev is now called lab\nkubectl config rename-context dev lab',
  async run(call, kubectl) {
    const [from = '', to = ''] = call.args;
    if (call.args.length !== 2) throw unexpectedArguments(call);
    if (to === '') throw new CommandError('You must specify a new non-empty context name');
    const model = await readModel(kubectl);
    const file = await namedFile(kubectl);
    const context = model.contexts.get(from);
    if (!context) throw new CommandError(`cannot rename the context ${goQuote(from)}, it's not in ${file}`);
    if (model.contexts.has(to)) throw new CommandError(`cannot rename the context ${goQuote(from)}, the context ${goQuote(to)} already exists in ${file}`);
    const renamed = withEntry(withoutEntry(model, 'contexts', from), 'contexts', to, context.fields);
    const contexts = new Map([...renamed.contexts, [to, { ...context, name: to }]]);
    const currentContext = model.currentContext === from ? to : model.currentContext;
    await saveModel(kubectl, model, { ...renamed, contexts, currentContext });
    kubectl.print(`Context ${goQuote(from)} renamed to ${goQuote(to)}.\n`);
  },
});
