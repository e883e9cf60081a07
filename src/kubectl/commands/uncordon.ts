// kubectl uncordon
import { defineCommand } from '../command.ts';
import { chooseNodes, NODE_FLAGS, setSchedulable } from '../drain/nodes.ts';

export const command = defineCommand({
  usage: 'NODE',
  long: 'Lets new pods onto a node again.',
  examples: `# node01 is back
kubectl uncordon node01`,
  flags: NODE_FLAGS,
  run: async (call, kubectl) => setSchedulable(await chooseNodes(call, kubectl), 'uncordoned', kubectl),
});
