// Which clusters were made from here: a small record of each in the state folder, beside its journal and its kubeconfig.
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import type { Needs } from '../cluster/capabilities.ts';
import type { Clock } from '../platform/clock.ts';
import { ensureFolder, isFolder, readFolder, readText, remove, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import { capabilitiesOf } from './capabilities.ts';
import { nameIn } from './cluster-file/parse.ts';
import { hostPort } from './cluster-file/cluster-spec.ts';
import { layoutOf, membersOf } from './later-changes.ts';
import type { ClusterOfHosts, LoadedLocal } from './load.ts';

const memberSchema = z.object({ name: z.string(), nodeName: z.string(), nodeIP: z.string(), roles: z.array(z.string()) });
const recordSchema = z.object({
  name: z.string(),
  /** The cluster file, absolute; it may have moved since. */
  file: z.string(),
  provider: z.string(),
  topology: z.string(),
  version: z.string(),
  /** `https://192.168.2.100:8443`; empty for a cluster of this machine. */
  endpoint: z.string(),
  hosts: z.array(z.string()),
  /** What labs can do on it, by the names of CAPABILITIES; records of earlier versions have none. */
  capabilities: z.exactOptional(z.record(z.string(), z.union([z.boolean(), z.int()]))),
  /** What it was made with, of what cannot be changed later; records of long ago have neither. */
  layout: z.optional(z.record(z.string(), z.string())),
  members: z.optional(z.array(memberSchema)),
  /** Hosts that the file has no more, and that were never taken back: what was done on them is there. */
  left: z.optional(z.array(memberSchema)),
  /** ISO 8601; when it was made the first time. */
  createdAt: z.string(),
  /** False until all of it was made once; records of long ago do not tell. */
  finished: z.optional(z.boolean()),
  /** Its hosts are as before; the record is kept for its name and its file. */
  takenBack: z.optional(z.boolean()),
});
export type ClusterRecord = Readonly<Omit<z.infer<typeof recordSchema>, 'capabilities'>> & { readonly capabilities?: Needs };

export interface ClusterRecords {
  readonly records: readonly ClusterRecord[];
  /** Of which only the name and the file are still known. */
  readonly takenBack: readonly ClusterRecord[];
  /** Files that cannot be read as a record. */
  readonly damaged: readonly string[];
}

/** A record as it is written anew. */
type Described = Omit<ClusterRecord, 'createdAt' | 'takenBack' | 'finished' | 'left'>;

const folderOf = (home: Home, cluster: string): string => home.path('provision', cluster);
const pathOf = (home: Home, cluster: string): string => home.path('provision', cluster, 'cluster.json');

/** The cluster file as it was when the cluster was last made: the file itself may be moved, or written over. */
export const keptFilePath = (home: Home, cluster: string): string => home.path('provision', cluster, 'cluster.yaml');

/** Notes the cluster as the file describes it now; a run that is repeated keeps the day on which it was made. */
export async function recordCluster(home: Home, { path: file, spec }: ClusterOfHosts, clock: Clock): Promise<void> {
  const record = {
    name: spec.name,
    file,
    provider: spec.file.provider,
    topology: spec.file.topology,
    version: spec.version.full,
    endpoint: `https://${hostPort(spec.endpoint.address, spec.endpoint.port)}`,
    hosts: spec.hosts.map(({ name }) => name),
    capabilities: capabilitiesOf(spec),
    layout: layoutOf(spec),
    members: membersOf(spec).map((member) => ({ ...member, roles: [...member.roles] })),
  };
  await save(home, record, clock);
}

/** The same for one that a provider makes on this machine; only the provider knows where its API listens. */
export function recordLocal(home: Home, { path: file, cluster }: LoadedLocal, clock: Clock): Promise<void> {
  const { name, provider, size, version, capabilities } = cluster;
  return save(home, { name, file, provider, topology: `${provider}, ${size}`, version, endpoint: '', hosts: [], capabilities }, clock);
}

async function save(home: Home, record: Described, clock: Clock): Promise<void> {
  const before = await readRecord(home, record.name);
  await ensureFolder(folderOf(home, record.name));
  const source = await readText(record.file);
  if (source !== undefined) await writeFileAtomic(keptFilePath(home, record.name), source);
  if (before && !before.takenBack) await write(home, { ...record, left: leftBehind(before, record), createdAt: before.createdAt, finished: before.finished });
  else await write(home, { ...record, createdAt: new Date(clock.now()).toISOString(), finished: false });
}

const leftBehind = (before: ClusterRecord, { members = [] }: Described): ClusterRecord['left'] =>
  [...(before.left ?? []), ...(before.members ?? [])].filter(({ nodeIP }) => members.every((member) => member.nodeIP !== nodeIP));

const write = (home: Home, record: ClusterRecord): Promise<void> => writeFileAtomic(pathOf(home, record.name), `${JSON.stringify(record, null, 2)}\n`);

/** Undefined where no cluster of that name was made from here, or its record cannot be read. */
export const readRecord = async (home: Home, cluster: string): Promise<ClusterRecord | undefined> => parseRecord(await readText(pathOf(home, cluster)));

/** These hosts belong to it no longer. */
export async function leaveOut(home: Home, { spec }: ClusterOfHosts, gone: readonly string[]): Promise<void> {
  const record = await readRecord(home, spec.name);
  if (!record) return;
  const { members, left } = record;
  const hosts = record.hosts.filter((name) => !gone.includes(name));
  const stays = ({ name }: { readonly name: string }): boolean => hosts.includes(name);
  await write(home, {
    ...record,
    hosts,
    ...(members ? { members: members.filter(stays) } : {}),
    ...(left ? { left: left.filter(({ name }) => !gone.includes(name)) } : {}),
    capabilities: capabilitiesOf({ file: spec.file, workers: spec.workers.filter(stays) }),
  });
}

/** Whether a cluster of that name was made from here, finished or not. */
export const isRecorded = async (home: Home, cluster: string): Promise<boolean> => (await readText(pathOf(home, cluster))) !== undefined;

export async function readRecords(home: Home): Promise<ClusterRecords> {
  const records: ClusterRecord[] = [];
  const takenBack: ClusterRecord[] = [];
  const damaged: string[] = [];
  for (const name of await readFolder(home.path('provision'))) {
    const text = await readText(pathOf(home, name));
    if (text === undefined) continue; // a journal alone: of a dry run, say
    const record = parseRecord(text);
    if (record) (record.takenBack ? takenBack : records).push(record);
    else damaged.push(pathOf(home, name));
  }
  return { records, takenBack, damaged };
}

/** All of it is made, or not any more. */
export async function noteFinished(home: Home, cluster: string, finished = true): Promise<void> {
  const record = await readRecord(home, cluster);
  if (record) await write(home, { ...record, finished });
}

/** The cluster is not there any more; its name and its file are still known, and its journal stays. */
export async function noteTakenBack(home: Home, cluster: string): Promise<void> {
  const record = await readRecord(home, cluster);
  if (record) await write(home, { ...record, takenBack: true });
}

/**
 * The file by which what is left of the cluster can be taken back once nothing of it is kept here: its own, or, where that is gone or describes another
 * cluster, the kept one, put out of the way of `forgetCluster`.
 */
export async function fileForLater(home: Home, cluster: string, file: string): Promise<string> {
  const source = (await isFolder(file)) ? undefined : await readText(file);
  const kept = await readText(keptFilePath(home, cluster));
  if (kept === undefined || (source !== undefined && nameIn(source) === cluster)) return file;
  const path = home.path('forgotten', `${cluster}.yaml`);
  await ensureFolder(dirname(path));
  await writeFileAtomic(path, kept);
  return path;
}

/** Its record, journal, kubeconfig and certificates here are gone. */
export const forgetCluster = (home: Home, cluster: string): Promise<void> => remove(folderOf(home, cluster));

function parseRecord(text: string | undefined): ClusterRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return recordSchema.safeParse(JSON.parse(text)).data as ClusterRecord | undefined; // its capabilities may have names of later versions
  } catch {
    return undefined; // half a file of another program: listed as damaged
  }
}
