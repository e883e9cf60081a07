// ckadet cluster reset: takes the cluster back from its hosts.
import { describeTakenBack, resetOptions, takeBack } from '../../cluster-reset.ts';
import { defineCommand } from '../../command.ts';

export const command = defineCommand({
  description:
    'Returns the hosts to what they were before `create`: the cluster and everything in it is gone, what was started is stopped, files that were made are removed and those that were changed are put back. What ckadet did not do stays.',
  options: resetOptions,
  examples: [{ command: 'ckadet cluster reset', says: 'take the cluster of cluster.yaml back' }],
  next: [{ command: 'ckadet cluster delete', says: 'and forget it here, too' }],
  async run(input, context) {
    const { out } = context;
    const result = await takeBack(input, (cluster) => `Take the cluster ${cluster} back? Everything in it is lost.`, context);
    await out.data(result, () => describeTakenBack(result, input['dry-run'], out));
  },
});
