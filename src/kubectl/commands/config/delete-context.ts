// kubectl config delete-context.
import { withoutEntry } from '../../config/kubeconfig-model.ts';
import { defineCommand } from '../../command.ts';
import { CommandError, HelpFirst } from '../../failures.ts';
import { namedFile, readModel, saveModel } from './edited.ts';

export const command = defineCommand({
  usage: 'NAME',
  examples: '# Forget the context named lab\nkubectl config delete-context lab',
  async run({ args }, kubectl) {
    const model = await readModel(kubectl);
    const [name, ...others] = args;
    if (name === undefined || others.length) throw new HelpFirst();
    const file = await namedFile(kubectl);
    if (!model.contexts.has(name)) throw new CommandError(`cannot delete context ${name}, not in ${file}`);
    if (model.currentContext === name)
      kubectl.complain('warning: this removed your active context, use "kubectl config use-context" to select a different one\n');
    await saveModel(kubectl, model, withoutEntry(model, 'contexts', name));
    kubectl.print(`deleted context ${name} from ${file}\n`);
  },
});
