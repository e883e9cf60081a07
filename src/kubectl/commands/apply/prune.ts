// apply --prune: what was applied once and was not applied now is deleted. Models kubernetes/staging/src/k8s.io/kubectl/pkg/cmd/apply/prune.go
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ApiResource } from '../../client/discovery.ts';
import { CommandError } from '../../failures.ts';
import { klogLine } from '../../klog.ts';
import type { Kubectl } from '../../kubectl.ts';
import { isList, metadataOf, textField } from '../../resources/info.ts';
import { lastAppliedOf } from '../../writes/last-applied.ts';
import type { DryRun } from '../../writes/dry-run.ts';

const NAMESPACED = [
  '/v1/ConfigMap',
  '/v1/Endpoints',
  '/v1/PersistentVolumeClaim',
  '/v1/Pod',
  '/v1/ReplicationController',
  '/v1/Secret',
  '/v1/Service',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'networking.k8s.io/v1/Ingress',
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
];
const OF_THE_CLUSTER = ['/v1/Namespace', '/v1/PersistentVolume'];

export interface Pruning {
  readonly allowlist: readonly string[];
  readonly namespaces: ReadonlySet<string>;
  /** Of the objects that were applied. */
  readonly uids: ReadonlySet<string>;
  readonly labelSelector: string;
  readonly dryRun: DryRun;
  readonly deletion: JsonObject;
  readonly report: (object: JsonObject) => void;
}

/** The types to be pruned. Rejects for a word that is no GROUP/VERSION/KIND, or that nobody serves. */
export async function typesToPrune(allowlist: readonly string[], kubectl: Kubectl): Promise<readonly ApiResource[]> {
  const mapper = await kubectl.mapper();
  const found: ApiResource[] = [];
  for (const word of allowlist) {
    const [group = '', version = '', kind, ...more] = word.split('/');
    if (kind === undefined || more.length) throw new CommandError(`invalid GroupVersionKind format: ${word}, please follow <group/version/kind>`);
    found.push(await mapper.forKind({ group: group === 'core' ? '' : group, kind }, version));
  }
  return found;
}

/** The objects that were applied once and are not among those that were seen now. */
export async function prunable(
  { allowlist, namespaces, uids, labelSelector }: Pick<Pruning, 'allowlist' | 'namespaces' | 'uids' | 'labelSelector'>,
  kubectl: Kubectl,
): Promise<readonly JsonObject[]> {
  const types = await typesToPrune(allowlist.length ? allowlist : [...NAMESPACED, ...OF_THE_CLUSTER], kubectl);
  const found: JsonObject[] = [];
  for (const { type, namespace } of [
    ...[...namespaces].flatMap((each) => types.filter(({ namespaced }) => namespaced).map((type) => ({ type, namespace: each }))),
    ...types.filter(({ namespaced }) => !namespaced).map((type) => ({ type, namespace: '' })),
  ]) {
    const list = await (await kubectl.client(type)).list({ namespace }, { labelSelector });
    for (const item of isList(list) ? list.items : [])
      if (lastAppliedOf(item) !== undefined && !uids.has(textField(metadataOf(item), 'uid')))
        found.push({ apiVersion: type.group ? `${type.group}/${type.version}` : type.version, kind: type.kind, ...item });
  }
  return found;
}

export async function prune({ allowlist, namespaces, uids, labelSelector, dryRun, deletion, report }: Pruning, kubectl: Kubectl): Promise<void> {
  if (!allowlist.length)
    kubectl.complain(
      klogLine(
        'W',
        'prune.go:71',
        'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.',
        kubectl.ports,
      ),
    );
  const types = await typesToPrune(allowlist.length ? allowlist : [...NAMESPACED, ...OF_THE_CLUSTER], kubectl);
  const pruneIn = async (namespace: string, resource: ApiResource): Promise<void> => {
    const client = await kubectl.client(resource);
    const list = await client.list({ namespace }, { labelSelector });
    for (const item of isList(list) ? list.items : []) {
      const metadata = metadataOf(item);
      if (lastAppliedOf(item) === undefined || uids.has(textField(metadata, 'uid'))) continue;
      if (dryRun !== 'client')
        await client.delete({ namespace, name: textField(metadata, 'name') }, { ...deletion, ...(dryRun === 'server' ? { dryRun: ['All'] } : {}) });
      report({ apiVersion: resource.group ? `${resource.group}/${resource.version}` : resource.version, kind: resource.kind, ...item });
    }
  };
  const failed = (what: string, { group, version, kind }: ApiResource, error: unknown): CommandError =>
    new CommandError(`error pruning ${what} object ${group}/${version}, Kind=${kind}: ${messageOf(error)}`);
  for (const namespace of namespaces)
    for (const type of types.filter((each) => each.namespaced))
      await pruneIn(namespace, type).catch((error: unknown) => {
        throw failed('namespaced', type, error);
      });
  for (const type of types.filter((each) => !each.namespaced))
    await pruneIn('', type).catch((error: unknown) => {
      throw failed('nonNamespaced', type, error);
    });
}
