// The revisions of a workload, and how `rollout history` shows them. To add a kind: a line in HISTORIES.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/history.go
import type { Deployment, ReplicaSet } from '../../kube/api/apps-v1.ts';
import type { PodTemplateSpec } from '../../kube/api/core-v1.ts';
import { daemonSets, deployments, statefulSets } from '../../kube/api/resources.ts';
import type { JsonObject } from '../../kube/machinery/json.ts';
import type { ResourceRef } from '../../kube/machinery/object.ts';
import type { ApiResource } from '../client/discovery.ts';
import { writePodTemplate } from '../describe/pod-template.ts';
import { DescribeWriter, tabulated } from '../describe/writer.ts';
import { CommandError } from '../failures.ts';
import type { Kubectl } from '../kubectl.ts';
import { klogLine } from '../klog.ts';
import { goQuote } from '../go-quote.ts';
import { kindText } from '../resources/kind-text.ts';
import { asCommandError, atRevision, revisionsOf, templateOf, type RevisedSet } from './controller-revisions.ts';
import { replicaSetsOf, REVISION, revisionOf } from './replica-sets.ts';
import { noRevisions } from './visitors.ts';

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

interface Place {
  readonly namespace: string;
  readonly name: string;
}
interface Revision {
  /** Why it came to be, where somebody said so. */
  readonly cause: string;
  readonly template: PodTemplateSpec;
  /** What `-o` prints of it. */
  readonly object: JsonObject;
}
type Revisions = ReadonlyMap<number, Revision>;
type History = (place: Place, kubectl: Kubectl) => Promise<Revisions>;

const HISTORIES: Readonly<Record<string, History>> = {
  'Deployment.apps': ofDeployment,
  'DaemonSet.apps': ofSet(daemonSets as ResourceRef<RevisedSet>, 'DaemonSet'),
  'StatefulSet.apps': ofSet(statefulSets as ResourceRef<RevisedSet>, 'Statefulset'),
};

/** Throws kubectl's sentence for a kind that has none. */
export function historyFor(resource: ApiResource): History {
  const history = HISTORIES[kindText(resource)];
  if (!history) throw noRevisions(resource, { what: 'history', viewer: 'history viewer' });
  return history;
}

async function ofDeployment({ namespace, name }: Place, kubectl: Kubectl): Promise<Revisions> {
  const deployment = await asCommandError(
    `failed to retrieve deployment ${name}`,
    async () => (await (await kubectl.client(deployments)).get({ namespace, name })) as unknown as Deployment,
  );
  const { old, current } = await asCommandError(`failed to retrieve replica sets from deployment ${name}`, () => replicaSetsOf(deployment, kubectl));
  const found = new Map<number, Revision>();
  for (const set of current ? [...old, current] : old) {
    const revision = revisionOf(set);
    if (revision === undefined) {
      const text = set.metadata.annotations?.[REVISION] ?? '';
      const why = `strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`;
      const message = `unable to get revision from replicaset ${set.metadata.name ?? ''} for deployment ${name} in namespace ${namespace}: ${why}`;
      kubectl.complain(klogLine('W', 'history.go:114', message, kubectl.ports));
    } else found.set(revision, revisionOfSet(set));
  }
  return found;
}

/** Objects of lists come without it; it stands first. */
const typed = (kind: string, object: object): object => Object.assign({ kind, apiVersion: 'apps/v1' }, object, { kind, apiVersion: 'apps/v1' });

function revisionOfSet(set: ReplicaSet): Revision {
  const template = set.spec?.template ?? { spec: { containers: [] } };
  const own = set.metadata.annotations?.[CHANGE_CAUSE];
  const annotations = { ...template.metadata?.annotations, ...(own ? { [CHANGE_CAUSE]: own } : {}) };
  return {
    cause: annotations[CHANGE_CAUSE] ?? '',
    template: { ...template, metadata: { ...template.metadata, annotations } },
    object: typed('ReplicaSet', set) as unknown as JsonObject,
  };
}

function ofSet(resource: ResourceRef<RevisedSet>, spelled: string): History {
  return async (place, kubectl) => {
    const { set, revisions } = await revisionsOf(resource, place, spelled, kubectl);
    return new Map(
      revisions.map((revision) => [
        revision.revision,
        {
          cause: revision.metadata.annotations?.[CHANGE_CAUSE] ?? '',
          template: templateOf(revision),
          object: typed(resource.kind, atRevision(set, revision)) as unknown as JsonObject,
        },
      ]),
    );
  };
}

export const byNumber = (revisions: Revisions): readonly (readonly [number, Revision])[] => [...revisions].sort(([a], [b]) => a - b);

/** All of them in a table, or one with its template; `wanted` 0 means all. */
export function historyText(revisions: Revisions, wanted: number): string {
  if (!revisions.size) return 'No rollout history found.';
  if (wanted > 0) return templateText(pick(revisions, wanted).template);
  return tabulated(
    `REVISION\tCHANGE-CAUSE\n${byNumber(revisions)
      .map(([number, { cause }]) => `${number}\t${cause || '<none>'}\n`)
      .join('')}`,
  );
}

export function pick(revisions: Revisions, wanted: number): Revision {
  const found = revisions.get(wanted);
  if (!found) throw new CommandError('unable to find the specified revision');
  return found;
}

/** With its tabs, as upstream leaves them there. */
export function templateText(template: PodTemplateSpec): string {
  const w = new DescribeWriter();
  writePodTemplate(w, template);
  return w.raw;
}
