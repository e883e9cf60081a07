// Discovery in both forms, derived from the descriptors. Models kubernetes/staging/src/k8s.io/apiserver/pkg/endpoints/discovery
import { compareApiVersions } from '../../../kube/machinery/api-version.ts';
import { type JsonObject, type JsonValue } from '../../../kube/machinery/json.ts';
import type { AnyResource } from '../../resources/descriptor.ts';
import type { ResourceRegistry } from '../../resources/registry.ts';

/** Groups in the order of a real server's answer. */
const GROUP_ORDER = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

const verbsOf = (resource: AnyResource): readonly string[] => resource.facts.verbs;

export class Discovery {
  readonly #groups = new Map<string, Map<string, AnyResource[]>>();

  constructor(resources: ResourceRegistry) {
    const position = (group: string): number => {
      const at = GROUP_ORDER.indexOf(group);
      return at < 0 ? GROUP_ORDER.length : at;
    };
    const all = [...resources.all].sort((a, b) => position(a.group) - position(b.group) || (a.resource < b.resource ? -1 : 1));
    for (const resource of all) {
      let versions = this.#groups.get(resource.group);
      if (!versions) this.#groups.set(resource.group, (versions = new Map()));
      versions.set(resource.version, [...(versions.get(resource.version) ?? []), resource]);
    }
  }

  /** `/api` */
  legacyVersions(serverAddress: string): JsonObject {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }] };
  }

  /** `/apis` */
  groupList(): JsonObject {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: [...this.#groups.keys()].filter(Boolean).map((group) => this.#group(group)) };
  }

  /** `/apis/GROUP`; undefined when nobody serves it. */
  group(group: string): JsonObject | undefined {
    return this.#groups.has(group) && group ? { kind: 'APIGroup', apiVersion: 'v1', ...this.#group(group) } : undefined;
  }

  /** `/api/v1`, `/apis/GROUP/VERSION`. */
  resourceList(group: string, version: string): JsonObject | undefined {
    const resources = this.#groups.get(group)?.get(version);
    if (!resources) return undefined;
    const entries = resources.flatMap((resource): JsonObject[] => {
      const { kind, singular, namespaced, shortNames, categories, storageVersionHash, subresources = {} } = resource.facts;
      return [
        {
          name: resource.resource,
          singularName: singular,
          namespaced,
          kind,
          verbs: verbsOf(resource),
          ...(shortNames ? { shortNames } : {}),
          ...(categories ? { categories } : {}),
          ...(storageVersionHash ? { storageVersionHash } : {}),
        },
        ...Object.entries(subresources).map(([name, each]): JsonObject => ({
          name: `${resource.resource}/${name}`,
          singularName: '',
          namespaced,
          ...(each.group ? { group: each.group } : {}),
          ...(each.version ? { version: each.version } : {}),
          kind: each.kind,
          verbs: each.verbs,
        })),
      ];
    });
    return { kind: 'APIResourceList', ...(group ? { apiVersion: 'v1' } : {}), groupVersion: group ? `${group}/${version}` : version, resources: entries };
  }

  /** Aggregated discovery of `/api` (core) or `/apis`. */
  aggregated(core: boolean, version: 'v2' | 'v2beta1'): JsonObject {
    const items = [...this.#groups]
      .filter(([group]) => (group === '') === core)
      .map(([group, versions]): JsonObject => ({
        metadata: group ? { name: group } : {},
        versions: [...versions]
          .sort(([a], [b]) => compareApiVersions(a, b))
          .map(([each, resources]): JsonObject => ({
            version: each,
            resources: resources.map((resource) => this.#aggregatedResource(resource)),
            freshness: 'Current',
          })),
      }));
    return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
  }

  groupVersions(): readonly string[] {
    return [...this.#groups].flatMap(([group, versions]) => [...versions.keys()].map((version) => (group ? `${group}/${version}` : version)));
  }
  groups(): readonly string[] {
    return [...this.#groups.keys()].filter(Boolean);
  }

  #group(group: string): JsonObject {
    const versions = [...(this.#groups.get(group)?.keys() ?? [])].sort(compareApiVersions).map((version) => ({ groupVersion: `${group}/${version}`, version }));
    return { name: group, versions, preferredVersion: versions[0] as JsonObject };
  }

  #aggregatedResource(resource: AnyResource): JsonObject {
    const { kind, singular, namespaced, shortNames, categories, subresources } = resource.facts;
    const scope = namespaced ? 'Namespaced' : 'Cluster';
    // Kinds of this very group and version are named without them, unless a definition brought them.
    const isOwn = resource.codec.type !== undefined;
    const responseKind = (name: string, group = isOwn ? '' : resource.group, version = isOwn ? '' : resource.version): JsonObject => ({
      group,
      version,
      kind: name,
    });
    return {
      resource: resource.resource,
      responseKind: responseKind(kind),
      scope,
      singularResource: singular,
      verbs: verbsOf(resource),
      ...(shortNames ? { shortNames } : {}),
      ...(categories ? { categories } : {}),
      ...(subresources
        ? {
            subresources: Object.entries(subresources).map(([name, each]): JsonValue => ({
              subresource: name,
              responseKind: responseKind(each.kind, each.group, each.version),
              verbs: each.verbs,
            })),
          }
        : {}),
    };
  }
}
