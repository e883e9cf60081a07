// ckadet cluster create: makes the cluster of the file, or finishes it.
import { silentProgress } from '../../../platform/progress.ts';
import type { AnyCluster } from '../../../provision/load.ts';
import type { Finding } from '../../../provision/preflight/check.ts';
import { clusterMade } from '../../cluster-made.ts';
import { consentAfterLook, dryRunOption, explainOption, parallelOption, withSite, yesOption } from '../../cluster-place.ts';
import { defineCommand, jsonOption } from '../../command.ts';
import { demandFreeName } from '../../known-clusters.ts';
import { fileOption, nameArgument, type Repeat, withCluster } from '../../which-cluster.ts';

export const command = defineCommand({
  description:
    'Makes the cluster: asks all hosts what they are, checks that they fit, and only then changes anything. It can be run again at any time: what is done is left as it is, and a run that was cut off is continued.',
  arguments: { name: nameArgument },
  options: {
    file: fileOption,
    'dry-run': dryRunOption,
    explain: explainOption,
    parallel: parallelOption,
    'from-phase': { summary: 'begin at this phase; see `plan` for their names', value: 'phase' },
    resume: { summary: 'leave out what the last run has finished, without looking at it again' },
    yes: yesOption,
    json: jsonOption,
  },
  examples: [
    { command: 'ckadet cluster create', says: 'make the cluster of cluster.yaml' },
    { command: 'ckadet cluster create --dry-run', says: 'see what is still to be done' },
    { command: 'ckadet cluster create --explain', says: 'and learn why' },
  ],
  next: [
    { command: 'ckadet cluster kubeconfig', says: 'the way in' },
    { command: 'ckadet cluster status', says: 'how it is' },
    { command: 'ckadet lab start LAB --cluster NAME', says: 'practise on it' },
    { command: 'ckadet cluster reset', says: 'take it back' },
  ],
  async run(input, context) {
    const { out, home, signal } = context;
    const dryRun = input['dry-run'];
    let begun: string | undefined;
    const left = (): string | undefined =>
      begun && `stopped: ${begun}. Go on: ckadet cluster create --resume. Or take back what was done: ckadet cluster reset`;
    const make = async (cluster: AnyCluster, repeat: Repeat): Promise<void> => {
      const { demandUnchanged, versionMade } = await import('../../../provision/made-before.ts');
      const lookBack = async (any: AnyCluster): Promise<void> => {
        const remark = await demandUnchanged(home, any);
        if (remark !== undefined) out.warn(remark);
      };
      if (cluster.kind === 'local') {
        await lookBack(cluster);
        const { createLocalCluster } = await import('../../local-cluster.ts');
        return createLocalCluster(cluster.local, input, context, repeat);
      }
      const { withPackages } = await import('../../../provision/load.ts');
      const loaded = await withPackages(cluster.loaded, await versionMade(home, cluster.loaded.spec.name));
      await lookBack({ kind: 'hosts', loaded });
      const { spec } = loaded;
      await demandFreeName(spec.name, context);
      const { createCluster, phaseIn } = await import('../../../provision/runs/create.ts');
      const fromPhase = input['from-phase'] === undefined ? undefined : phaseIn(loaded, input['from-phase']);
      const names = spec.hosts.map(({ name }) => name).join(', ');
      const consent = await consentAfterLook(`Make the cluster ${spec.name} of ${names}?`, input, context);
      const { preflightTable, remarks } = await import('../../preflight-table.ts');
      // Only what is not green, and outside of a dry run reds are in the error.
      const onPreflight = async (findings: readonly Finding[]): Promise<void> => {
        if (dryRun) out.printRaw(`${repeat(await preflightTable(findings, out, { withGreen: false }))}\n`);
        else
          for (const line of remarks(
            findings.filter(({ colour }) => colour === 'yellow'),
            out,
          ))
            if (line) out.progress.note(repeat(line));
      };
      const result = await withSite(loaded, context, (site) =>
        createCluster(site, {
          home,
          signal,
          // What would be done is told at the end; lanes would look as if it were done.
          progress: dryRun ? { ...out.progress, lanes: silentProgress.lanes } : out.progress,
          dryRun,
          explain: input.explain,
          parallel: input.parallel ?? spec.hosts.length,
          resume: input.resume,
          onPreflight,
          consent,
          onBegun: () => void (begun = `the cluster ${spec.name} is half made on ${names}`),
          ...(fromPhase === undefined ? {} : { fromPhase }),
        }),
      );
      const changed = Object.entries(result.changes);
      await out.data(result, () => {
        const list = changed.map(([host, changes]) => `${host}:\n${changes.map((change) => `  - ${change}`).join('\n')}`).join('\n');
        if (dryRun) return changed.length ? `To be done:\n${list}` : out.style.good('Nothing is to be done: the cluster is as the file says.');
        const { cluster, endpoint, kubeconfig } = result;
        return clusterMade({ name: cluster, at: endpoint, kubeconfig, isNew: changed.length > 0 }, repeat, out);
      });
    };
    await withCluster(input, context, make, left);
  },
});
