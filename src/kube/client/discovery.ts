// What a server serves, in each group's preferred version, from the per-group lists that every server has. Models kubernetes/staging/src/k8s.io/client-go/discovery
import type { APIGroupList, APIResource, APIResourceList } from '../api/meta-v1.ts';
import type { ResourceRef } from '../machinery/object.ts';
import { messageOf } from '../../errors/app-error.ts';
import type { ApiClient } from './api-client.ts';

export interface DiscoveredResource {
  readonly ref: ResourceRef;
  readonly verbs: ReadonlySet<string>;
}
export interface Discovery {
  readonly resources: readonly DiscoveredResource[];
  /** Groups that did not answer, by group version. */
  readonly failures: ReadonlyMap<string, string>;
}

function resourcesOf(groupVersion: string, list: readonly APIResource[]): readonly DiscoveredResource[] {
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  const version = groupVersion.slice(slash + 1);
  return list
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced, verbs }) => ({ ref: { group, version, resource: name, kind, namespaced }, verbs: new Set(verbs) }));
}

/** Rejects only when not even the list of groups can be had. A resource that the preferred version lacks is taken from another. */
export async function discoverResources(client: ApiClient): Promise<Discovery> {
  const { groups } = (await client.raw('/apis')) as unknown as APIGroupList;
  const preferred = groups.map(({ name, preferredVersion, versions }) => {
    const first = preferredVersion?.groupVersion ?? versions[0]?.groupVersion ?? `${name}/v1`;
    return [first, ...versions.map(({ groupVersion }) => groupVersion).filter((each) => each !== first)];
  });
  const failures = new Map<string, string>();
  const fetched = await Promise.all(
    [['v1'], ...preferred].map(async (versions) => {
      const found = new Map<string, DiscoveredResource>();
      for (const groupVersion of versions) {
        try {
          const list = (await client.raw(groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`)) as unknown as APIResourceList;
          for (const resource of resourcesOf(groupVersion, list.resources ?? []))
            if (!found.has(resource.ref.resource)) found.set(resource.ref.resource, resource);
        } catch (error) {
          failures.set(groupVersion, messageOf(error));
        }
      }
      return [...found.values()];
    }),
  );
  return { resources: fetched.flat(), failures };
}
