// kubectl config delete-user.
import { withoutEntry } from '../../config/kubeconfig-model.ts';
import { defineCommand, usageError } from '../../command.ts';
import { CommandError } from '../../failures.ts';
import { namedFile, readModel, saveModel } from './edited.ts';

export const command = defineCommand({
  usage: 'NAME',
  examples: '# Forget the user named dana\nkubectl config delete-user dana',
  async run(call, kubectl) {
    const model = await readModel(kubectl);
    const [name, ...others] = call.args;
    if (name === undefined || others.length) throw usageError(call, 'user to delete is required');
    const file = await namedFile(kubectl);
    if (!model.users.has(name)) throw new CommandError(`cannot delete user ${name}, not in ${file}`);
    await saveModel(kubectl, model, withoutEntry(model, 'users', name));
    kubectl.print(`deleted user ${name} from ${file}\n`);
  },
});
