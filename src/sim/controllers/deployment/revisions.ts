// Which ReplicaSet is the current one, and the annotations that number them. Models kubernetes/pkg/controller/deployment/util/deployment_util.go
import type { Deployment, ReplicaSet } from '../../../kube/api/apps-v1.ts';
import type { PodTemplateSpec } from '../../../kube/api/core-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { DESIRED_REPLICAS, desired, MAX_REPLICAS, maxSurge, olderFirst } from './rolling-math.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const POD_TEMPLATE_HASH = 'pod-template-hash';
const HISTORY_LIMIT_CHARS = 2000;
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

type Annotations = Readonly<Record<string, string>>;

function withoutHash({ metadata, spec }: PodTemplateSpec): PodTemplateSpec {
  const { [POD_TEMPLATE_HASH]: _hash, ...labels } = metadata?.labels ?? {};
  return { metadata: { ...metadata, labels }, ...(spec ? { spec } : {}) };
}
export const sameTemplate = (a: PodTemplateSpec, b: PodTemplateSpec): boolean => jsonEqual(withoutHash(a), withoutHash(b));

/** The oldest of those that have the Deployment's template now. */
export const findNewReplicaSet = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined =>
  [...sets].sort(olderFirst).find(({ spec }) => sameTemplate(spec.template ?? {}, deployment.spec.template));

export const revisionOf = ({ metadata }: ReplicaSet): number => {
  const text = metadata.annotations?.[REVISION] ?? '';
  return /^\d+$/.test(text) ? Number(text) : 0;
};
export const maxRevision = (sets: readonly ReplicaSet[]): number => Math.max(0, ...sets.map(revisionOf));

export const replicaAnnotations = (deployment: Deployment): Annotations => ({
  [DESIRED_REPLICAS]: String(desired(deployment)),
  [MAX_REPLICAS]: String(desired(deployment) + maxSurge(deployment)),
});

/** What the current ReplicaSet's annotations should be: the Deployment's own (change-cause, say), its revision, and the revisions it had before. */
export function currentAnnotations(deployment: Deployment, existing: Annotations | undefined, revision: number): Annotations {
  const annotations: Record<string, string> = { ...existing };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!NOT_COPIED.has(key)) annotations[key] = value;
  const old = annotations[REVISION];
  if (old !== undefined && !/^\d*$/.test(old)) return annotations;
  if (Number(old || 0) >= revision) return annotations;
  annotations[REVISION] = String(revision);
  if (old === undefined) return annotations;
  const history = (annotations[REVISION_HISTORY] ?? '').split(',').filter((each) => each !== '');
  while (history.length && [...history, old].join(',').length > HISTORY_LIMIT_CHARS) history.shift();
  annotations[REVISION_HISTORY] = [...history, old].join(',');
  return annotations;
}

export const byRevision = (a: ReplicaSet, b: ReplicaSet): number => revisionOf(a) - revisionOf(b) || olderFirst(a, b);
