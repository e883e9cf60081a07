// What the commands under `kubectl config` share: the kubeconfig read, changed, and written back.
import type { Call } from '../../command.ts';
import { HelpFirst, CommandError } from '../../failures.ts';
import type { Kubectl } from '../../kubectl.ts';
import { loadKubeconfig } from '../../config/kubeconfig-files.ts';
import { defaultFile, modelOf, saveKubeconfig, type Model } from '../../config/kubeconfig-model.ts';

/** A file that is named and does not exist is an empty one. */
export async function readModel({ ports, flags }: Kubectl): Promise<Model> {
  return modelOf(await loadKubeconfig(ports, flags.kubeconfig, false));
}

/** The file that messages name. */
export const namedFile = ({ ports, flags }: Kubectl): Promise<string> => defaultFile(ports, flags.kubeconfig);

export async function saveModel({ ports, flags }: Kubectl, before: Model, after: Model, relativizes = true): Promise<void> {
  await saveKubeconfig(ports, { before, after, explicit: flags.kubeconfig, relativizes });
}

/** Shows the help before it complains. */
export function unexpectedArguments({ args }: Pick<Call, 'args'>, word = 'Unexpected'): HelpFirst {
  return new HelpFirst(new CommandError(`${word} args: [${args.join(' ')}]`));
}
