// ckadet kubeconfig: the path of a cluster's own kubeconfig.
import { defineCommand, jsonOption } from '../command.ts';
import { knownClusters } from '../known-clusters.ts';
import { meantCluster } from '../running-lab.ts';

export const command = defineCommand({
  description:
    "Prints the path of the cluster's kubeconfig, for kubectl's --kubeconfig or for $KUBECONFIG. It holds one context, ckadet-NAME for a simulated cluster, with the rights of an administrator; its mode is 0600.",
  arguments: { name: { summary: 'the cluster; the usual one if not given', completes: 'clusters' } },
  options: { json: jsonOption },
  examples: [{ command: 'kubectl --kubeconfig "$(ckadet kubeconfig)" get nodes', says: 'one command in the cluster' }],
  next: [{ command: 'ckadet env', says: 'for all commands of this shell' }],
  async run(input, context) {
    const { out } = context;
    const clusters = await knownClusters(context);
    const kubeconfig = await clusters.kubeconfig(await meantCluster(clusters, context, input.name));
    await out.data({ kubeconfig }, () => kubeconfig);
  },
});
