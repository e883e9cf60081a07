// ckadet cluster delete: takes the cluster back from its hosts, or has its provider delete it, and forgets it here.
import { anyCluster } from '../../cluster-place.ts';
import { describeTakenBack, resetOptions, takeBack } from '../../cluster-reset.ts';
import { defineCommand } from '../../command.ts';

export const command = defineCommand({
  description:
    'Does what `reset` does, and then removes what is kept of the cluster on this machine: its record, its journal, its kubeconfig. The cluster file stays. A cluster of minikube or kind is deleted by them.',
  options: resetOptions,
  examples: [{ command: 'ckadet cluster delete', says: 'the cluster of cluster.yaml is gone' }],
  async run(input, context) {
    const { out, home } = context;
    const dryRun = input['dry-run'];
    const cluster = await anyCluster(input.file);
    if (cluster.kind === 'local') {
      const { deleteLocalCluster } = await import('../../local-cluster.ts');
      return deleteLocalCluster(cluster.local, input, context);
    }
    const result = await takeBack(input, (cluster) => `Delete the cluster ${cluster}? Everything in it is lost.`, context);
    if (!dryRun) {
      const { forgetCluster } = await import('../../../provision/cluster-records.ts');
      await forgetCluster(home, result.cluster);
    }
    await out.data({ ...result, forgotten: !dryRun }, () =>
      [describeTakenBack(result, dryRun, out), dryRun ? `${result.cluster} would be forgotten here.` : `${result.cluster} is forgotten here.`].join('\n'),
    );
  },
});
