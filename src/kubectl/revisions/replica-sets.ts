// The ReplicaSets of a deployment: the one that has its template now, and those before. Models kubernetes/staging/src/k8s.io/kubectl/pkg/util/deployment
import type { Deployment, ReplicaSet } from '../../kube/api/apps-v1.ts';
import type { PodTemplateSpec } from '../../kube/api/core-v1.ts';
import { replicaSets } from '../../kube/api/resources.ts';
import { jsonEqual, type JsonObject } from '../../kube/machinery/json.ts';
import { controllerOf } from '../../kube/machinery/object.ts';
import { formatSelector, selectorOf } from '../../kube/machinery/selectors.ts';
import type { Kubectl } from '../kubectl.ts';
import { isList, metadataOf, textField } from '../resources/info.ts';
import { listFailure } from '../resources/list-failure.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';

export interface DeploymentSets {
  /** From the oldest on. */
  readonly old: readonly ReplicaSet[];
  readonly current: ReplicaSet | undefined;
}

/** Page by page; a chunk of 0 asks for all at once. */
export async function replicaSetsOf(deployment: Deployment, kubectl: Kubectl, chunkSize = 0): Promise<DeploymentSets> {
  const { metadata, spec } = deployment;
  const client = await kubectl.client(replicaSets);
  const query = { labelSelector: formatSelector(selectorOf(spec.selector) ?? []) };
  const found: JsonObject[] = [];
  for (let token: string | undefined; ;) {
    const page: JsonObject = await client
      .list({ namespace: metadata.namespace ?? '' }, { ...query, limit: chunkSize, continue: token })
      .catch((error: unknown) => {
        throw listFailure(error, 'replicasets', query);
      });
    if (isList(page)) found.push(...page.items);
    token = textField(metadataOf(page), 'continue') || undefined;
    if (token === undefined) break;
  }
  const owned = (found as unknown as ReplicaSet[]).filter((set) => controllerOf(set)?.uid === metadata.uid).sort(byAge);
  const current = owned.find((set) => isSameTemplate(set.spec?.template, spec.template));
  return { old: owned.filter((set) => set !== current), current };
}

function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const key = ({ metadata: { creationTimestamp = '', name = '' } }: ReplicaSet): string => `${creationTimestamp} ${name}`;
  return key(a) < key(b) ? -1 : 1;
}

/** But for the hash that a ReplicaSet's template is labelled with. */
export const isSameTemplate = (a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean => jsonEqual(withoutHash(a), withoutHash(b));

export function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  if (!template?.metadata?.labels) return template;
  const { [HASH]: _hash, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** 0 for one that has none; undefined for one that is no number. */
export function revisionOf({ metadata: { annotations = {} } }: Pick<ReplicaSet, 'metadata'>): number | undefined {
  const text = annotations[REVISION];
  if (text === undefined) return 0;
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}
