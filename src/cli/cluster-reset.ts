// Taking a cluster back from its hosts, which `reset` and `delete` share.
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { nearestName } from '../errors/nearest-name.ts';
import type { ClusterOfHosts } from '../provision/load.ts';
import type { Site } from '../provision/site.ts';
import { consentAfterLook, controlPlanesOf, dryRunOption, explainOption, parallelOption, withSite, yesOption } from './cluster-place.ts';
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
  'skip-unreachable': { summary: 'go on without hosts that cannot be reached; what is on them stays there' },
  json: jsonOption,
} as const;

export interface ResetInput {
  readonly 'dry-run': boolean;
  readonly explain: boolean;
  readonly parallel: number | undefined;
  readonly yes: boolean;
  readonly 'skip-unreachable': boolean;
}

export interface TakenBack {
  readonly cluster: string;
  /** Host → what was undone, or would be. */
  readonly undone: Readonly<Record<string, readonly string[]>>;
  /** Hosts that could not be reached, and were left as they are. */
  readonly away: readonly string[];
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

export async function takeBack(loaded: ClusterOfHosts, input: ResetInput, context: CommandContext, options: TakeBackOptions): Promise<TakenBack> {
  const { home, clock, out } = context;
  const { question, only } = options;
  const { name: cluster } = loaded.spec;
  const dryRun = input['dry-run'];
  const { demandOwnFile } = await import('../provision/made-before.ts');
  const elsewhere = await demandOwnFile(home, loaded);
  const consent = await consentAfterLook(question(cluster), input, context);
  if (only) await demandLeft(loaded, only, context);
  const { undone, away } = await undoOnHosts(loaded, input, context, { ...options, consent });
  if (dryRun) return { cluster, undone, away, kubeconfigs: [] };
  const { leaveOut, noteTakenBack } = await import('../provision/cluster-records.ts');
  if (only) {
    await leaveOut(home, loaded, only);
    return { cluster, undone, away, kubeconfigs: [] };
  }
  if (elsewhere.length)
    out.warn(
      `${elsewhere.join(', ')} of ${cluster} ${elsewhere.length === 1 ? 'is' : 'are'} not in this file, and left as ${elsewhere.length === 1 ? 'it is' : 'they are'}`,
    );
  // What was left on a host is taken back when that can be reached again: until then the cluster is not forgotten.
  if (!away.length && !elsewhere.length) await noteTakenBack(home, cluster);
  const { takeOutOfOwn } = await import('../provision/cluster-kubeconfig.ts');
  return { cluster, undone, away, kubeconfigs: await takeOutOfOwn(home, cluster, clock, out.progress) };
}

/** Rejects where the API knows them as nodes. */
async function demandLeft(loaded: ClusterOfHosts, names: readonly string[], context: CommandContext): Promise<void> {
  const { demandNoNodes } = await import('../provision/members.ts');
  const going = loaded.spec.workers.filter(({ name }) => names.includes(name));
  await withSite(loaded, context, (site) => demandNoNodes(site, going, context.signal), controlPlanesOf(loaded));
}

function undoOnHosts(
  loaded: ClusterOfHosts,
  input: ResetInput,
  context: CommandContext,
  { only, onBegun, consent }: TakeBackOptions & { consent(): Promise<void> },
): Promise<Pick<TakenBack, 'undone' | 'away'>> {
  const { out, home, signal } = context;
  const { name: cluster } = loaded.spec;
  const dryRun = input['dry-run'];
  const work = async (site: Site): Promise<Pick<TakenBack, 'undone' | 'away'>> => {
    const [{ plannedReset, resetCluster }, { noteFinished }, unreachable] = await Promise.all([
      import('../provision/runs/reset.ts'),
      import('../provision/cluster-records.ts'),
      site.unreachable(signal),
    ]);
    const away = [...unreachable.keys()];
    if (away.length && !input['skip-unreachable']) throw hostsAway(unreachable, only !== undefined);
    site.leaveOut(away);
    if (!dryRun) await consent();
    // Before the hosts are asked: what was begun there must not change in between.
    if (!dryRun) await site.lock(`reset ${cluster}`);
    const plan = await plannedReset(site, signal);
    const undone = Object.fromEntries(plan.tasks.map(({ host, actions }) => [host, actions.map(({ says }) => says)]));
    if (dryRun) return { undone, away };
    onBegun?.(cluster);
    if (!only) await noteFinished(home, cluster, false);
    const run = { home, signal, progress: out.progress, dryRun, explain: input.explain, parallel: input.parallel ?? loaded.spec.hosts.length };
    await resetCluster(site, plan, { ...run, keepKubeconfig: only !== undefined });
    return { undone, away };
  };
  return withSite(loaded, context, work, only);
}

function hostsAway(unreachable: ReadonlyMap<string, AppError>, someOnly: boolean): AppError {
  const [first] = unreachable.values();
  const names = [...unreachable.keys()].join(', ');
  return new AppError({
    code: 'HOSTS_UNREACHABLE',
    what: `${names} cannot be reached, and nothing was changed`,
    why: [...unreachable].map(([name, { message }]) => `${name}: ${message}`).join('\n'),
    next: [
      ...(first?.next ?? []),
      'take back the others, and leave on it what is there: the same command with --skip-unreachable',
      ...(someOnly ? [] : ['or, where all hosts are gone for good, only forget the cluster here: ckadet cluster delete --forget']),
    ],
    exitCode: first?.exitCode ?? EXIT.remoteCommand,
  });
}

/** The workers that are named, with commas between. Rejects with NO_SUCH_HOST or NOT_A_WORKER. */
export async function workersIn(words: string, { spec }: ClusterOfHosts, { home }: CommandContext): Promise<readonly string[]> {
  const names = words
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  const workers = spec.workers.map(({ name }) => name);
  const wrong = names.find((name) => !workers.includes(name));
  if (wrong === undefined && names.length) return names;
  const isHost = spec.hosts.some(({ name }) => name === wrong);
  const near = nearestName(wrong ?? '', workers);
  const { readRecord } = await import('../provision/cluster-records.ts');
  const { left = [], members = [] } = (await readRecord(home, spec.name)) ?? {};
  if (!isHost && [...left, ...members].some(({ name }) => name === wrong))
    throw new AppError({
      code: 'NO_SUCH_HOST',
      what: `${wrong} is not in the file any more`,
      why: 'how it is reached stands nowhere else',
      next: [`put back what the file had of ${wrong}, and then again: ckadet cluster reset --hosts ${wrong}`, 'after that take it out of the file'],
      exitCode: EXIT.usage,
    });
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

export interface Telling {
  readonly dryRun: boolean;
  /** The hosts that it was about; all if not given. */
  readonly asked?: readonly string[] | undefined;
  /** What to type for hosts that could not be reached, once they are back. */
  readonly later: string;
}

export function describeTakenBack({ cluster, undone, away, kubeconfigs }: TakenBack, { dryRun, asked, later }: Telling, out: Output): string {
  const hosts = Object.keys(undone);
  const left = away.length ? [`${away.join(', ')} cannot be reached, and what is there stays. Once it can be reached again: ${later}`] : [];
  if (dryRun && hosts.length)
    return ['To be undone:', ...Object.entries(undone).map(([host, says]) => `${host}:\n${says.map((each) => `  - ${each}`).join('\n')}`), ...left].join('\n');
  const nothing = asked ? `${asked.join(', ')} ${asked.length === 1 ? 'has' : 'have'} nothing` : 'no host has anything';
  const headline = hosts.length ? `${hosts.join(', ')} ${hosts.length === 1 ? 'is' : 'are'} as before.` : `Nothing is to be undone: ${nothing} of ${cluster}.`;
  return [out.style.good(headline), ...left, ...saysTakenOut(cluster, kubeconfigs)].join('\n');
}

export const saysTakenOut = (cluster: string, kubeconfigs: readonly string[]): readonly string[] =>
  kubeconfigs.map((path) => `The context of ${cluster} is taken out of ${path}.`);
