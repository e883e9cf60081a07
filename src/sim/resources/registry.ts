// Every kind the server knows. A kind is one file and one line here.
import { controllerRevisions } from './apps/controller-revision.ts';
import { daemonSets } from './apps/daemon-set.ts';
import { deployments } from './apps/deployment.ts';
import { replicaSets } from './apps/replica-set.ts';
import { leases } from './coordination/lease.ts';
import { configMaps } from './core/config-map.ts';
import { endpoints } from './core/endpoints.ts';
import { events } from './core/event.ts';
import { namespaces } from './core/namespace.ts';
import { nodes } from './core/node.ts';
import { pods } from './core/pod.ts';
import { secrets } from './core/secret.ts';
import { serviceAccounts } from './core/service-account.ts';
import { services } from './core/service.ts';
import { asAny, type AnyResource } from './descriptor.ts';
import { endpointSlices } from './discovery/endpoint-slice.ts';
import { seriesEvents } from './events/event.ts';
import { podDisruptionBudgets } from './policy/pod-disruption-budget.ts';
import { plainKinds, virtualKinds } from './plain.ts';
import { clusterRoleBindings, roleBindings } from './rbac/bindings.ts';
import { clusterRoles, roles } from './rbac/roles.ts';
import { priorityClasses } from './scheduling/priority-class.ts';

const all: readonly AnyResource[] = [
  asAny(namespaces),
  asAny(nodes),
  asAny(pods),
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
  asAny(podDisruptionBudgets),
  asAny(endpointSlices),
  asAny(leases),
  asAny(priorityClasses),
  asAny(roles),
  asAny(clusterRoles),
  asAny(roleBindings),
  asAny(clusterRoleBindings),
  ...plainKinds,
  ...virtualKinds,
];

export class ResourceRegistry {
  readonly #byPath = new Map<string, AnyResource>();
  readonly #byKind = new Map<string, AnyResource>();
  readonly all: readonly AnyResource[];

  /** Throws when two kinds claim the same name. */
  constructor(resources: readonly AnyResource[] = all) {
    this.all = resources;
    for (const resource of resources) {
      const path = `${resource.groupVersion}/${resource.resource}`;
      const kind = `${resource.groupVersion}/${resource.kind}`;
      if (this.#byPath.has(path) || this.#byKind.has(kind)) throw new Error(`two kinds claim ${path} (${kind})`);
      this.#byPath.set(path, resource);
      this.#byKind.set(kind, resource);
    }
  }

  /** `apps/v1` and `deployments`. */
  find(groupVersion: string, plural: string): AnyResource | undefined {
    return this.#byPath.get(`${groupVersion}/${plural}`);
  }
  findKind(apiVersion: string, kind: string): AnyResource | undefined {
    return this.#byKind.get(`${apiVersion}/${kind}`);
  }
  hasGroupVersion(groupVersion: string): boolean {
    return this.all.some((each) => each.groupVersion === groupVersion);
  }
}
