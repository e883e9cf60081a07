// Clusters that a provider makes on this machine: made, removed, reached. The work is the provider's; looking first, the journal and the record are ours.
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import type { Clock } from '../../platform/clock.ts';
import { readText, writeFileAtomic } from '../../platform/files.ts';
import type { Home } from '../../platform/home.ts';
import { shellWord } from '../../platform/shell-quote.ts';
import { withLock } from '../../platform/lock.ts';
import type { Progress } from '../../platform/progress.ts';
import { kubeconfigPath } from '../cluster-kubeconfig.ts';
import { noteFinished, readRecord, recordLocal } from '../cluster-records.ts';
import { openJournal } from '../gate/journal.ts';
import { Redactor } from '../gate/redaction.ts';
import type { LoadedLocal } from '../load.ts';
import { carryOutLocal } from '../providers/local/local-gate.ts';
import type { LocalPlan } from '../providers/local/local-plan.ts';
import type { Machine } from '../providers/local/machine.ts';
import type { Detection, LocalCluster, LocalState, Place } from '../providers/provider.ts';
import { journalPath } from '../site.ts';

const LOCK_TIMEOUT_MS = 2_000;

export interface LocalWork {
  readonly home: Home;
  readonly machine: Machine;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  readonly explain: boolean;
}

export interface LocalResult {
  readonly cluster: string;
  readonly provider: string;
  /** What was found or chosen on this machine: `minikube` → `v1.37.0`, `driver` → `docker`. */
  readonly machine: Readonly<Record<string, string>>;
  /** What was changed, or would be. */
  readonly changes: readonly string[];
}

export const placeOf = (home: Home, cluster: string): Place => ({
  kubeconfig: kubeconfigPath(home, cluster),
  path: (name) => home.path('provision', cluster, name),
});

/** `consent` is asked once this machine was looked at, and before anything is changed; it rejects where nobody agrees. */
export async function createLocal(
  { cluster, path }: LoadedLocal,
  work: LocalWork,
  consent: () => Promise<void> = () => Promise.resolve(),
): Promise<LocalResult & { readonly kubeconfig: string | undefined }> {
  const { home, dryRun } = work;
  const place = placeOf(home, cluster.name);
  const { detection, state } = await look(cluster, place, work);
  const machine = { ...detection.found, ...detection.chosen };
  const told = { cluster: cluster.name, provider: cluster.provider, machine };
  await demandOwn(cluster, state, home);
  const isHalf = (await readRecord(home, cluster.name))?.finished === false;
  if (state.state === 'running' && isHalf && !cluster.resumes) throw halfMade(cluster);
  if (state.state === 'running' && !isHalf) {
    demandSize(cluster, state);
    // Fetched even where one is here: somebody may have made the cluster anew, or started it at another port.
    return { ...told, changes: [], kubeconfig: dryRun ? undefined : await fetched(cluster, place, work) };
  }
  const plan = cluster.plan(detection, place);
  if (!dryRun) await consent();
  const { changes } = await locked(cluster, 'create', work, async () => {
    if (!dryRun) await recordLocal(home, { cluster, path }, work.clock);
    const done = await run(plan, 'create', work);
    if (!dryRun) {
      await keepPrivate(place);
      await noteFinished(home, cluster.name);
    }
    return done;
  });
  return { ...told, changes, kubeconfig: dryRun ? undefined : place.kubeconfig };
}

export async function deleteLocal({ cluster }: LoadedLocal, work: LocalWork): Promise<LocalResult> {
  const place = placeOf(work.home, cluster.name);
  const { detection, state } = await look(cluster, place, work, { withoutEngine: true });
  const told = { cluster: cluster.name, provider: cluster.provider, machine: detection.found };
  await demandOwn(cluster, state, work.home);
  if (state.state === 'absent') return { ...told, changes: [] };
  const { changes } = await locked(cluster, 'delete', work, () => run(cluster.removal(place), 'delete', work));
  return { ...told, changes };
}

/** The path of its kubeconfig, fetched from the provider. Rejects with CLUSTER_NOT_MADE. */
export async function localKubeconfig({ cluster }: LoadedLocal, work: LocalWork): Promise<string> {
  const place = placeOf(work.home, cluster.name);
  const { state } = await look(cluster, place, work, { withoutEngine: true });
  if (state.state === 'absent')
    throw new AppError({
      code: 'CLUSTER_NOT_MADE',
      what: `the cluster ${cluster.name} is not made yet`,
      why: `${cluster.provider} knows none of that name`,
      next: ['make it: ckadet cluster create'],
      exitCode: EXIT.missingPrerequisite,
    });
  return fetched(cluster, place, work);
}

async function fetched(cluster: LocalCluster, place: Place, work: LocalWork): Promise<string> {
  const { printed, ...plan } = cluster.kubeconfigPlan(place);
  const { stdout } = await run(plan, 'kubeconfig', work);
  if (printed) await writeFileAtomic(place.kubeconfig, `${stdout.trimEnd()}\n`, { mode: 0o600 });
  else await keepPrivate(place);
  return place.kubeconfig;
}

/** Whoever wrote the kubeconfig, only its owner reads it. */
async function keepPrivate({ kubeconfig }: Place): Promise<void> {
  const text = await readText(kubeconfig);
  if (text !== undefined) await writeFileAtomic(kubeconfig, text, { mode: 0o600 });
}

/** What is there. Rejects with PROVIDER_MISSING; an engine that does not work hinders only making a cluster. */
async function look(
  cluster: LocalCluster,
  place: Place,
  { machine, progress }: LocalWork,
  { withoutEngine = false } = {},
): Promise<{ readonly detection: Detection; readonly state: LocalState }> {
  return progress.step('Look at this machine', async () => {
    const detection = await cluster.detect(machine);
    if (withoutEngine ? !detection.found[cluster.provider] : detection.missing.length) throw missing(cluster, detection);
    return { detection, state: await cluster.state(machine, place) };
  });
}

function missing({ name, provider }: LocalCluster, { missing: list }: Detection): AppError {
  const [first] = list;
  return new AppError({
    code: 'PROVIDER_MISSING',
    what: list.length === 1 && first ? first.what : `${name} cannot be made by ${provider} on this machine yet`,
    why: list.length === 1 && first ? first.why : list.map(({ what, why }) => `${what}: ${why}`).join('\n'),
    next: list.flatMap(({ get }) => get),
    exitCode: EXIT.missingPrerequisite,
  });
}

/** A cluster of that name that was made by other hands, or by another provider, is left alone, and so is what is kept of it. */
async function demandOwn({ name, provider, hints }: LocalCluster, { state }: LocalState, home: Home): Promise<void> {
  const record = await readRecord(home, name);
  const isStanding = record !== undefined && !record.takenBack;
  if (isStanding && record.provider !== provider)
    throw new AppError({
      code: 'OTHER_CLUSTER',
      what: `the cluster ${name} that was made from here is one of ${record.provider}, and not of ${provider}: nothing was changed`,
      why: `it was made with ${record.file}`,
      next: [`see it: ckadet cluster status -f ${shellWord(record.file)}`, 'give yours another name in the cluster file'],
      exitCode: EXIT.invalidFile,
    });
  if (state === 'absent' || isStanding) return;
  throw new AppError({
    code: 'CLUSTER_TAKEN',
    what: `${provider} has a cluster ${name} already, and ckadet did not make it`,
    why: 'it may be in use: it is neither changed nor deleted',
    next: ['give yours another name in the cluster file', `or delete that one, with everything in it: ${hints.remove}`],
    exitCode: EXIT.missingPrerequisite,
  });
}

const halfMade = ({ name, provider }: LocalCluster): AppError =>
  new AppError({
    code: 'HALF_MADE',
    what: `${name} was not finished when it was made`,
    why: `${provider} does not go on with a cluster that is there`,
    next: ['delete it, and make it anew: ckadet cluster delete, then ckadet cluster create'],
    exitCode: EXIT.missingPrerequisite,
  });

function demandSize({ name, provider, nodeCount, hints }: LocalCluster, { nodes }: LocalState): void {
  if (!nodes.length || nodes.length === nodeCount) return;
  throw new AppError({
    code: 'CLUSTER_DIFFERS',
    what: `${name} has ${nodes.length} node${nodes.length === 1 ? '' : 's'}, and the file says ${nodeCount}`,
    why: `${provider} does not change the number of nodes of a cluster by starting it again`,
    next: ['make it anew: ckadet cluster delete, then ckadet cluster create', `or change it by hand: ${hints.changeSize}`, 'or correct the cluster file'],
    exitCode: EXIT.missingPrerequisite,
  });
}

async function run(plan: LocalPlan, what: string, work: LocalWork): Promise<Awaited<ReturnType<typeof carryOutLocal>>> {
  const redactor = new Redactor();
  const journal = await openJournal(journalPath(work.home, plan.cluster), work.dryRun ? `${what} --dry-run` : what, work.clock, redactor);
  return carryOutLocal(plan, { ...work, journal, redactor });
}

function locked<T>({ name }: LocalCluster, doing: string, { home, clock, dryRun, signal }: LocalWork, work: () => Promise<T>): Promise<T> {
  return dryRun ? work() : withLock(home.path('provision', name, 'lock'), { doing: `${doing} ${name}`, clock, timeoutMs: LOCK_TIMEOUT_MS, signal }, work);
}
