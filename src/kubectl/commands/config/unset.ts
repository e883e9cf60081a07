// kubectl config unset.
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { goQuote } from '../../go-quote.ts';
import { readModel, saveModel, unexpectedArguments } from './edited.ts';
import { unsetProperty } from './property.ts';

export const command = defineCommand({
  usage: 'PROPERTY_NAME',
  long: 'Takes one value out of the kubeconfig. Its name is a path with dots, such as contexts.dev.namespace.',
  examples: '# No namespace for the context dev\nkubectl config unset contexts.dev.namespace',
  async run(call, kubectl) {
    const [name = ''] = call.args;
    if (call.args.length !== 1) throw unexpectedArguments(call);
    if (!name) throw new CommandError('you must specify a property');
    const model = await readModel(kubectl);
    await saveModel(kubectl, model, unsetProperty(model, name), false);
    kubectl.print(`Property ${goQuote(name)} unset.\n`);
  },
});
