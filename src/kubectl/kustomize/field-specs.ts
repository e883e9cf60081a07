// Where in objects names, labels, annotations and the like stand. Models kustomize/api/internal/konfig/builtinpluginconsts
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';

export interface FieldSpec {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  /** Fields with `/` between them; lists are gone through. */
  readonly path: string;
  readonly create?: boolean;
}

export const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'APIService',
  'CSIDriver',
  'CSINode',
  'CertificateSigningRequest',
  'ClusterRole',
  'ClusterRoleBinding',
  'ComponentStatus',
  'CustomResourceDefinition',
  'FlowSchema',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PodSecurityPolicy',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);

const created = (kind: string, path: string, group?: string): FieldSpec => ({ kind, path, create: true, ...(group ? { group } : {}) });

/** Of the objects themselves and of what they make. */
export const TEMPLATE_LABELS: readonly FieldSpec[] = [
  { path: 'metadata/labels', create: true },
  { version: 'v1', ...created('ReplicationController', 'spec/template/metadata/labels') },
  created('Deployment', 'spec/template/metadata/labels'),
  created('ReplicaSet', 'spec/template/metadata/labels'),
  created('DaemonSet', 'spec/template/metadata/labels'),
  created('StatefulSet', 'spec/template/metadata/labels', 'apps'),
  created('StatefulSet', 'spec/volumeClaimTemplates/metadata/labels', 'apps'),
  created('Job', 'spec/template/metadata/labels', 'batch'),
  created('CronJob', 'spec/jobTemplate/metadata/labels', 'batch'),
  created('CronJob', 'spec/jobTemplate/spec/template/metadata/labels', 'batch'),
];

const AFFINITIES = ['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
  `affinity/${affinity}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
  `affinity/${affinity}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
]);
const spread = (kind: string): readonly FieldSpec[] =>
  [...AFFINITIES, 'topologySpreadConstraints/labelSelector/matchLabels'].map((path) => ({ group: 'apps', kind, path: `spec/template/spec/${path}` }));

export const SELECTOR_LABELS: readonly FieldSpec[] = [
  ...TEMPLATE_LABELS,
  { version: 'v1', ...created('Service', 'spec/selector') },
  { version: 'v1', ...created('ReplicationController', 'spec/selector') },
  created('Deployment', 'spec/selector/matchLabels'),
  ...spread('Deployment'),
  created('ReplicaSet', 'spec/selector/matchLabels'),
  created('DaemonSet', 'spec/selector/matchLabels'),
  created('StatefulSet', 'spec/selector/matchLabels', 'apps'),
  ...spread('StatefulSet'),
  { group: 'batch', kind: 'Job', path: 'spec/selector/matchLabels' },
  { group: 'batch', kind: 'CronJob', path: 'spec/jobTemplate/spec/selector/matchLabels' },
  { group: 'policy', kind: 'PodDisruptionBudget', path: 'spec/selector/matchLabels' },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy', path: 'spec/podSelector/matchLabels' },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy', path: 'spec/ingress/from/podSelector/matchLabels' },
  { group: 'networking.k8s.io', kind: 'NetworkPolicy', path: 'spec/egress/to/podSelector/matchLabels' },
];

export const ANNOTATIONS: readonly FieldSpec[] = [
  { path: 'metadata/annotations', create: true },
  { version: 'v1', ...created('ReplicationController', 'spec/template/metadata/annotations') },
  created('Deployment', 'spec/template/metadata/annotations'),
  created('ReplicaSet', 'spec/template/metadata/annotations'),
  created('DaemonSet', 'spec/template/metadata/annotations'),
  created('StatefulSet', 'spec/template/metadata/annotations'),
  created('Job', 'spec/template/metadata/annotations', 'batch'),
  created('CronJob', 'spec/jobTemplate/metadata/annotations', 'batch'),
  created('CronJob', 'spec/jobTemplate/spec/template/metadata/annotations', 'batch'),
];

export const REPLICAS: readonly FieldSpec[] = ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) =>
  created(kind, 'spec/replicas'),
);

export const NAMESPACES: readonly FieldSpec[] = [
  { kind: 'Namespace', path: 'metadata/name', create: true },
  { group: 'apiregistration.k8s.io', kind: 'APIService', path: 'spec/service/namespace', create: true },
  { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition', path: 'spec/conversion/webhook/clientConfig/service/namespace' },
];

export const POD_SPECS: readonly FieldSpec[] = [
  { version: 'v1', kind: 'Pod', path: 'spec' },
  { kind: 'PodTemplate', path: 'template/spec' },
  ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'ReplicationController'].map((kind) => ({ kind, path: 'spec/template/spec' })),
  { kind: 'CronJob', path: 'spec/jobTemplate/spec/template/spec' },
];

interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}
export const isFor = ({ group, version, kind }: FieldSpec, id: Gvk): boolean =>
  (!group || group === id.group) && (!version || version === id.version) && (!kind || kind === id.kind);

export const splitPath = (path: string): readonly string[] => path.split(/(?<!\\)\//).map((part) => part.replaceAll('\\/', '/').replace(/\[\]$/, ''));

type Change = (value: JsonValue | undefined) => JsonValue | undefined;

/** The value with what stands at a path changed; what is missing is made where `create` says so. */
export function changedAt(value: JsonValue | undefined, path: readonly string[], change: Change, create = false): JsonValue | undefined {
  if (Array.isArray(value) && path.length) return (value as readonly JsonValue[]).map((item) => changedAt(item, path, change, create) ?? item);
  const [field, ...rest] = path;
  if (field === undefined) return change(value);
  if (value !== undefined && value !== null && !isJsonObject(value)) return value;
  const object: JsonObject = isJsonObject(value) ? value : {};
  const inner = object[field];
  if ((inner === undefined || inner === null) && !create) return value;
  const after = changedAt(inner ?? undefined, rest, change, create);
  return after === undefined ? value : { ...object, [field]: after };
}

/** The object with the fields of all matching specs changed. */
export function changedBySpecs(object: JsonObject, id: Gvk, specs: readonly FieldSpec[], change: Change): JsonObject {
  let result: JsonValue = object;
  for (const spec of specs) if (isFor(spec, id)) result = changedAt(result, splitPath(spec.path), change, spec.create ?? false) ?? result;
  return result as JsonObject;
}
