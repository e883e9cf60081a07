// The lab that is going on, with or without its cluster, and which cluster a command means while it does.
import { DEFAULT_CLUSTER } from '../cluster/cluster-record.ts';
import type { ClusterSource } from '../cluster/cluster-source.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import type { Lab } from '../labs/library.ts';
import type { Practice } from '../labs/practice.ts';
import type { Session, SessionPlace } from '../labs/session.ts';
import type { CommandContext } from './context.ts';

export interface RunningLab {
  readonly place: SessionPlace;
  readonly session: Session;
  readonly lab: Lab;
}
export interface Current extends RunningLab {
  readonly practice: Practice;
}

/** What is on disk of the lab that is going on: enough for its task, hints and solutions, whether its cluster runs or not. */
export async function runningLab(context: CommandContext): Promise<RunningLab> {
  const [{ currentSession, demandSetUp, sessionPlace }, { loadLab }] = await Promise.all([import('../labs/session.ts'), import('../labs/library.ts')]);
  const place = sessionPlace(context);
  const session = await currentSession(place);
  await demandSetUp(session);
  return { place, session, lab: await loadLab(session.root, session.lab) };
}

/** The lab that is going on, with the cluster it runs on. Rejects when it cannot be worked on. */
export async function currentPractice(context: CommandContext): Promise<Current> {
  const { demandSetUp } = await import('../labs/session.ts');
  const current = await anyPractice(context);
  await demandSetUp(current.session);
  return current;
}

/** The same for a lab whose set-up was cut short. */
export async function anyPractice(context: CommandContext): Promise<Current> {
  const { home, env } = context;
  const [{ currentSession, demandSameCluster, sessionPlace }, { loadLab }, { practiceWith }] = await Promise.all([
    import('../labs/session.ts'),
    import('../labs/library.ts'),
    import('../labs/practice.ts'),
  ]);
  const place = sessionPlace(context);
  const session = await currentSession(place);
  const lab = await loadLab(session.root, session.lab);
  const [{ selectTarget }, { knownClusters }] = await Promise.all([import('../cluster/select.ts'), import('./known-clusters.ts')]); // bring yaml and zod: not for listing
  const clusters = await knownClusters(context);
  const target = await selectTarget({ cluster: session.cluster, context: session.context }, { clusters, home, env });
  await demandSameCluster(session, target);
  return { place, session, lab, practice: practiceWith(lab, session.variables, target) };
}

/** The existing cluster that a command means: the one named, that of the shell, that of the lab that is going on, the usual one. */
export async function meantCluster(clusters: Pick<ClusterSource, 'list'>, context: CommandContext, name?: string): Promise<string> {
  const [{ chooseCluster }, { loadSession }] = await Promise.all([import('../cluster/select.ts'), import('../labs/session.ts')]);
  if (name !== undefined) return name;
  const session = await loadSession({ home: context.home }).catch((error: unknown) => {
    if (error instanceof AppError) return undefined; // lab commands say what is wrong with it
    throw error;
  });
  return chooseCluster(clusters, context.env, { lab: session?.cluster });
}

/** Starts, resumes or makes a simulated cluster that a lab needs, after asking where somebody can answer. `workers` are those of a new one. */
export async function ensureRunning(name: string, context: CommandContext, workers?: number): Promise<void> {
  const { home, out, signal, interrupts, simulator, questions } = context;
  const provider = await simulator(home);
  const status = (await provider.status()).find((each) => each.name === name);
  if (status?.state === 'running') return;
  const question = status ? `The cluster ${name} does not run. Start it?` : `There is no cluster ${name} yet. Make it?`;
  if (questions.interactive && !(await questions.confirm(question, true)))
    throw new AppError({ code: 'NO_CLUSTER', what: 'a lab needs a cluster', next: [`ckadet up ${name}`], exitCode: EXIT.missingPrerequisite });
  const request = { name, ...(status || workers === undefined ? {} : { workers }) };
  await interrupts.protect(() => provider.up(request, { progress: out.progress, signal }));
}

/** How `ckadet shell` and its like have to be called for a cluster. */
export const named = (command: string, cluster: string): string => (cluster === DEFAULT_CLUSTER ? command : `${command} ${cluster}`);
