// ckadet cluster delete: takes the cluster back from its hosts, or has its provider delete it, and forgets it here.
import type { AnyCluster } from '../../../provision/load.ts';
import { shellWord } from '../../../platform/shell-quote.ts';
import { confirmed } from '../../cluster-place.ts';
import { describeTakenBack, resetOptions, saysStopped, saysTakenOut, takeBack } from '../../cluster-reset.ts';
import { defineCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { nameArgument, type Which, withCluster } from '../../which-cluster.ts';

export const command = defineCommand({
  description:
    'Does what `reset` does, and then removes what is kept of the cluster on this machine: its record, its journal, its kubeconfig. The cluster file stays. A cluster of minikube or kind is deleted by them. With --forget, for a cluster whose hosts are gone, no host is asked: only what is kept here is removed.',
  arguments: { name: nameArgument },
  options: { ...resetOptions, forget: { summary: 'ask no host: only forget it here; for hosts that are gone' } },
  examples: [
    { command: 'ckadet cluster delete', says: 'the cluster of cluster.yaml is gone' },
    { command: 'ckadet cluster delete lab --forget', says: 'its hosts are gone already' },
  ],
  async run(input, context) {
    const { out, home } = context;
    const dryRun = input['dry-run'];
    if (input.forget) return forget(input, dryRun, input.yes, context);
    let begun: string | undefined;
    const work = async (cluster: AnyCluster): Promise<void> => {
      if (cluster.kind === 'local') {
        const { deleteLocalCluster } = await import('../../local-cluster.ts');
        return deleteLocalCluster(cluster.local, input, context);
      }
      const result = await takeBack(cluster.loaded, input, context, {
        question: (name) => `Delete the cluster ${name}? Everything in it is lost.`,
        onBegun: (name) => void (begun = name),
      });
      const { fileForLater, forgetCluster } = await import('../../../provision/cluster-records.ts');
      const { path } = cluster.loaded;
      const file = result.away.length && !dryRun ? await fileForLater(home, result.cluster, path) : path;
      if (!dryRun) await forgetCluster(home, result.cluster);
      await out.data({ ...result, forgotten: !dryRun }, () =>
        [
          describeTakenBack(result, { dryRun, later: withItsFile(file) }, out),
          dryRun ? `${result.cluster} would be forgotten here.` : `${result.cluster} is forgotten here.`,
        ].join('\n'),
      );
    };
    await withCluster(input, context, work, () => saysStopped(begun, 'delete'));
  },
});

const withItsFile = (path: string): string => `ckadet cluster reset -f ${shellWord(path)}`;

interface Forgettable {
  readonly cluster: string;
  /** Where something of it may be left. */
  readonly left: string;
  readonly provider: string;
  /** Empty for a cluster of this machine. */
  readonly hosts: readonly string[];
  /** That it was made with. */
  readonly file: string;
}

async function forget(which: Which, dryRun: boolean, yes: boolean, context: CommandContext): Promise<void> {
  const { out, home, clock } = context;
  const { cluster, left: where, provider, hosts, file } = await forgettable(which, context);
  // A journal alone is of a dry run, or of a run that never began.
  const isKnown = await isKept(context, cluster);
  if (!isKnown) {
    const { forgetCluster } = await import('../../../provision/cluster-records.ts');
    if (!dryRun) await forgetCluster(home, cluster);
    return out.data(
      { cluster, undone: {}, kubeconfigs: [], forgotten: false, left: null },
      () => `Nothing is to be forgotten: no cluster ${cluster} was made from here.`,
    );
  }
  const [{ fileForLater, forgetCluster, readRecord }, { takeOutOfOwn }] = await Promise.all([
    import('../../../provision/cluster-records.ts'),
    import('../../../provision/cluster-kubeconfig.ts'),
  ]);
  // Nothing is left of one that was taken back whole.
  const left = (await readRecord(home, cluster))?.takenBack ? null : where;
  if (!dryRun) await confirmed(`Forget the cluster ${cluster} here?${left === null ? '' : ` ${left} is not cleaned.`}`, yes, context);
  const kubeconfigs = dryRun ? [] : await takeOutOfOwn(home, cluster, clock, out.progress);
  const kept = left !== null && hosts.length && !dryRun ? await fileForLater(home, cluster, file) : file;
  if (!dryRun) await forgetCluster(home, cluster);
  const later = hosts.length
    ? `should they come back, take it back there with the file that it was made with: ${withItsFile(kept)}`
    : `see what is there: ${provider === 'kind' ? 'kind get clusters' : 'minikube profile list'}`;
  await out.data({ cluster, undone: {}, kubeconfigs, forgotten: !dryRun, left }, () =>
    [
      out.style.good(dryRun ? `${cluster} would be forgotten here.` : `${cluster} is forgotten here.`),
      ...saysTakenOut(cluster, kubeconfigs),
      ...(left === null ? [] : [`${left} ${dryRun ? 'would not be' : 'was not'} cleaned: ${later}`]),
    ].join('\n'),
  );
}

/** Whether it was made from here, or its context was added to a kubeconfig. */
async function isKept({ home }: CommandContext, cluster: string): Promise<boolean> {
  const [{ isRecorded }, { isMerged }] = await Promise.all([
    import('../../../provision/cluster-records.ts'),
    import('../../../provision/cluster-kubeconfig.ts'),
  ]);
  return (await isRecorded(home, cluster)) || isMerged(home, cluster);
}

/** By the record alone where there is one: the file may be gone like the hosts. */
async function forgettable(which: Which, context: CommandContext): Promise<Forgettable> {
  if (which.name !== undefined && which.file === undefined) {
    const { knownRecord } = await import('../../../provision/known-cluster.ts');
    const { name, provider, hosts, file } = await knownRecord(context.home, which.name);
    return describe(name, provider, hosts, file);
  }
  return withCluster(which, context, async (cluster) =>
    cluster.kind === 'local'
      ? describe(cluster.local.cluster.name, cluster.local.cluster.provider, [], cluster.local.path)
      : describe(
          cluster.loaded.spec.name,
          cluster.loaded.spec.file.provider,
          cluster.loaded.spec.hosts.map(({ name }) => name),
          cluster.loaded.path,
        ),
  );
}

const describe = (cluster: string, provider: string, hosts: readonly string[], file: string): Forgettable => ({
  cluster,
  provider,
  hosts,
  file,
  left: hosts.length ? `What was done on ${hosts.join(', ')}` : `What ${provider} has of it`,
});
