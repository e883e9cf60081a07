// The lab that is going on, on disk: which, with which values, on which cluster, and what has to be put back.
import * as z from 'zod/mini';
import type { ClusterTarget } from '../cluster/target.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { namespaces } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import { readText, remove, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import type { Traces } from './practice.ts';

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
  made: z.array(z.object({ kind: z.string(), apiVersion: z.string(), name: z.string(), namespace: z.exactOptional(z.string()) })),
  nodes: z.array(z.object({ name: z.string(), labels: z.record(z.string(), z.string()), taints: z.array(taint), unschedulable: z.boolean() })),
  metAtStart: z.exactOptional(z.record(z.string(), z.array(z.string()))),
});
export type Session = z.infer<typeof sessionSchema>;

const fileOf = (home: Home): string => home.path('session.json');

/** Undefined when no lab is going on. Rejects with SESSION_DAMAGED when its file makes no sense. */
export async function loadSession(home: Home): Promise<Session | undefined> {
  const text = await readText(fileOf(home));
  if (text === undefined) return undefined;
  try {
    return sessionSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError({
      code: 'SESSION_DAMAGED',
      what: `the running lab cannot be read from ${fileOf(home)}`,
      why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      next: ['remove that file and start the lab again; what the lab made is still in the cluster'],
      exitCode: EXIT.invalidFile,
      cause: error,
    });
  }
}

export async function currentSession(home: Home): Promise<Session> {
  const session = await loadSession(home);
  if (!session)
    throw new AppError({
      code: 'NO_SESSION',
      what: 'no lab is going on',
      next: ['see the labs: ckadet lab list', 'begin one: ckadet lab start LAB'],
      exitCode: EXIT.usage,
    });
  return session;
}

/** Refuses a lab that cannot be worked on: its set-up was cut short. */
export function demandSetUp(session: Session): void {
  if (session.isSetUp) return;
  throw new AppError({
    code: 'SESSION_UNFINISHED',
    what: `the set-up of ${session.lab} did not come to its end`,
    why: 'ckadet was ended while it ran',
    next: ['clean up: ckadet lab reset', `then begin again: ckadet lab start ${session.lab} --seed ${session.seed}`],
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

export async function saveSession(home: Home, session: Session): Promise<void> {
  await home.prepare();
  await writeFileAtomic(fileOf(home), `${JSON.stringify(session, null, 2)}\n`);
}

export const endSession = (home: Home): Promise<void> => remove(fileOf(home));

/** What a session keeps of the traces of its lab. */
export const keptTraces = ({ made, nodes, metAtStart = {} }: Traces): Pick<Session, 'made' | 'nodes' | 'metAtStart'> => ({
  made: [...made],
  nodes: nodes.map((node) => ({ ...node, labels: { ...node.labels }, taints: [...node.taints] })),
  metAtStart: Object.fromEntries(Object.entries(metAtStart).map(([id, keys]) => [id, [...keys]])),
});
