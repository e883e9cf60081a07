// The kubeconfig of a cluster that was made: fetched, named after the cluster, and kept where only its owner reads it.
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isSeq, parseDocument, type YAMLMap } from 'yaml';
import { AppError } from '../errors/app-error.ts';
import { EXIT } from '../errors/exit-codes.ts';
import { readText as readHostText } from '../hosts/host-files.ts';
import { mergeKubeconfig } from '../kube/kubeconfig/merge.ts';
import { parseKubeconfig } from '../kube/kubeconfig/parse.ts';
import type { Clock } from '../platform/clock.ts';
import { ensureFolder, readText, writeFileAtomic } from '../platform/files.ts';
import type { Home } from '../platform/home.ts';
import { withLock } from '../platform/lock.ts';
import { hostPort } from './cluster-file/cluster-spec.ts';
import type { Site } from './site.ts';

const ADMIN = '/etc/kubernetes/admin.conf';
const LOCK_TIMEOUT_MS = 10_000;

export const kubeconfigPath = (home: Home, cluster: string): string => home.path('provision', cluster, 'kubeconfig');

/** Brings the administrator's kubeconfig from the first control plane. Resolves with its path here. */
export async function fetchKubeconfig(site: Site, home: Home): Promise<string> {
  const { spec } = site.loaded;
  const text = await readHostText(site.host(spec.first.name), ADMIN, { as: 'root' });
  if (text === undefined)
    throw new AppError({
      code: 'CLUSTER_NOT_MADE',
      what: `the cluster ${spec.name} is not made yet`,
      why: `${spec.first.name} has no ${ADMIN}`,
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

/** Adds the context to the person's own kubeconfig, atomically. Resolves with that file's path. */
export async function mergeIntoOwn(path: string, env: Readonly<Record<string, string | undefined>>, clock: Clock): Promise<string> {
  const first = (env['KUBECONFIG'] ?? '').split(':').find(Boolean);
  const own = resolve(first ?? join(env['HOME'] ?? homedir(), '.kube', 'config'));
  const added = (await readText(path)) ?? '';
  await ensureFolder(dirname(own));
  await withLock(`${own}.lock`, { doing: 'merge a kubeconfig', clock, timeoutMs: LOCK_TIMEOUT_MS }, async () => {
    const before = (await readText(own)) ?? '';
    parseKubeconfig(before, own); // a file that makes no sense is not made worse
    await writeFileAtomic(own, mergeKubeconfig(before, added), { mode: 0o600 });
  });
  return own;
}
