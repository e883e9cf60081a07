// Bringing a workload back to a revision it had. To add a kind: a line in ROLLBACKS.
// Models kubernetes/staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollback.go
import type { ControllerRevision, Deployment, ReplicaSet } from '../../kube/api/apps-v1.ts';
import { daemonSets, deployments, statefulSets } from '../../kube/api/resources.ts';
import { jsonEqual, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { ResourceRef } from '../../kube/machinery/object.ts';
import type { ApiResource } from '../client/discovery.ts';
import { CommandError } from '../failures.ts';
import { goQuote } from '../go-quote.ts';
import type { Kubectl } from '../kubectl.ts';
import { kindText } from '../resources/kind-text.ts';
import type { DryRun } from '../writes/dry-run.ts';
import { asCommandError, revisionsOf, templateOf, type RevisedSet } from './controller-revisions.ts';
import { templateText } from './history.ts';
import { isSameTemplate, replicaSetsOf, REVISION, revisionOf, withoutHash } from './replica-sets.ts';
import { noRevisions } from './visitors.ts';

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  /** 0 means the one before. */
  readonly revision: number;
  readonly dryRun: DryRun;
}
/** Resolves with what was done. Rejects with CommandError. */
type Rollback = (wanted: Wanted, kubectl: Kubectl) => Promise<string>;

const ROLLBACKS: Readonly<Record<string, Rollback>> = {
  'Deployment.apps': rollbackDeployment,
  'DaemonSet.apps': rollbackSet(daemonSets as ResourceRef<RevisedSet>, 'DaemonSet'),
  'StatefulSet.apps': rollbackSet(statefulSets as ResourceRef<RevisedSet>, 'Statefulset'),
};

/** Throws kubectl's sentence for a kind that has no revisions. */
export function rollbackFor(resource: ApiResource): Rollback {
  const rollback = ROLLBACKS[kindText(resource)];
  if (!rollback) throw noRevisions(resource, { what: 'rollbacker', viewer: 'rollbacker' });
  return rollback;
}

const notFound = (revision: number): CommandError => new CommandError(`unable to find specified revision ${revision} in history`);
const skipped = (revision: number): string => `skipped rollback (current template already matches revision ${revision})`;
const DONE = 'rolled back';

/** These stay the deployment's own; the others come from the ReplicaSet. */
const OWN_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

async function rollbackDeployment({ namespace, name, revision, dryRun }: Wanted, kubectl: Kubectl): Promise<string> {
  if (revision < 0) throw notFound(revision);
  const client = await kubectl.client(deployments);
  const deployment = await asCommandError(
    `failed to retrieve Deployment ${name}`,
    async () => (await client.get({ namespace, name })) as unknown as Deployment,
  );
  const set = await findSet(deployment, revision, kubectl);
  const template = set.spec?.template;
  if (dryRun === 'client') return templateText(template ?? { spec: { containers: [] } });
  if (deployment.spec.paused) throw new CommandError("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
  if (isSameTemplate(template, deployment.spec.template)) return skipped(revision);
  const kept = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => OWN_ANNOTATIONS.includes(key));
  const taken = Object.entries(set.metadata.annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.includes(key));
  const patch = [
    { op: 'replace', path: '/spec/template', value: withoutHash(template) as unknown as JsonValue },
    { op: 'replace', path: '/metadata/annotations', value: Object.fromEntries([...kept, ...taken]) },
  ];
  await asCommandError(`failed restoring revision ${revision}`, () => client.patch({ namespace, name }, 'json', patch, { dryRun: dryRun === 'server' }));
  return DONE;
}

async function findSet(deployment: Deployment, wanted: number, kubectl: Kubectl): Promise<ReplicaSet> {
  const name = deployment.metadata.name ?? '';
  const { old, current } = await asCommandError(`failed to retrieve replica sets from deployment ${name}`, () => replicaSetsOf(deployment, kubectl));
  const all = (current ? [...old, current] : old).flatMap((set) => {
    const revision = revisionOf(set);
    return revision === undefined ? [] : [{ set, revision }];
  });
  if (wanted > 0) {
    const found = all.find(({ revision }) => revision === wanted);
    if (!found) throw notFound(wanted);
    return found.set;
  }
  const [, before] = all.sort((a, b) => b.revision - a.revision);
  if (!before) throw new CommandError(`no rollout history found for deployment ${goQuote(name)}`);
  return before.set;
}

function rollbackSet(resource: ResourceRef<RevisedSet>, spelled: string): Rollback {
  return async ({ namespace, name, revision, dryRun }, kubectl) => {
    if (revision < 0) throw notFound(revision);
    const { set, revisions } = await revisionsOf(resource, { namespace, name }, spelled, kubectl);
    if (revision === 0 && revisions.length <= 1) throw new CommandError('no last revision to roll back to');
    const found = findRevision(revisions, revision);
    if (!found) throw notFound(revision);
    if (dryRun === 'client') return `will roll back to ${templateText(templateOf(found))}`;
    if (jsonEqual(templateOf(found), set.spec.template)) return skipped(revision);
    const client = await kubectl.client(resource);
    await asCommandError(`failed restoring revision ${revision}`, () =>
      client.patch({ namespace, name }, 'strategic', found.data as unknown as JsonObject, { dryRun: dryRun === 'server' }),
    );
    return DONE;
  };
}

function findRevision(revisions: readonly ControllerRevision[], wanted: number): ControllerRevision | undefined {
  return wanted > 0 ? revisions.find(({ revision }) => revision === wanted) : [...revisions].sort((a, b) => a.revision - b.revision).at(-2);
}
