// ckadet cluster reset: takes the cluster back from its hosts.
import { describeTakenBack, resetOptions, saysStopped, takeBack, workersIn } from '../../cluster-reset.ts';
import { defineCommand } from '../../command.ts';
import { nameArgument, withHosts } from '../../which-cluster.ts';

export const command = defineCommand({
  description:
    'Returns the hosts to what they were before `create`: the cluster and everything in it is gone, what was started is stopped, files that were made are removed and those that were changed are put back. What ckadet did not do stays. The context that `kubeconfig --merge` added is taken out again. With --hosts only those workers are returned, and the cluster goes on without them. Each host keeps notes of what was done there; neither the packages nor an unchanged cluster file are needed.',
  arguments: { name: nameArgument },
  options: { ...resetOptions, hosts: { summary: 'only these workers, with commas between; drain and delete their nodes first', value: 'names' } },
  examples: [
    { command: 'ckadet cluster reset', says: 'take the cluster of cluster.yaml back' },
    { command: 'ckadet cluster reset --hosts n4', says: 'take one worker back, after: kubectl drain n4; kubectl delete node n4' },
  ],
  next: [{ command: 'ckadet cluster delete', says: 'and forget it here, too' }],
  async run(input, context) {
    const { out } = context;
    let begun: string | undefined;
    await withHosts(
      input,
      context,
      async (loaded, repeat) => {
        const only = input.hosts === undefined ? undefined : await workersIn(input.hosts, loaded, context);
        const result = await takeBack(loaded, input, context, {
          question: (cluster) =>
            only
              ? `Take ${only.join(', ')} back from the cluster ${cluster}? What runs there is lost.`
              : `Take the cluster ${cluster} back? Everything in it is lost.`,
          ...(only ? { only } : {}),
          onBegun: (cluster) => void (begun = cluster),
        });
        await out.data(result, () => repeat(describeTakenBack(result, { dryRun: input['dry-run'], asked: only, later: 'ckadet cluster reset' }, out)));
      },
      () => saysStopped(begun, 'reset'),
    );
  },
});
