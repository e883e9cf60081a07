// ckadet cluster kubeconfig: fetches the kubeconfig of a cluster that was made.
import { fileOption, loadedCluster, withSite } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';

export const command = defineCommand({
  description:
    "Fetches the administrator's kubeconfig from the first control plane, with the cluster's endpoint as its server, and prints its path; its mode is 0600. With --merge its context is also added to your own kubeconfig, in which everything else stays as it is.",
  options: { file: fileOption, merge: { summary: 'add the context to your own kubeconfig' }, json: jsonOption },
  examples: [
    { command: 'kubectl --kubeconfig "$(ckadet cluster kubeconfig)" get nodes', says: 'one command in the cluster' },
    { command: 'ckadet cluster kubeconfig --merge', says: 'for kubectl config use-context' },
  ],
  async run({ file, merge }, context) {
    const { out, home, env, clock } = context;
    const loaded = await loadedCluster(file);
    const { fetchKubeconfig, mergeIntoOwn } = await import('../../../provision/cluster-kubeconfig.ts');
    const kubeconfig = await withSite(loaded, context, (site) => fetchKubeconfig(site, home), [loaded.spec.first.name]);
    const merged = merge ? await mergeIntoOwn(kubeconfig, env, clock) : undefined;
    await out.data({ kubeconfig, context: loaded.spec.name, ...(merged === undefined ? {} : { merged }) }, () =>
      merged === undefined ? kubeconfig : `${out.style.good(`Context ${loaded.spec.name} is in ${merged}`)}: kubectl config use-context ${loaded.spec.name}`,
    );
  },
});
