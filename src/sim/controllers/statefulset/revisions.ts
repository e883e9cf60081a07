// The templates that a StatefulSet had, as ControllerRevisions. Models kubernetes/pkg/controller/statefulset/stateful_set_control.go (getStatefulSetRevisions)
import type { ControllerRevision, StatefulSet } from '../../../kube/api/apps-v1.ts';
import type { Pod, PodTemplateSpec } from '../../../kube/api/core-v1.ts';
import { controllerRevisions, statefulSets } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import { contentHash } from '../../../kube/machinery/hash.ts';
import { jsonEqual, type JsonObject } from '../../../kube/machinery/json.ts';
import { controllerReference } from '../../../kube/machinery/owners.ts';
import { isAlreadyExists, isNotFound } from '../../../kube/machinery/status-error.ts';
import { REVISION_LABEL, revisionOf } from './identity.ts';

const templatePatch = ({ spec }: StatefulSet): JsonObject => ({ spec: { template: { ...(spec.template as unknown as JsonObject), $patch: 'replace' } } });
const nameOf = ({ metadata }: ControllerRevision): string => metadata.name ?? '';

export interface Revisions {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  /** The set as each of them has it. */
  readonly currentSet: StatefulSet;
  readonly updateSet: StatefulSet;
  readonly collisionCount: number;
}

const sorted = (revisions: readonly ControllerRevision[]): ControllerRevision[] =>
  [...revisions].sort(
    (a, b) =>
      Number(a.revision) - Number(b.revision) ||
      (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
      nameOf(a).localeCompare(nameOf(b)),
  );

/** Makes or renumbers the revision of the present template when needed. */
export async function revisionsOf(client: ApiClient, set: StatefulSet, owned: readonly ControllerRevision[]): Promise<Revisions> {
  const known = sorted(owned);
  const latest = known.at(-1);
  const data = templatePatch(set);
  const revision = Number(latest?.revision ?? 0) + 1;
  const equal = known.findLast((each) => jsonEqual(each.data, data));
  let collisionCount = set.status?.collisionCount ?? 0;
  let update: ControllerRevision;
  if (equal && equal === latest) update = equal;
  else if (equal) update = await client.update(controllerRevisions, { ...equal, revision });
  else ({ update, collisionCount } = await snapshot(client, set, data, revision, collisionCount));
  const current = known.find((each) => nameOf(each) === set.status?.currentRevision) ?? update;
  return { current, update, collisionCount, currentSet: applyRevision(set, current), updateSet: applyRevision(set, update) };
}

function applyRevision(set: StatefulSet, { data }: ControllerRevision): StatefulSet {
  const saved = (data as { readonly spec?: { readonly template?: PodTemplateSpec & { readonly $patch?: string } } } | undefined)?.spec?.template;
  if (!saved) return set;
  const { $patch: _directive, ...template } = saved;
  return { ...set, spec: { ...set.spec, template } };
}

async function snapshot(client: ApiClient, set: StatefulSet, data: JsonObject, revision: number, firstCount: number) {
  const { name: setName = '', namespace = '', annotations } = set.metadata;
  for (let collisionCount = firstCount; ; collisionCount++) {
    const hash = contentHash(set.spec.template, collisionCount);
    const name = `${setName.slice(0, 223)}-${hash}`;
    try {
      const update = await client.create(
        controllerRevisions,
        {
          metadata: {
            name,
            labels: { ...set.spec.template.metadata?.labels, [REVISION_LABEL]: hash },
            ...(annotations ? { annotations } : {}),
            ownerReferences: [controllerReference(statefulSets, set)],
          },
          data,
          revision,
        },
        { namespace },
      );
      return { update, collisionCount };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const existing = await client.get(controllerRevisions, name, { namespace });
      if (jsonEqual(existing.data, data)) return { update: existing, collisionCount };
    }
  }
}

/** Removes the oldest revisions beyond the limit that nothing uses. */
export async function truncateHistory(
  client: ApiClient,
  set: StatefulSet,
  owned: readonly ControllerRevision[],
  { current, update }: Revisions,
  pods: readonly Pod[],
): Promise<void> {
  const live = new Set([nameOf(current), nameOf(update), ...pods.map(revisionOf)]);
  const history = sorted(owned).filter((each) => !live.has(nameOf(each)));
  const surplus = history.length - (set.spec.revisionHistoryLimit ?? 10);
  for (const each of history.slice(0, Math.max(0, surplus))) {
    await client.delete(controllerRevisions, nameOf(each), { namespace: set.metadata.namespace ?? '' }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}
