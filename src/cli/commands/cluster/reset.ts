// ckadet cluster reset: takes the cluster back from its hosts.
import { confirmed, dryRunOption, explainOption, fileOption, loadedCluster, parallelOption, withSite, yesOption } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';

export const command = defineCommand({
  description:
    'Returns the hosts to what they were before `create`: the cluster and everything in it is gone, what was started is stopped, files that were made are removed and those that were changed are put back. What ckadet did not do stays.',
  options: { file: fileOption, 'dry-run': dryRunOption, explain: explainOption, parallel: parallelOption, yes: yesOption, json: jsonOption },
  examples: [{ command: 'ckadet cluster reset', says: 'take the cluster of cluster.yaml back' }],
  async run(input, context) {
    const { out, home, signal } = context;
    const loaded = await loadedCluster(input.file);
    const dryRun = input['dry-run'];
    if (!dryRun) await confirmed(`Take the cluster ${loaded.spec.name} back? Everything in it is lost.`, input.yes, context);
    const { plannedReset, resetCluster } = await import('../../../provision/runs/reset.ts');
    const result = await withSite(loaded, context, async (site) => {
      const plan = await plannedReset(site);
      const undone = Object.fromEntries(plan.tasks.map(({ host, actions }) => [host, actions.map(({ says }) => says)]));
      if (dryRun) return { cluster: plan.cluster, undone };
      await resetCluster(site, plan, {
        home,
        signal,
        progress: out.progress,
        dryRun,
        explain: input.explain,
        parallel: input.parallel ?? loaded.spec.hosts.length,
      });
      return { cluster: plan.cluster, undone };
    });
    const hosts = Object.keys(result.undone);
    await out.data(result, () => {
      if (!hosts.length) return out.style.good(`Nothing is to be undone: no host has anything of ${result.cluster}.`);
      if (!dryRun) return out.style.good(`${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} as before.`);
      return `To be undone:\n${Object.entries(result.undone)
        .map(([host, says]) => `${host}:\n${says.map((each) => `  - ${each}`).join('\n')}`)
        .join('\n')}`;
    });
  },
});
