// Taking a cluster back from its hosts, which `reset` and `delete` share.
import { confirmed, dryRunOption, explainOption, fileOption, loadedCluster, parallelOption, withSite, yesOption } from './cluster-place.ts';
import { jsonOption } from './command.ts';
import type { CommandContext } from './context.ts';
import type { Output } from './output/output.ts';

export const resetOptions = {
  file: fileOption,
  'dry-run': dryRunOption,
  explain: explainOption,
  parallel: parallelOption,
  yes: yesOption,
  json: jsonOption,
} as const;

export interface ResetInput {
  readonly file: string | undefined;
  readonly 'dry-run': boolean;
  readonly explain: boolean;
  readonly parallel: number | undefined;
  readonly yes: boolean;
}

export interface TakenBack {
  readonly cluster: string;
  /** Host → what was undone, or would be. */
  readonly undone: Readonly<Record<string, readonly string[]>>;
}

export async function takeBack(input: ResetInput, question: (cluster: string) => string, context: CommandContext): Promise<TakenBack> {
  const { out, home, signal } = context;
  const loaded = await loadedCluster(input.file);
  const dryRun = input['dry-run'];
  if (!dryRun) await confirmed(question(loaded.spec.name), input.yes, context);
  const { plannedReset, resetCluster } = await import('../provision/runs/reset.ts');
  return withSite(loaded, context, async (site) => {
    // Before the hosts are asked: what was begun there must not change in between.
    if (!dryRun) await site.lock(`reset ${loaded.spec.name}`);
    const plan = await plannedReset(site, signal);
    const undone = Object.fromEntries(plan.tasks.map(({ host, actions }) => [host, actions.map(({ says }) => says)]));
    if (!dryRun) {
      await resetCluster(site, plan, {
        home,
        signal,
        progress: out.progress,
        dryRun,
        explain: input.explain,
        parallel: input.parallel ?? loaded.spec.hosts.length,
      });
      const { removeRecord } = await import('../provision/cluster-records.ts');
      await removeRecord(home, plan.cluster);
    }
    return { cluster: plan.cluster, undone };
  });
}

export function describeTakenBack({ cluster, undone }: TakenBack, dryRun: boolean, out: Output): string {
  const hosts = Object.keys(undone);
  if (!hosts.length) return out.style.good(`Nothing is to be undone: no host has anything of ${cluster}.`);
  if (!dryRun) return out.style.good(`${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} as before.`);
  return `To be undone:\n${Object.entries(undone)
    .map(([host, says]) => `${host}:\n${says.map((each) => `  - ${each}`).join('\n')}`)
    .join('\n')}`;
}
