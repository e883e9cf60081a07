// ckadet cluster kubeconfig: fetches the kubeconfig of a cluster that was made.
import type { AnyCluster, ClusterOfHosts, LoadedLocal } from '../../../provision/load.ts';
import { controlPlanesOf, withSite } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { fileOption, nameArgument, withCluster } from '../../which-cluster.ts';

export const command = defineCommand({
  description:
    "Fetches the administrator's kubeconfig from the first control plane, with the cluster's endpoint as its server, or from minikube or kind, and prints its path; its mode is 0600. With --merge its context is also added to your own kubeconfig, in which everything else stays as it is; `reset` and `delete` take it out again.",
  arguments: { name: nameArgument },
  options: { file: fileOption, merge: { summary: 'add the context to your own kubeconfig' }, json: jsonOption },
  examples: [
    { command: 'kubectl --kubeconfig "$(ckadet cluster kubeconfig)" get nodes', says: 'one command in the cluster' },
    { command: 'ckadet cluster kubeconfig --merge', says: 'for kubectl config use-context' },
  ],
  run: ({ name: known, file, merge }, context) =>
    withCluster({ name: known, file }, context, async (cluster) => {
      const { out, env, home, clock } = context;
      const { mergeIntoOwn } = await import('../../../provision/cluster-kubeconfig.ts');
      const { kubeconfig, context: name } = cluster.kind === 'local' ? await ofMachine(cluster.local, context) : await ofHosts(cluster.loaded, context);
      const merged = merge ? await mergeIntoOwn(home, nameOf(cluster), kubeconfig, env, clock) : undefined;
      await out.data({ kubeconfig, context: name, ...(merged === undefined ? {} : { merged: merged.file }) }, () => {
        if (merged === undefined) return kubeconfig;
        const { file: own, isCurrent } = merged;
        return `${out.style.good(`Context ${name} is in ${own}`)}${isCurrent ? ', and is the current one: kubectl get nodes' : `: kubectl config use-context ${name}`}`;
      });
    }),
});

const nameOf = (cluster: AnyCluster): string => (cluster.kind === 'local' ? cluster.local.cluster.name : cluster.loaded.spec.name);

interface Found {
  readonly kubeconfig: string;
  readonly context: string;
}

async function ofHosts(loaded: ClusterOfHosts, context: CommandContext): Promise<Found> {
  const { fetchKubeconfig } = await import('../../../provision/cluster-kubeconfig.ts');
  const kubeconfig = await withSite(loaded, context, (site) => fetchKubeconfig(site, context.home), controlPlanesOf(loaded));
  return { kubeconfig, context: loaded.spec.name };
}

async function ofMachine(local: LoadedLocal, context: CommandContext): Promise<Found> {
  const { localKubeconfigOf } = await import('../../local-cluster.ts');
  return localKubeconfigOf(local, context);
}
