// kubectl config set.
import { defineCommand } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { tristate } from '../../flags/flag.ts';
import { goQuote } from '../../go-quote.ts';
import { readModel, saveModel, unexpectedArguments } from './edited.ts';
import { setProperty } from './property.ts';

export const command = defineCommand({
  usage: 'PROPERTY_NAME PROPERTY_VALUE',
  long: 'Sets one value of the kubeconfig. Its name is a path with dots, such as clusters.lab.server; data is given in base64 unless --set-raw-bytes is.',
  examples: '# The address of the cluster lab\nkubectl config set clusters.lab.server https://10.0.0.5:6443',
  flags: { 'set-raw-bytes': tristate('Data is given as it is, not in base64.') },
  async run(call, kubectl) {
    const [name = '', value = ''] = call.args;
    if (call.args.length !== 2) throw unexpectedArguments(call);
    if (!value) throw new CommandError('you cannot use set to unset a property');
    if (!name) throw new CommandError('you must specify a property');
    const model = await readModel(kubectl);
    await saveModel(kubectl, model, setProperty(model, name, value, call.flags['set-raw-bytes'] === 'true'), false);
    kubectl.print(`Property ${goQuote(name)} set.\n`);
  },
});
