// kubectl config use-context.
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';
import { readModel, saveModel, unexpectedArguments } from './edited.ts';

export const command = defineCommand({
  usage: 'CONTEXT_NAME',
  examples: '# From now on the context dev is used\nkubectl config use-context dev',
  async run(call, kubectl) {
    const [name = ''] = call.args;
    if (call.args.length !== 1) throw unexpectedArguments(call);
    const model = await readModel(kubectl);
    if (name === '') throw new CommandError('empty context names are not allowed');
    if (!model.contexts.has(name)) throw new CommandError(`no context exists with the name: ${goQuote(name)}`);
    await saveModel(kubectl, model, { ...model, currentContext: name });
    kubectl.print(`Switched to context ${goQuote(name)}.\n`);
  },
});
