// Which kind is described by what; to add one: a file beside this and a line here. Each is loaded when an object of its kind is described.
// Models describerMap of kubernetes/staging/src/k8s.io/kubectl/pkg/describe/describe.go
import type { ApiResource } from '../client/discovery.ts';
import type { Describer } from './describer.ts';

/** By kind and group: `Deployment.apps`. */
const DESCRIBERS: Readonly<Record<string, () => Promise<Describer>>> = {
  'Pod.': async () => (await import('./pod.ts')).describer,
  'ReplicationController.': async () => (await import('./replica-set.ts')).replicationController,
  'Secret.': async () => (await import('./config.ts')).secret,
  'Service.': async () => (await import('./service.ts')).describer,
  'ServiceAccount.': async () => (await import('./config.ts')).serviceAccount,
  'Node.': async () => (await import('./node.ts')).describer,
  'LimitRange.': async () => (await import('./limits.ts')).limitRange,
  'ResourceQuota.': async () => (await import('./limits.ts')).resourceQuota,
  'PersistentVolume.': async () => (await import('./volume.ts')).persistentVolume,
  'PersistentVolumeClaim.': async () => (await import('./volume.ts')).persistentVolumeClaim,
  'Namespace.': async () => (await import('./limits.ts')).namespace,
  'Endpoints.': async () => (await import('./endpoints.ts')).endpoints,
  'ConfigMap.': async () => (await import('./config.ts')).configMap,
  'EndpointSlice.discovery.k8s.io': async () => (await import('./endpoints.ts')).endpointSlice,
  'HorizontalPodAutoscaler.autoscaling': async () => (await import('./autoscaler.ts')).describer,
  'Ingress.networking.k8s.io': async () => (await import('./ingress.ts')).ingress,
  'IngressClass.networking.k8s.io': async () => (await import('./ingress.ts')).ingressClass,
  'ServiceCIDR.networking.k8s.io': async () => (await import('./cluster-addresses.ts')).serviceCidr,
  'IPAddress.networking.k8s.io': async () => (await import('./cluster-addresses.ts')).ipAddress,
  'Job.batch': async () => (await import('./job.ts')).job,
  'CronJob.batch': async () => (await import('./job.ts')).cronJob,
  'StatefulSet.apps': async () => (await import('./stateful-set.ts')).describer,
  'Deployment.apps': async () => (await import('./deployment.ts')).describer,
  'DaemonSet.apps': async () => (await import('./daemon-set.ts')).describer,
  'ReplicaSet.apps': async () => (await import('./replica-set.ts')).replicaSet,
  'CertificateSigningRequest.certificates.k8s.io': async () => (await import('./signing-request.ts')).describer,
  'StorageClass.storage.k8s.io': async () => (await import('./storage.ts')).storageClass,
  'CSINode.storage.k8s.io': async () => (await import('./storage.ts')).csiNode,
  'VolumeAttributesClass.storage.k8s.io': async () => (await import('./storage.ts')).volumeAttributesClass,
  'PodDisruptionBudget.policy': async () => (await import('./scheduling.ts')).podDisruptionBudget,
  'Role.rbac.authorization.k8s.io': async () => (await import('./rbac.ts')).role,
  'ClusterRole.rbac.authorization.k8s.io': async () => (await import('./rbac.ts')).clusterRole,
  'RoleBinding.rbac.authorization.k8s.io': async () => (await import('./rbac.ts')).roleBinding,
  'ClusterRoleBinding.rbac.authorization.k8s.io': async () => (await import('./rbac.ts')).clusterRoleBinding,
  'NetworkPolicy.networking.k8s.io': async () => (await import('./network-policy.ts')).describer,
  'PriorityClass.scheduling.k8s.io': async () => (await import('./scheduling.ts')).priorityClass,
};

export async function describerFor(resource: ApiResource): Promise<Describer> {
  const key = `${resource.kind}.${resource.group}`;
  const load = Object.hasOwn(DESCRIBERS, key) ? DESCRIBERS[key] : undefined;
  return load ? load() : (await import('./generic.ts')).genericDescriber(resource);
}
