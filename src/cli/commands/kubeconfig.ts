// ckadet kubeconfig: the path of a cluster's own kubeconfig.
import { chooseCluster } from '../../cluster/select.ts';
import { defineCommand, jsonOption } from '../command.ts';

export const command = defineCommand({
  description:
    "Prints the path of the cluster's kubeconfig, for kubectl's --kubeconfig or for $KUBECONFIG. It holds one context, ckadet-NAME, with the rights of an administrator; its mode is 0600.",
  arguments: { name: { summary: 'the cluster; the usual one if not given', completes: 'clusters' } },
  options: { json: jsonOption },
  examples: [{ command: 'kubectl --kubeconfig "$(ckadet kubeconfig)" get nodes', says: 'one command in the cluster' }],
  next: [{ command: 'ckadet env', says: 'for all commands of this shell' }],
  async run(input, { simulator, home, env, out }) {
    const provider = await simulator(home);
    const kubeconfig = await provider.kubeconfig(await chooseCluster(provider, env, input.name));
    await out.data({ kubeconfig }, () => kubeconfig);
  },
});
