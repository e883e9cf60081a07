// The lab that is going on, on disk: which, with which values, on which cluster, and what has to be put back.
import * as z from 'zod/mini';
import type { ClusterTarget } from '../cluster/target.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { namespaces } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import type { Clock } from '../platform/clock.ts';
import { readText, remove, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import { withLock } from '../platform/lock.ts';
import { isAlive } from '../platform/process-identity.ts';
import type { Practice, Traces } from './practice.ts';

const taint = z.object({ key: z.string(), effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']), value: z.exactOptional(z.string()) });
const sessionSchema = z.object({
  lab: z.string(),
  /** The folder of labs it came from. */
  root: z.string(),
  seed: z.number(),
  variables: z.record(z.string(), z.string()),
  cluster: z.exactOptional(z.string()),
  context: z.exactOptional(z.string()),
  /** Tells the cluster from one of the same name that was made later. */
  clusterId: z.exactOptional(z.string()),
  startedAt: z.number(),
  hints: z.number(),
  solutionShown: z.boolean(),
  /** False while the set-up has not come to its end. */
  isSetUp: z.boolean(),
  /** The process that is at the set-up; none once it has come to its end. */
  setUpBy: z.exactOptional(z.object({ pid: z.int().check(z.positive()), startedAt: z.exactOptional(z.string()) })),
  made: z.array(z.object({ kind: z.string(), apiVersion: z.string(), name: z.string(), namespace: z.exactOptional(z.string()) })),
  nodes: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()), taints: z.array(taint), unschedulable: z.boolean() })),
  metAtStart: z.exactOptional(z.record(z.string(), z.array(z.string()))),
});
export type Session = z.infer<typeof sessionSchema>;

/** Where a session is kept: one for the learner, and one with each cluster of a tour, for the shell that the tour opens. */
export interface SessionPlace {
  readonly home: Home;
  /** The cluster of the tour. */
  readonly tour?: string | undefined;
}

/** Set in the shell of a tour, to the name of its cluster. */
export const TOUR_VARIABLE = 'CKADET_TOUR';
export const sessionPlace = ({ home, env }: { readonly home: Home; readonly env: Readonly<Record<string, string | undefined>> }): SessionPlace => ({
  home,
  tour: env[TOUR_VARIABLE] || undefined,
});

const fileOf = ({ home, tour }: SessionPlace): string => (tour ? home.path('clusters', tour, 'session.json') : home.path('session.json'));

/** Refuses in the shell of a tour what would take its lab from under it. */
export function demandNoTour({ tour }: SessionPlace, what: string): void {
  if (tour === undefined) return;
  throw new AppError({
    code: 'THE_TOUR',
    what,
    why: 'this shell belongs to the tour, which grades its lab and cleans up by itself',
    next: ['be graded: exit', 'read the task again: ckadet lab show', 'get a hint: ckadet lab hint'],
    exitCode: EXIT.usage,
  });
}

/** Undefined when no lab is going on. Rejects with SESSION_DAMAGED when its file makes no sense. */
export async function loadSession(place: SessionPlace): Promise<Session | undefined> {
  const text = await readText(fileOf(place));
  if (text === undefined) return undefined;
  try {
    return sessionSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError({
      code: 'SESSION_DAMAGED',
      what: `the running lab cannot be read from ${fileOf(place)}`,
      why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      next: ['remove that file and start the lab again; what the lab made is still in the cluster'],
      exitCode: EXIT.invalidFile,
      cause: error,
    });
  }
}

export async function currentSession(place: SessionPlace): Promise<Session> {
  const session = await loadSession(place);
  if (!session)
    throw new AppError({
      code: 'NO_SESSION',
      what: 'no lab is going on',
      next: ['see the labs: ckadet lab list', 'begin one: ckadet lab start LAB'],
      exitCode: EXIT.usage,
    });
  return session;
}

/** Refuses a lab that another ckadet is setting up at this moment. */
export async function demandNotBeingSetUp({ lab, isSetUp, setUpBy }: Session): Promise<void> {
  if (isSetUp || !setUpBy || !(await isAlive(setUpBy))) return;
  throw new AppError({
    code: 'SETUP_GOES_ON',
    what: `the lab ${lab} is being set up`,
    why: `another ckadet is at it (pid ${setUpBy.pid}) and shows the task when it is ready`,
    next: [
      'wait until it has finished, then: ckadet lab show',
      `or stop it with Ctrl-C there, or from here: kill -INT ${setUpBy.pid}; it puts everything back`,
    ],
    exitCode: EXIT.usage,
  });
}

/** Refuses a lab that cannot be worked on: it is being set up, or its set-up was cut short. */
export async function demandSetUp(session: Session): Promise<void> {
  if (session.isSetUp) return;
  await demandNotBeingSetUp(session);
  throw new AppError({
    code: 'SESSION_UNFINISHED',
    what: `the set-up of ${session.lab} did not come to its end`,
    why: 'ckadet was ended while it ran',
    next: ['clean up: ckadet lab reset', `then begin again: ckadet lab start ${session.lab} --seed ${session.seed}`],
    exitCode: EXIT.usage,
  });
}

/** Refuses while another lab goes on, or is being set up. */
export async function demandNoLab(place: SessionPlace): Promise<void> {
  const running = await loadSession(place);
  if (!running) return;
  await demandNotBeingSetUp(running);
  throw new AppError({
    code: 'LAB_RUNNING',
    what: `the lab ${running.lab} is going on`,
    next: ['grade it: ckadet lab check', 'end it and clean up: ckadet lab reset'],
    exitCode: EXIT.usage,
  });
}

/** Differs between two clusters, also when one takes the other's name and address. */
export async function clusterIdOf(client: ApiClient): Promise<string> {
  return (await client.get(namespaces, 'kube-system')).metadata.uid ?? '';
}

/** Refuses a cluster that was made anew since the lab began: the lab went with the old one. */
export async function demandSameCluster(session: Session, target: ClusterTarget): Promise<void> {
  if (session.clusterId === undefined || session.clusterId === (await clusterIdOf(target.client))) return;
  throw new AppError({
    code: 'SESSION_STALE',
    what: `the lab ${session.lab} is gone`,
    why: `the cluster ${target.name} was deleted and made anew since the lab began`,
    next: ['forget that lab: ckadet lab reset', `then begin again: ckadet lab start ${session.lab}`],
    exitCode: EXIT.usage,
  });
}

export async function saveSession(place: SessionPlace, session: Session): Promise<void> {
  await place.home.prepare();
  await writeFileAtomic(fileOf(place), `${JSON.stringify(session, null, 2)}\n`);
}

const LOCK_TIMEOUT_MS = 10_000;

/** Keeps a lab that is about to be set up. Rejects as `demandNoLab` when another was begun while this one waited for its cluster. */
export async function beginSession(place: SessionPlace, session: Session, clock: Clock): Promise<void> {
  await place.home.prepare();
  await withLock(`${fileOf(place)}.lock`, { doing: 'begin a lab', clock, timeoutMs: LOCK_TIMEOUT_MS }, async () => {
    await demandNoLab(place);
    await saveSession(place, session);
  });
}

export const endSession = (place: SessionPlace): Promise<void> => remove(fileOf(place));

/** Of a lab that is about to be set up. */
export const newSession = (
  { lab, variables }: Practice,
  begun: Pick<Session, 'root' | 'seed' | 'startedAt'> & Partial<Pick<Session, 'cluster' | 'context' | 'clusterId' | 'setUpBy'>>,
): Session => ({ lab: lab.id, variables: { ...variables }, ...begun, hints: 0, solutionShown: false, isSetUp: false, made: [], nodes: [] });

/** The same lab once its set-up has come to its end. */
export function finished({ setUpBy: _done, ...session }: Session, traces: Traces): Session {
  return { ...session, ...keptTraces(traces), isSetUp: true };
}

/** What a session keeps of the traces of its lab. */
export const keptTraces = ({ made, nodes, metAtStart = {} }: Traces): Pick<Session, 'made' | 'nodes' | 'metAtStart'> => ({
  made: [...made],
  nodes: nodes.map((node) => ({ ...node, labels: { ...node.labels }, taints: [...node.taints] })),
  metAtStart: Object.fromEntries(Object.entries(metAtStart).map(([id, keys]) => [id, [...keys]])),
});
