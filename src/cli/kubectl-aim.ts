// Whether there is a kubectl in this shell, and where it leads: work done in the right way on the wrong cluster is the commonest of near misses.
import type { ClusterTarget } from '../cluster/target.ts';
import { AppError } from '../errors/app-error.ts';
import { isOnPath } from '../platform/processes.ts';
import type { Environment } from './context.ts';

/** What to say when there is none, undefined when there is. */
export async function kubectlMissing(env: Environment): Promise<string | undefined> {
  return (await isOnPath('kubectl', env)) ? undefined : 'there is no kubectl on the PATH; ckadet kubectl does the same, and in ckadet shell it is kubectl.';
}

/** What to say when kubectl, as it is set up here, leads to another cluster than the lab's. */
export async function strayAim(target: ClusterTarget, env: Environment): Promise<string | undefined> {
  const [{ loadKubeconfig }, { resolveContext }] = await Promise.all([import('../kube/kubeconfig/load.ts'), import('../kube/kubeconfig/resolve.ts')]);
  if (!(await isOnPath('kubectl', env))) return undefined;
  try {
    const here = await loadKubeconfig({ env });
    if (here.currentContext === undefined) return undefined;
    const [mine, labs] = await Promise.all([
      resolveContext(here),
      resolveContext(await loadKubeconfig({ env: { KUBECONFIG: target.kubeconfig } }), target.context),
    ]);
    if (mine.server === labs.server) return undefined;
    const way = target.origin === 'external' ? `kubectl config use-context ${target.context}` : `ckadet shell ${target.name}`;
    return `In this shell kubectl leads to the context ${mine.context}, and the lab is on ${target.name}. If you worked here: ${way}`;
  } catch (error) {
    if (error instanceof AppError) return undefined; // a kubeconfig that leads nowhere leads to no wrong cluster
    throw error;
  }
}
