// Names that other objects use, brought to what they have become. Models kustomize/api/filters/nameref and builtinpluginconsts/namereference.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import { changedAt, isFor, POD_SPECS, splitPath, type FieldSpec } from './field-specs.ts';
import { stringOf, type Identity, type Resource } from './resource.ts';

interface Referral {
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly specs: readonly FieldSpec[];
}

const inPods = (...paths: readonly string[]): readonly FieldSpec[] =>
  POD_SPECS.flatMap((spec) => paths.map((path) => ({ ...spec, path: `${spec.path}/${path}` })));
const inContainers = (path: string): readonly FieldSpec[] => inPods(`containers/${path}`, `initContainers/${path}`);
const at = (kind: string, path: string, group?: string): FieldSpec => ({ kind, path, ...(group ? { group } : {}) });
const RBAC = 'rbac.authorization.k8s.io';
const ADMISSION = 'admissionregistration.k8s.io';
const scaled = (kind: string): Referral => ({ kind, specs: [at('HorizontalPodAutoscaler', 'spec/scaleTargetRef/name')] });

const REFERRALS: readonly Referral[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map(scaled),
  {
    version: 'v1',
    kind: 'ConfigMap',
    specs: [
      ...inPods('volumes/configMap/name', 'volumes/projected/sources/configMap/name'),
      ...inContainers('env/valueFrom/configMapKeyRef/name'),
      ...inContainers('envFrom/configMapRef/name'),
      at('Role', 'rules/resourceNames'),
      at('ClusterRole', 'rules/resourceNames'),
      at('Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap'),
    ],
  },
  {
    version: 'v1',
    kind: 'Secret',
    specs: [
      ...inPods('volumes/secret/secretName', 'imagePullSecrets/name', 'volumes/projected/sources/secret/name'),
      ...inContainers('env/valueFrom/secretKeyRef/name'),
      ...inContainers('envFrom/secretRef/name'),
      at('Ingress', 'spec/tls/secretName'),
      at('Ingress', 'metadata/annotations/ingress.kubernetes.io\\/auth-secret'),
      at('Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret'),
      at('Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret'),
      at('ServiceAccount', 'imagePullSecrets/name'),
      ...['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map((name) => at('StorageClass', `parameters/${name}`)),
      at('Role', 'rules/resourceNames'),
      at('ClusterRole', 'rules/resourceNames'),
      at('PersistentVolume', 'spec/azureFile/secretName'),
    ],
  },
  {
    version: 'v1',
    kind: 'Service',
    specs: [
      at('StatefulSet', 'spec/serviceName', 'apps'),
      at('Ingress', 'spec/rules/http/paths/backend/serviceName'),
      at('Ingress', 'spec/backend/serviceName'),
      at('Ingress', 'spec/rules/http/paths/backend/service/name'),
      at('Ingress', 'spec/defaultBackend/service/name'),
      at('APIService', 'spec/service/name', 'apiregistration.k8s.io'),
      at('ValidatingWebhookConfiguration', 'webhooks/clientConfig/service', ADMISSION),
      at('MutatingWebhookConfiguration', 'webhooks/clientConfig/service', ADMISSION),
    ],
  },
  { group: RBAC, kind: 'Role', specs: [at('RoleBinding', 'roleRef/name', RBAC)] },
  { group: RBAC, kind: 'ClusterRole', specs: [at('RoleBinding', 'roleRef/name', RBAC), at('ClusterRoleBinding', 'roleRef/name', RBAC)] },
  {
    version: 'v1',
    kind: 'ServiceAccount',
    specs: [at('RoleBinding', 'subjects', RBAC), at('ClusterRoleBinding', 'subjects', RBAC), ...inPods('serviceAccountName')],
  },
  { version: 'v1', kind: 'PersistentVolumeClaim', specs: inPods('volumes/persistentVolumeClaim/claimName') },
  { version: 'v1', kind: 'PersistentVolume', specs: [at('PersistentVolumeClaim', 'spec/volumeName'), at('ClusterRole', 'rules/resourceNames')] },
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'StorageClass',
    specs: [
      at('PersistentVolume', 'spec/storageClassName'),
      at('PersistentVolumeClaim', 'spec/storageClassName'),
      at('StatefulSet', 'spec/volumeClaimTemplates/spec/storageClassName'),
    ],
  },
  { group: 'scheduling.k8s.io', version: 'v1', kind: 'PriorityClass', specs: inPods('priorityClassName') },
  { group: 'networking.k8s.io', version: 'v1', kind: 'IngressClass', specs: [at('Ingress', 'spec/ingressClassName')] },
  { group: ADMISSION, kind: 'ValidatingAdmissionPolicy', specs: [at('ValidatingAdmissionPolicyBinding', 'spec/policyName', ADMISSION)] },
];

export function fixReferences(resources: readonly Resource[]): void {
  for (const referrer of resources)
    for (const referral of REFERRALS) {
      const specs = referral.specs.filter((spec) => isFor(spec, referrer.originalId));
      if (!specs.length) continue;
      const targets = resources.filter((each) => each.ids.some((id) => isTarget(referral, id)));
      if (!targets.length) continue;
      for (const { path } of specs)
        referrer.object = (changedAt(referrer.object, splitPath(path), (value) => fixed(value, { referrer, referral, targets, path })) ??
          referrer.object) as JsonObject;
    }
}

const isTarget = ({ group = '', version, kind }: Referral, id: Identity): boolean =>
  kind === id.kind && (!version || version === id.version) && (!group || group === id.group);

interface Case {
  readonly referrer: Resource;
  readonly referral: Referral;
  readonly targets: readonly Resource[];
  readonly path: string;
}

function fixed(value: JsonValue | undefined, one: Case): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((each) => fixed(each, one) ?? each);
  if (isJsonObject(value)) return fixedObject(value, one);
  if (typeof value !== 'string') return value;
  if (one.path === 'roleRef/name') {
    const { roleRef } = one.referrer.object;
    if (!isJsonObject(roleRef) || roleRef['kind'] !== one.referral.kind) return value;
  }
  return select(value, one, undefined)?.id.name ?? value;
}

/** A name with its namespace, such as a subject of a binding. */
function fixedObject(value: JsonObject, one: Case): JsonObject {
  const kind = stringOf(value['kind']);
  if (kind && kind !== one.referral.kind) return value;
  const found = select(stringOf(value['name']), one, stringOf(value['namespace']));
  if (!found) return value;
  const { name, namespace } = found.id;
  return { ...value, name, ...(namespace ? { namespace } : {}) };
}

function select(name: string, { referrer, referral, targets }: Case, namespace: string | undefined): Resource | undefined {
  const own = referrer.id.namespace || 'default';
  const named = targets.filter((each) => each.ids.some((id) => id.name === name && isTarget(referral, id)));
  const near =
    namespace === undefined
      ? named.filter((each) => referrer.isClusterScoped || each.isClusterScoped || (each.id.namespace || 'default') === own)
      : named.filter((each) => each.ids.some((id) => (id.namespace || 'default') === (namespace || 'default')));
  if (near.length <= 1) return near[0];
  const alike = near.filter((each) => endsAlike(each.prefixes, referrer.prefixes) && endsAlike(each.suffixes, referrer.suffixes));
  const same = alike.find((each) => each.prefixes.length === referrer.prefixes.length && each.suffixes.length === referrer.suffixes.length);
  return same ?? alike[0];
}

/** The shorter list is how the longer one ends. */
function endsAlike(a: readonly string[], b: readonly string[]): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(a.length - length).every((each, i) => each === b[b.length - length + i]);
}
