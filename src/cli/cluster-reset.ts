// Taking a cluster back from its hosts, which `reset` and `delete` share.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import type { LoadedCluster } from '../provision/load.ts';
import { confirmed, dryRunOption, explainOption, parallelOption, withSite, yesOption } from './cluster-place.ts';
import { jsonOption } from './command.ts';
import type { CommandContext } from './context.ts';
import type { Output } from './output/output.ts';
import { fileOption } from './which-cluster.ts';

export const resetOptions = {
  file: fileOption,
  'dry-run': dryRunOption,
  explain: explainOption,
  parallel: parallelOption,
  yes: yesOption,
  json: jsonOption,
} as const;

export interface ResetInput {
  readonly 'dry-run': boolean;
  readonly explain: boolean;
  readonly parallel: number | undefined;
  readonly yes: boolean;
}

export interface TakenBack {
  readonly cluster: string;
  /** Host → what was undone, or would be. */
  readonly undone: Readonly<Record<string, readonly string[]>>;
  /** Kubeconfigs of the person that the context was taken out of. */
  readonly kubeconfigs: readonly string[];
}

export interface TakeBackOptions {
  question(cluster: string): string;
  /** Workers; the whole cluster if not given. */
  readonly only?: readonly string[];
  /** Told once something is about to be changed. */
  onBegun?(cluster: string): void;
}

export async function takeBack(loaded: LoadedCluster, input: ResetInput, context: CommandContext, options: TakeBackOptions): Promise<TakenBack> {
  const { out, home, signal, clock } = context;
  const { question, only, onBegun } = options;
  const { name: cluster } = loaded.spec;
  const dryRun = input['dry-run'];
  if (!dryRun) await confirmed(question(cluster), input.yes, context);
  const { plannedReset, resetCluster } = await import('../provision/runs/reset.ts');
  const reset = async (): Promise<Pick<TakenBack, 'cluster' | 'undone'>> =>
    withSite(
      loaded,
      context,
      async (site) => {
        // Before the hosts are asked: what was begun there must not change in between.
        if (!dryRun) await site.lock(`reset ${cluster}`);
        const plan = await plannedReset(site, signal);
        const undone = Object.fromEntries(plan.tasks.map(({ host, actions }) => [host, actions.map(({ says }) => says)]));
        if (dryRun) return { cluster, undone };
        onBegun?.(cluster);
        const run = { home, signal, progress: out.progress, dryRun, explain: input.explain, parallel: input.parallel ?? loaded.spec.hosts.length };
        await resetCluster(site, plan, { ...run, keepKubeconfig: only !== undefined });
        return { cluster, undone };
      },
      only,
    );
  const taken = await reset();
  if (dryRun) return { ...taken, kubeconfigs: [] };
  const { leaveOut, noteTakenBack } = await import('../provision/cluster-records.ts');
  if (only) {
    await leaveOut(home, cluster, only);
    return { ...taken, kubeconfigs: [] };
  }
  await noteTakenBack(home, cluster);
  const { takeOutOfOwn } = await import('../provision/cluster-kubeconfig.ts');
  return { ...taken, kubeconfigs: await takeOutOfOwn(home, cluster, clock, out.progress) };
}

/** The workers that are named, with commas between. Throws NO_SUCH_HOST or NOT_A_WORKER. */
export function workersIn(words: string, { spec }: LoadedCluster): readonly string[] {
  const names = words
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  const workers = spec.workers.map(({ name }) => name);
  const wrong = names.find((name) => !workers.includes(name));
  if (wrong === undefined && names.length) return names;
  const isHost = spec.hosts.some(({ name }) => name === wrong);
  const near = nearestName(wrong ?? '', workers);
  throw new AppError({
    code: isHost ? 'NOT_A_WORKER' : 'NO_SUCH_HOST',
    what: isHost
      ? `${wrong} is no worker: the cluster ${spec.name} cannot go on without it`
      : `the cluster ${spec.name} has no worker ${wrong ?? ''}`.trimEnd(),
    why: workers.length ? `its workers are ${workers.join(', ')}` : 'it has no workers',
    next: [...(near ? [`did you mean ${near}?`] : []), 'take the whole cluster back: ckadet cluster reset'],
    exitCode: EXIT.usage,
  });
}

export const saysStopped = (cluster: string | undefined, verb: 'reset' | 'delete'): string | undefined =>
  cluster && `stopped: the cluster ${cluster} is taken back in part, and does not work any more. Go on: ckadet cluster ${verb}`;

export function describeTakenBack({ cluster, undone, kubeconfigs }: TakenBack, dryRun: boolean, out: Output): string {
  const hosts = Object.keys(undone);
  if (dryRun && hosts.length)
    return `To be undone:\n${Object.entries(undone)
      .map(([host, says]) => `${host}:\n${says.map((each) => `  - ${each}`).join('\n')}`)
      .join('\n')}`;
  const headline = hosts.length
    ? `${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} as before.`
    : `Nothing is to be undone: no host has anything of ${cluster}.`;
  return [out.style.good(headline), ...saysTakenOut(cluster, kubeconfigs)].join('\n');
}

export const saysTakenOut = (cluster: string, kubeconfigs: readonly string[]): readonly string[] =>
  kubeconfigs.map((path) => `The context of ${cluster} is taken out of ${path}.`);
