// Makes a cluster: gather, validate, mutate; and again until it is finished.
import { createHash } from 'node:crypto';
import type { Home } from '../../platform/home.ts';
import { AppError } from '../../errors/app-error.ts';
import { EXIT } from '../../errors/exit-codes.ts';
import { nearestName } from '../../errors/nearest-name.ts';
import type { Host } from '../../hosts/host.ts';
import { type ClusterSpec, hostPort } from '../cluster-file/cluster-spec.ts';
import { fetchKubeconfig } from '../cluster-kubeconfig.ts';
import { noteFinished, recordCluster } from '../cluster-records.ts';
import type { Gate } from '../gate/gate.ts';
import { readJournal } from '../gate/journal.ts';
import { noteOwner, STATE_FOLDER } from '../host-state.ts';
import { layoutOf } from '../later-changes.ts';
import { createPlan, type LoadedCluster } from '../load.ts';
import { demandAsMade, demandNoneLeft } from '../made-before.ts';
import { standingOf } from '../standing.ts';
import type { Standing } from '../phases/phase.ts';
import type { Plan } from '../plan/action.ts';
import type { Finding } from '../preflight/check.ts';
import { demandNoRed, preflight, type PreflightReport } from '../preflight/preflight.ts';
import { allFacts, journalPath, type Site, waitingFor } from '../site.ts';
import { type RunOptions, runPlan } from './run-plan.ts';

export interface CreateOptions extends Omit<RunOptions, 'done' | 'packages'> {
  readonly home: Home;
  /** Begin at this phase: those before it are taken as done. */
  readonly fromPhase?: string;
  /** Leave out what the last run of the same plan has finished, without looking at the hosts again. */
  readonly resume: boolean;
  /** Told of what the checks found, before a red one stops the run. */
  onPreflight?(findings: readonly Finding[]): void | Promise<void>;
  /** Asked once everything was looked at, and before anything is changed. Rejects where nobody agrees. */
  consent?(): Promise<void>;
  /** From here on something is changed. */
  onBegun?(): void;
}

export interface CreateResult {
  readonly cluster: string;
  /** Host → what was changed, or would be. */
  readonly changes: Readonly<Record<string, readonly string[]>>;
  /** Undefined in a dry run. */
  readonly kubeconfig: string | undefined;
  readonly endpoint: string;
  /** What the checks before the run found. */
  readonly preflight: readonly Finding[];
}

export async function createCluster(site: Site<LoadedCluster>, options: CreateOptions): Promise<CreateResult> {
  const { home, dryRun, fromPhase, resume } = options;
  const { spec } = site.loaded;
  const { findings, surveys, standing, bare } = await askHosts(site, options);
  await options.onPreflight?.(findings);
  demandNoRed(findings);
  const facts = allFacts(spec.hosts, surveys);
  let plan = createPlan(site.loaded, facts, standing);
  if (!dryRun) {
    await options.consent?.();
    plan = await options.progress.step('Keep other runs off, and see what the last one left', async () => {
      await site.lock(`create ${spec.name}`);
      // A node may be back since: what runs on it must not be cleared away.
      return createPlan(site.loaded, facts, await standingOf(site, site.signal, true));
    });
    options.onBegun?.();
    const gate = site.gates({ values: [] }, await site.openJournal('create'), dryRun, undefined);
    await site.onAll((host) => take(host, gate(host.name), spec, site.signal));
    await noteRun(site, plan);
    await recordCluster(home, site.loaded, site.clock);
  }
  const done = new Set([
    ...before(plan, fromPhase === undefined ? undefined : phaseIn(site.loaded, fromPhase)),
    ...(resume ? (await doneByJournal(plan, journalPath(home, spec.name))).filter((id) => !isOn(plan, id, bare)) : []),
  ]);
  const { changes } = await runPlan(plan, site, 'create', { ...options, done, packages: site.loaded.packages });
  const kubeconfig = dryRun ? undefined : await fetchKubeconfig(site, home);
  if (!dryRun) await noteFinished(home, spec.name);
  return {
    cluster: spec.name,
    changes: Object.fromEntries([...changes].filter(([, said]) => said.length)),
    kubeconfig,
    endpoint: `https://${hostPort(spec.endpoint.address, spec.endpoint.port)}`,
    preflight: findings,
  };
}

interface Asked extends PreflightReport {
  readonly standing: Standing;
  /** Hosts that do not belong to the cluster yet, whatever a journal says of those that had their names. */
  readonly bare: ReadonlySet<string>;
}

const isOn = (plan: Plan, id: string, hosts: ReadonlySet<string>): boolean => plan.tasks.some((task) => task.id === id && hosts.has(task.host));

const askHosts = (site: Site<LoadedCluster>, { home, progress, signal }: CreateOptions): Promise<Asked> =>
  progress.step(`Ask ${site.names.length === 1 ? 'the host' : `${site.names.length} hosts`} what they are`, async () => {
    // A host that cannot be reached, or has no sudo, tells so better than any table of checks.
    await site.demandAnswers(signal, (hosts) => progress.note(waitingFor(hosts)));
    const bare = new Set<string>();
    await site.onAll(async (host) => {
      if (!(await demandAsMade(host, site.loaded.spec, signal))) bare.add(host.name);
    });
    await demandNoneLeft(site, home, signal);
    const standing = await standingOf(site, signal);
    return { ...(await preflight(site, signal)), standing, bare };
  });

/** Makes the host this cluster's. Asked again whose it is: before the lock, another run may have taken it. */
async function take(host: Host, gate: Gate, spec: ClusterSpec, signal: AbortSignal): Promise<void> {
  if (await demandAsMade(host, spec, signal)) return;
  const says = `note in ${STATE_FOLDER} that it belongs to ${spec.name}`;
  await gate.runOnce({ task: '', action: 'owner', says, reason: 'it is nobody’s yet, or less was noted', script: noteOwner(spec.name, layoutOf(spec)) });
}

/** The phase as it is called. Throws NO_SUCH_PHASE. */
export function phaseIn(loaded: LoadedCluster, phase: string): string {
  const names = createPlan(loaded).phases.map(({ name }) => name);
  if (names.includes(phase)) return phase;
  const near = nearestName(phase, names);
  throw new AppError({
    code: 'NO_SUCH_PHASE',
    what: `there is no phase ${phase}`,
    why: `the phases of this cluster are ${names.join(', ')}`,
    next: [...(near ? [`did you mean ${near}?`] : []), 'see what each of them does: ckadet cluster plan'],
    exitCode: EXIT.usage,
  });
}

/** The tasks of the phases before `phase`. */
function before(plan: Plan, phase: string | undefined): readonly string[] {
  if (phase === undefined) return [];
  const names = plan.phases.map(({ name }) => name);
  const earlier = new Set(names.slice(0, names.indexOf(phase)));
  return plan.tasks.filter((task) => earlier.has(task.phase)).map(({ id }) => id);
}

const RUN = 'plan';
const fingerprint = (plan: Plan): string => createHash('sha256').update(JSON.stringify(plan.tasks)).digest('hex').slice(0, 16);

async function noteRun(site: Site, plan: Plan): Promise<void> {
  const journal = await site.openJournal('create');
  await journal.write({ host: '', task: '', action: RUN, says: fingerprint(plan), reason: '', outcome: 'begun' });
}

/** What the journal says the last runs of this very plan have finished. Another plan, or a reset, and it says nothing. */
async function doneByJournal(plan: Plan, path: string): Promise<readonly string[]> {
  const { entries } = await readJournal(path);
  const done = new Set<string>();
  for (const { run, action, says, task, outcome } of entries) {
    if (run === 'reset' || (action === RUN && says !== fingerprint(plan))) done.clear();
    else if (outcome === 'task-done') done.add(task);
  }
  return plan.tasks.map(({ id }) => id).filter((id) => done.has(id) && !id.startsWith('verify/'));
}
