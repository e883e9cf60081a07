// How the lists of the built-in types merge, for whoever patches without a server at hand. The server's own schemas say the same.
import { isJsonObject, type JsonObject } from './json.ts';
import type { MergeField, MergeSchema } from './strategic-merge.ts';

/** By type and field: strategies, merge key and the type of what is inside, each empty where there is none. Only fields that need a word. */
const TYPES: Readonly<Record<string, Readonly<Record<string, readonly [strategies: string, mergeKey: string, type: string]>>>> = {
  ObjectMeta: { finalizers: ['merge', '', ''], ownerReferences: ['merge', 'uid', ''] },
  Conditions: { conditions: ['merge', 'type', ''] },
  Container: {
    env: ['merge', 'name', ''],
    ports: ['merge', 'containerPort', ''],
    volumeDevices: ['merge', 'devicePath', ''],
    volumeMounts: ['merge', 'mountPath', ''],
  },
  ClaimTemplate: { metadata: ['', '', 'ObjectMeta'] },
  Ephemeral: { volumeClaimTemplate: ['', '', 'ClaimTemplate'] },
  Volume: { ephemeral: ['', '', 'Ephemeral'] },
  PodSpec: {
    containers: ['merge', 'name', 'Container'],
    ephemeralContainers: ['merge', 'name', 'Container'],
    hostAliases: ['merge', 'ip', ''],
    imagePullSecrets: ['merge', 'name', ''],
    initContainers: ['merge', 'name', 'Container'],
    resourceClaims: ['merge,retainKeys', 'name', ''],
    schedulingGates: ['merge', 'name', ''],
    topologySpreadConstraints: ['merge', 'topologyKey', ''],
    volumes: ['merge,retainKeys', 'name', 'Volume'],
  },
  PodStatus: {
    conditions: ['merge', 'type', ''],
    hostIPs: ['merge', 'ip', ''],
    podIPs: ['merge', 'ip', ''],
    resourceClaimStatuses: ['merge,retainKeys', 'name', ''],
  },
  PodTemplateSpec: { metadata: ['', '', 'ObjectMeta'], spec: ['', '', 'PodSpec'] },
  Templated: { template: ['', '', 'PodTemplateSpec'] },
  DeploymentSpec: { strategy: ['retainKeys', '', ''], template: ['', '', 'PodTemplateSpec'] },
  StatefulSetSpec: { template: ['', '', 'PodTemplateSpec'], volumeClaimTemplates: ['', '', 'PersistentVolumeClaim'] },
  JobTemplateSpec: { metadata: ['', '', 'ObjectMeta'], spec: ['', '', 'Templated'] },
  CronJobSpec: { jobTemplate: ['', '', 'JobTemplateSpec'] },
  NodeSpec: { podCIDRs: ['merge', '', ''] },
  NodeStatus: { addresses: ['merge', 'type', ''], conditions: ['merge', 'type', ''] },
  ServiceSpec: { ports: ['merge', 'port', ''] },
  BudgetSpec: { selector: ['replace', '', ''] },
  Webhook: { matchConditions: ['merge', 'name', ''] },
  AdmissionPolicySpec: { matchConditions: ['merge', 'name', ''], variables: ['merge', 'name', ''] },
  ClaimStatus: { reservedFor: ['merge', 'uid', ''] },
  DriversSpec: { drivers: ['merge', 'name', ''] },
  PersistentVolumeClaim: { metadata: ['', '', 'ObjectMeta'], status: ['', '', 'Conditions'] },
};

/** By kind: the types of its parts, where they need a word. All kinds have metadata. */
const KINDS: Readonly<Record<string, Readonly<Record<string, string | readonly [strategies: string, mergeKey: string, type: string]>>>> = {
  Pod: { spec: 'PodSpec', status: 'PodStatus' },
  PodTemplate: { template: 'PodTemplateSpec' },
  ReplicationController: { spec: 'Templated', status: 'Conditions' },
  ReplicaSet: { spec: 'Templated', status: 'Conditions' },
  DaemonSet: { spec: 'Templated', status: 'Conditions' },
  Deployment: { spec: 'DeploymentSpec', status: 'Conditions' },
  StatefulSet: { spec: 'StatefulSetSpec', status: 'Conditions' },
  Job: { spec: 'Templated', status: 'Conditions' },
  CronJob: { spec: 'CronJobSpec' },
  Namespace: { status: 'Conditions' },
  Node: { spec: 'NodeSpec', status: 'NodeStatus' },
  PersistentVolumeClaim: { status: 'Conditions' },
  Service: { spec: 'ServiceSpec', status: 'Conditions' },
  ServiceAccount: { secrets: ['merge', 'name', ''] },
  HorizontalPodAutoscaler: { status: 'Conditions' },
  PodDisruptionBudget: { spec: 'BudgetSpec', status: 'Conditions' },
  MutatingWebhookConfiguration: { webhooks: ['merge', 'name', 'Webhook'] },
  ValidatingWebhookConfiguration: { webhooks: ['merge', 'name', 'Webhook'] },
  ValidatingAdmissionPolicy: { spec: 'AdmissionPolicySpec' },
  ResourceClaim: { status: 'ClaimStatus' },
  CSINode: { spec: 'DriversSpec' },
};

const fieldOf = (strategies: string, mergeKey: string, type: string): MergeField => ({
  schema: type ? typeSchema(type) : undefined,
  strategies: strategies ? strategies.split(',') : [],
  mergeKey: mergeKey || undefined,
});

const typeSchema =
  (type: string): MergeSchema =>
  (field) => {
    const fields = TYPES[type] ?? {};
    const known = Object.hasOwn(fields, field) ? fields[field] : undefined;
    return known ? fieldOf(...known) : undefined;
  };

/** Of a kind of the groups that Kubernetes itself has. */
export function builtInMergeSchema(object: JsonObject): MergeSchema {
  const kind = object['kind'];
  const parts = typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? (KINDS[kind] ?? {}) : {};
  return (field) => {
    if (field === 'metadata') return fieldOf('', '', 'ObjectMeta');
    const part = Object.hasOwn(parts, field) ? parts[field] : undefined;
    if (part === undefined) return isJsonObject(object[field]) ? fieldOf('', '', '') : undefined;
    return typeof part === 'string' ? fieldOf('', '', part) : fieldOf(...part);
  };
}
