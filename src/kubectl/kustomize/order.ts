// The order in which a build prints its objects. Models kustomize/api/internal/builtins/SortOrderTransformer.go
import { isJsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { Identity, Resource } from './resource.ts';

const FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

export function inOrder(resources: readonly Resource[], sortOptions: JsonValue | undefined): readonly Resource[] {
  const options = isJsonObject(sortOptions) ? sortOptions : {};
  if (options['order'] === 'fifo') return resources;
  const legacy = isJsonObject(options['legacySortOptions']) ? options['legacySortOptions'] : {};
  const listOf = (value: JsonValue | undefined, preset: readonly string[]): readonly string[] => (Array.isArray(value) ? value.map(String) : preset);
  const first = listOf(legacy['orderFirst'], FIRST);
  const last = listOf(legacy['orderLast'], LAST);
  const rank = (kind: string): number => (first.includes(kind) ? first.indexOf(kind) - first.length : last.includes(kind) ? last.indexOf(kind) + 1 : 0);
  const typeText = ({ group, version, kind }: Identity): string => `${group || '~G'}_${version || '~V'}_${kind || '~K'}`;
  const placeText = ({ namespace, name }: Identity): string => `${namespace || '~X'}|${name || '~N'}`;
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return resources
    .map((resource) => ({ resource, id: resource.id }))
    .sort((a, b) => rank(a.id.kind) - rank(b.id.kind) || compare(typeText(a.id), typeText(b.id)) || compare(placeText(a.id), placeText(b.id)))
    .map(({ resource }) => resource);
}
