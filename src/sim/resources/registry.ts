// Every kind the server knows. A kind is one file and one line here.
import { customResourceDefinitions } from './apiextensions/custom-resource-definition.ts';
import { controllerRevisions } from './apps/controller-revision.ts';
import { daemonSets } from './apps/daemon-set.ts';
import { deployments } from './apps/deployment.ts';
import { replicaSets } from './apps/replica-set.ts';
import { statefulSets } from './apps/stateful-set.ts';
import { horizontalPodAutoscalersV1 } from './autoscaling/horizontal-pod-autoscaler-v1.ts';
import { horizontalPodAutoscalers } from './autoscaling/horizontal-pod-autoscaler.ts';
import { certificateSigningRequests } from './certificates/certificate-signing-request.ts';
import { cronJobs } from './batch/cron-job.ts';
import { jobs } from './batch/job.ts';
import { leases } from './coordination/lease.ts';
import { configMaps } from './core/config-map.ts';
import { endpoints } from './core/endpoints.ts';
import { events } from './core/event.ts';
import { limitRanges } from './core/limit-range.ts';
import { namespaces } from './core/namespace.ts';
import { nodes } from './core/node.ts';
import { persistentVolumeClaims } from './core/persistent-volume-claim.ts';
import { persistentVolumes } from './core/persistent-volume.ts';
import { podTemplates } from './core/pod-template.ts';
import { pods } from './core/pod.ts';
import { replicationControllers } from './core/replication-controller.ts';
import { resourceQuotas } from './core/resource-quota.ts';
import { secrets } from './core/secret.ts';
import { serviceAccounts } from './core/service-account.ts';
import { services } from './core/service.ts';
import { ingresses } from './networking/ingress.ts';
import { ingressClasses } from './networking/ingress-class.ts';
import { networkPolicies } from './networking/network-policy.ts';
import { ipAddresses } from './networking/ip-address.ts';
import { serviceCidrs } from './networking/service-cidr.ts';
import { storageClasses } from './storage/storage-class.ts';
import { volumeAttributesClasses } from './storage/volume-attributes-class.ts';
import { csiDrivers } from './storage/csi-driver.ts';
import { csiNodes } from './storage/csi-node.ts';
import { csiStorageCapacities } from './storage/csi-storage-capacity.ts';
import { volumeAttachments } from './storage/volume-attachment.ts';
import { runtimeClasses } from './node/runtime-class.ts';
import { validatingWebhookConfigurations, mutatingWebhookConfigurations } from './admissionregistration/webhook-configurations.ts';
import { validatingAdmissionPolicies, validatingAdmissionPolicyBindings } from './admissionregistration/admission-policies.ts';
import { apiServices } from './apiregistration/api-service.ts';
import { flowSchemas } from './flowcontrol/flow-schema.ts';
import { priorityLevelConfigurations } from './flowcontrol/priority-level-configuration.ts';
import { resourceClaims, resourceClaimTemplates, resourceSlices, deviceClasses } from './resource/device-kinds.ts';
import { componentStatuses } from './core/component-status.ts';
import { asAny, type AnyResource } from './descriptor.ts';
import { endpointSlices } from './discovery/endpoint-slice.ts';
import { seriesEvents } from './events/event.ts';
import { podDisruptionBudgets } from './policy/pod-disruption-budget.ts';
import { clusterRoleBindings, roleBindings } from './rbac/bindings.ts';
import { clusterRoles, roles } from './rbac/roles.ts';
import { priorityClasses } from './scheduling/priority-class.ts';
import { virtualKinds } from './virtual.ts';

/** Those that are served without anyone asking; custom resources come and go. */
export const builtInResources: readonly AnyResource[] = [
  asAny(namespaces),
  asAny(nodes),
  asAny(pods),
  asAny(podTemplates),
  asAny(replicationControllers),
  asAny(persistentVolumes),
  asAny(persistentVolumeClaims),
  asAny(limitRanges),
  asAny(resourceQuotas),
  asAny(services),
  asAny(endpoints),
  asAny(configMaps),
  asAny(secrets),
  asAny(serviceAccounts),
  asAny(events),
  asAny(seriesEvents),
  asAny(deployments),
  asAny(replicaSets),
  asAny(daemonSets),
  asAny(controllerRevisions),
  asAny(statefulSets),
  asAny(jobs),
  asAny(cronJobs),
  asAny(podDisruptionBudgets),
  asAny(endpointSlices),
  asAny(leases),
  asAny(priorityClasses),
  asAny(roles),
  asAny(clusterRoles),
  asAny(roleBindings),
  asAny(clusterRoleBindings),
  asAny(horizontalPodAutoscalers),
  asAny(horizontalPodAutoscalersV1),
  asAny(certificateSigningRequests),
  asAny(ingresses),
  asAny(ingressClasses),
  asAny(networkPolicies),
  asAny(ipAddresses),
  asAny(serviceCidrs),
  asAny(storageClasses),
  asAny(volumeAttributesClasses),
  asAny(csiDrivers),
  asAny(csiNodes),
  asAny(csiStorageCapacities),
  asAny(volumeAttachments),
  asAny(runtimeClasses),
  asAny(validatingWebhookConfigurations),
  asAny(mutatingWebhookConfigurations),
  asAny(validatingAdmissionPolicies),
  asAny(validatingAdmissionPolicyBindings),
  asAny(apiServices),
  asAny(flowSchemas),
  asAny(priorityLevelConfigurations),
  asAny(resourceClaims),
  asAny(resourceClaimTemplates),
  asAny(resourceSlices),
  asAny(deviceClasses),
  asAny(componentStatuses),
  asAny(customResourceDefinitions),
  ...virtualKinds,
];

export class ResourceRegistry {
  #byPath = new Map<string, AnyResource>();
  #byKind = new Map<string, AnyResource>();
  #all: readonly AnyResource[];
  #generation = 0;
  readonly #listeners = new Set<() => void>();

  /** Throws when two kinds claim the same name. */
  constructor(resources: readonly AnyResource[] = builtInResources) {
    this.#all = resources;
    this.#rebuild();
  }

  get all(): readonly AnyResource[] {
    return this.#all;
  }
  /** Counts changes: what is derived from the registry is good as long as this stays. */
  get generation(): number {
    return this.#generation;
  }

  /** `apps/v1` and `deployments`. */
  find(groupVersion: string, plural: string): AnyResource | undefined {
    return this.#byPath.get(`${groupVersion}/${plural}`);
  }
  findKind(apiVersion: string, kind: string): AnyResource | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }
  hasGroupVersion(groupVersion: string): boolean {
    return this.#all.some((each) => each.groupVersion === groupVersion);
  }

  /** Serves `added` in place of `removed`. Throws when two kinds claim the same name; nothing has changed then. */
  replace(removed: readonly AnyResource[], added: readonly AnyResource[]): void {
    const before = this.#all;
    this.#all = [...before.filter((each) => !removed.includes(each)), ...added];
    try {
      this.#rebuild();
    } catch (error) {
      this.#all = before;
      this.#rebuild();
      throw error;
    }
    this.#generation += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after each change. Returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #rebuild(): void {
    const byPath = new Map<string, AnyResource>();
    const byKind = new Map<string, AnyResource>();
    for (const resource of this.#all) {
      const path = `${resource.groupVersion}/${resource.resource}`;
      const kind = `${resource.groupVersion}/${resource.kind}`;
      if (byPath.has(path) || byKind.has(kind)) throw new Error(`two kinds claim ${path} (${kind})`);
      byPath.set(path, resource);
      byKind.set(kind, resource);
    }
    this.#byPath = byPath;
    this.#byKind = byKind;
  }
}
