// kubectl config delete-cluster.
import { withoutEntry } from '../../config/kubeconfig-model.ts';
import { defineCommand } from '../../command.ts';
import { CommandError, HelpFirst } from '../../failures.ts';
import { namedFile, readModel, saveModel } from './edited.ts';

export const command = defineCommand({
  usage: 'NAME',
  examples: '# Forget the cluster named lab\nkubectl config delete-cluster lab',
  async run({ args }, kubectl) {
    const model = await readModel(kubectl);
    const [name, ...others] = args;
    if (name === undefined || others.length) throw new HelpFirst();
    const file = await namedFile(kubectl);
    if (!model.clusters.has(name)) throw new CommandError(`cannot delete cluster ${name}, not in ${file}`);
    await saveModel(kubectl, model, withoutEntry(model, 'clusters', name));
    kubectl.print(`deleted cluster ${name} from ${file}\n`);
  },
});
