// kubectl cordon
import { defineCommand } from '../command.ts';
import { chooseNodes, NODE_FLAGS, setSchedulable } from '../drain/nodes.ts';

export const command = defineCommand({
  usage: 'NODE',
  long: 'Keeps new pods from a node; those that run there stay.',
  examples: `# No new pods for node01
kubectl cordon node01`,
  flags: NODE_FLAGS,
  run: async (call, kubectl) => setSchedulable(await chooseNodes(call, kubectl), 'cordoned', kubectl),
});
