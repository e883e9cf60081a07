// The kubeconfig of a cluster that was made: fetched, named after the cluster, and kept where only its owner reads it.
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isSeq, parseDocument, type YAMLMap } from 'yaml';
import * as z from 'zod/mini';
import { AppError, messageOf } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { readText as readHostText } from '../hosts/host-files.ts';
import { type AddedNames, mergeKubeconfig, withoutAdded } from '../kube/kubeconfig/merge.ts';
import { parseKubeconfig } from '../kube/kubeconfig/parse.ts';
import type { Clock } from '../platform/clock.ts';
import { ensureFolder, isFolder, linkTarget, readText, remove, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import { withLock } from '../platform/lock.ts';
import type { Progress } from '../platform/progress.ts';
import { hostPort } from './cluster-file/cluster-spec.ts';
import { demandOwned } from './owner.ts';
import type { Site } from './site.ts';

const ADMIN = '/etc/kubernetes/admin.conf';
const LOCK_TIMEOUT_MS = 10_000;

export const kubeconfigPath = (home: Home, cluster: string): string => home.path('provision', cluster, 'kubeconfig');

/** Brings the administrator's kubeconfig from a control plane. Resolves with its path here. */
export async function fetchKubeconfig(site: Site, home: Home): Promise<string> {
  const { spec } = site.loaded;
  const host = await site.controlPlane(site.signal);
  await demandOwned(host, spec.name, site.signal);
  const text = await readHostText(host, ADMIN, { as: 'root' });
  if (text === undefined)
    throw new AppError({
      code: 'CLUSTER_NOT_MADE',
      what: `the cluster ${spec.name} is not made yet`,
      why: `${host.name} has no ${ADMIN}`,
      next: ['make it: ckadet cluster create'],
      exitCode: EXIT.missingPrerequisite,
    });
  const path = kubeconfigPath(home, spec.name);
  await ensureFolder(dirname(path));
  await writeFileAtomic(path, renamed(text, spec.name, `https://${hostPort(spec.endpoint.address, spec.endpoint.port)}`), { mode: 0o600 });
  return path;
}

/** kubeadm calls every user kubernetes-admin: two clusters in one file would be one user. */
export function renamed(text: string, cluster: string, server: string): string {
  const document = parseDocument(text);
  const user = `${cluster}-admin`;
  const only = (list: string): YAMLMap | undefined => {
    const items = document.get(list);
    return isSeq(items) ? (items.items[0] as YAMLMap | undefined) : undefined;
  };
  only('clusters')?.set('name', cluster);
  only('clusters')?.setIn(['cluster', 'server'], server);
  only('users')?.set('name', user);
  only('contexts')?.set('name', cluster);
  only('contexts')?.setIn(['context', 'cluster'], cluster);
  only('contexts')?.setIn(['context', 'user'], user);
  document.set('current-context', cluster);
  return document.toString({ lineWidth: 0 });
}

export interface MergedIntoOwn {
  /** The path of the person's file. */
  readonly file: string;
  /** Whether kubectl uses the context now, without being told to. */
  readonly isCurrent: boolean;
}

/** Adds the context to the person's own kubeconfig, atomically, and remembers it. */
export async function mergeIntoOwn(
  home: Home,
  cluster: string,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Promise<MergedIntoOwn> {
  const first = (env['KUBECONFIG'] ?? '').split(':').find(Boolean);
  const own = resolve(first ?? join(env['HOME'] ?? homedir(), '.kube', 'config'));
  const added = (await readText(path)) ?? '';
  await demandOwn(own, first);
  parseKubeconfig((await readText(own)) ?? '', own); // what cannot take it in is not remembered either
  // Noted before it is done: what was never added is not found later, either.
  const names = namesIn(added, path);
  if (names) await writeMerged(home, cluster, [...(await readMerged(home, cluster)).filter(({ file }) => file !== own), { file: own, ...names }]);
  await edit(own, clock, (before) => mergeKubeconfig(before, added));
  // Of several files of KUBECONFIG the first has its way, and that is this one.
  const current = currentIn((await readText(own)) ?? '');
  return { file: own, isCurrent: current !== undefined && current === currentIn(added) };
}

const currentIn = (kubeconfig: string): unknown => (parseDocument(kubeconfig).toJS() as { readonly 'current-context'?: unknown } | null)?.['current-context'];

/** That a file can be there. Rejects with OWN_KUBECONFIG. */
async function demandOwn(own: string, named: string | undefined): Promise<void> {
  const from = named === undefined ? 'it is where kubectl keeps its own' : `KUBECONFIG names it${(named !== own && `, as ${named}`) || ''}`;
  const refusal = (why: string, cause?: unknown): AppError =>
    new AppError({
      code: 'OWN_KUBECONFIG',
      what: `the context cannot be added to ${own}`,
      why: `${why}; ${from}`,
      next: ['name a file that can be written: export KUBECONFIG=FILE', 'or use the one of the cluster as it is: ckadet cluster kubeconfig'],
      exitCode: EXIT.missingPrerequisite,
      cause,
    });
  if (await isFolder(own)) throw refusal('it is a folder, and a file is wanted');
  await ensureFolder(dirname(own)).catch((error: unknown) => {
    throw refusal(error instanceof AppError ? `${error.what}: ${error.why}` : messageOf(error), error);
  });
}

/**
 * Takes out what `mergeIntoOwn` added, wherever that was. Resolves with the paths of the files that had it. A file that cannot be read or written
 * holds up nobody: `progress` is told, and it is tried again the next time.
 */
export async function takeOutOfOwn(home: Home, cluster: string, clock: Clock, progress: Progress): Promise<readonly string[]> {
  const changed: string[] = [];
  const left: Merged = [];
  for (const merged of await readMerged(home, cluster)) {
    const { file, ...names } = merged;
    try {
      if ((await readText(file)) === undefined) continue;
      await edit(file, clock, (before) => {
        const after = withoutAdded(before, names);
        if (after !== undefined) changed.push(file);
        return after;
      });
    } catch (error) {
      progress.note(`the context ${names.context} may still be in ${file}: ${messageOf(error)}`);
      left.push(merged);
    }
  }
  await (left.length ? writeMerged(home, cluster, left) : remove(mergedPath(home, cluster)));
  return changed;
}

/** `change` makes of its text another one, or undefined to leave it as it is. Where it is a link, as of dotfiles, what it leads to is written. */
async function edit(link: string, clock: Clock, change: (text: string) => string | undefined): Promise<void> {
  const file = await linkTarget(link);
  await withLock(`${file}.lock`, { doing: 'edit a kubeconfig', clock, timeoutMs: LOCK_TIMEOUT_MS }, async () => {
    const before = (await readText(file)) ?? '';
    parseKubeconfig(before, file); // a file that makes no sense is not made worse
    const after = change(before);
    if (after !== undefined) await writeFileAtomic(file, after, { mode: 0o600 });
  });
}

const mergedSchema = z.array(z.object({ file: z.string(), context: z.string(), cluster: z.string(), user: z.string(), server: z.string() }));
type Merged = z.infer<typeof mergedSchema>;
const mergedPath = (home: Home, cluster: string): string => home.path('provision', cluster, 'merged.json');

/** Whether its context was added to a kubeconfig of the person. */
export const isMerged = async (home: Home, cluster: string): Promise<boolean> => (await readMerged(home, cluster)).length > 0;

async function readMerged(home: Home, cluster: string): Promise<Merged> {
  try {
    return mergedSchema.parse(JSON.parse((await readText(mergedPath(home, cluster))) ?? '[]'));
  } catch (error) {
    if (error instanceof AppError) throw error;
    return []; // half a file: the entries stay where they are
  }
}

async function writeMerged(home: Home, cluster: string, merged: Merged): Promise<void> {
  await ensureFolder(dirname(mergedPath(home, cluster)));
  await writeFileAtomic(mergedPath(home, cluster), `${JSON.stringify(merged, null, 2)}\n`);
}

/** Of its current context. */
function namesIn(text: string, path: string): AddedNames | undefined {
  const { currentContext = '', contexts, clusters } = parseKubeconfig(text, path);
  const entry = contexts.get(currentContext);
  const server = clusters.get(entry?.cluster ?? '')?.server;
  return entry && server !== undefined ? { context: entry.name, cluster: entry.cluster, user: entry.user, server } : undefined;
}
