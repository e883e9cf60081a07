// A DaemonSet's revisions: each template that it had, as a ControllerRevision. Models kubernetes/pkg/controller/daemon/update.go (constructHistory)
import type { ControllerRevision, DaemonSet } from '../../../kube/api/apps-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { controllerRevisions, daemonSets, pods } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import { contentHash } from '../../../kube/machinery/hash.ts';
import { jsonEqual, type JsonObject } from '../../../kube/machinery/json.ts';
import { controllerReference } from '../../../kube/machinery/owners.ts';
import { isAlreadyExists, isNotFound } from '../../../kube/machinery/status-error.ts';
import { REVISION_HASH } from './daemon-pods.ts';

/** What brings a DaemonSet back to this template. */
const templatePatch = ({ spec }: DaemonSet): JsonObject => ({ spec: { template: { ...(spec.template as unknown as JsonObject), $patch: 'replace' } } });
const maxRevision = (revisions: readonly ControllerRevision[]): number => Math.max(0, ...revisions.map(({ revision }) => revision));

export interface History {
  readonly hash: string;
  readonly old: readonly ControllerRevision[];
}

/** The hash of the current template, its revision made or renumbered when needed. Rejects on a hash collision, to be tried again. */
export async function constructHistory(client: ApiClient, set: DaemonSet, owned: readonly ControllerRevision[], daemonPods: readonly Pod[]): Promise<History> {
  const { namespace = '' } = set.metadata;
  const wanted = templatePatch(set);
  const matching = owned.filter(({ data }) => jsonEqual(data, wanted));
  const old = owned.filter((each) => !matching.includes(each));
  const revision = maxRevision(old) + 1;
  const [current, ...duplicates] = matching.sort((a, b) => Number(b.revision) - Number(a.revision));
  if (!current) return { hash: await snapshot(client, set, wanted, revision), old };
  const hash = current.metadata.labels?.[REVISION_HASH] ?? '';
  if (duplicates.length) {
    for (const { metadata } of daemonPods.filter(
      (pod) =>
        pod.metadata.labels?.[REVISION_HASH] !== hash &&
        duplicates.some((each) => each.metadata.labels?.[REVISION_HASH] === pod.metadata.labels?.[REVISION_HASH]),
    )) {
      await client.patch(pods, metadata.name ?? '', 'merge', { metadata: { labels: { [REVISION_HASH]: hash } } }, { namespace });
    }
    for (const { metadata } of duplicates) await remove(client, metadata.name ?? '', namespace);
  }
  if (current.revision < revision) await client.update(controllerRevisions, { ...current, revision });
  return { hash, old };
}

async function snapshot(client: ApiClient, set: DaemonSet, data: JsonObject, revision: number): Promise<string> {
  const { name: setName = '', namespace = '', annotations } = set.metadata;
  const hash = contentHash(set.spec.template, set.status?.collisionCount);
  const name = `${setName}-${hash}`;
  try {
    await client.create(
      controllerRevisions,
      {
        metadata: {
          name,
          labels: { ...set.spec.template.metadata?.labels, [REVISION_HASH]: hash },
          ...(annotations ? { annotations } : {}),
          ownerReferences: [controllerReference(daemonSets, set)],
        },
        data,
        revision,
      },
      { namespace },
    );
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const existing = await client.get(controllerRevisions, name, { namespace });
    if (jsonEqual(existing.data, data)) return hash;
    const latest = await client.get(daemonSets, setName, { namespace });
    if (latest.status?.collisionCount === set.status?.collisionCount) {
      await client.update(
        daemonSets,
        { ...latest, status: { ...latest.status, collisionCount: (latest.status?.collisionCount ?? 0) + 1 } },
        { subresource: 'status' },
      );
    }
    throw error;
  }
  return hash;
}

/** Removes the oldest revisions beyond the limit that no pod uses. */
export async function cleanUpHistory(client: ApiClient, set: DaemonSet, old: readonly ControllerRevision[], daemonPods: readonly Pod[]): Promise<void> {
  let surplus = old.length - (set.spec.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return;
  const live = new Set(daemonPods.map(({ metadata }) => metadata.labels?.[REVISION_HASH]));
  for (const { metadata } of [...old].sort((a, b) => Number(a.revision) - Number(b.revision))) {
    if (surplus <= 0) return;
    if (live.has(metadata.labels?.[REVISION_HASH])) continue;
    await remove(client, metadata.name ?? '', set.metadata.namespace ?? '');
    surplus -= 1;
  }
}

async function remove(client: ApiClient, name: string, namespace: string): Promise<void> {
  await client.delete(controllerRevisions, name, { namespace }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
