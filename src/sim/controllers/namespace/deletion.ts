// Empties a namespace: pods first, then everything else that can be deleted. Models kubernetes/pkg/controller/namespace/deletion/namespaced_resources_deleter.go
import type { Pod } from '../../../kube/api/core-v1.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import { discoverResources, type DiscoveredResource } from '../../../kube/client/discovery.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { isPodEnded } from '../../../kube/machinery/pod-conditions.ts';
import { isNotFound, isStatusError } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { DeletionReport } from './conditions.ts';

/** How long what has finalizers may take, for want of a better guess. */
const FINALIZER_SECONDS = 15;

export interface Emptied {
  readonly report: DeletionReport;
  /** Seconds until it may be empty; 0 when it is. */
  readonly estimateSeconds: number;
  readonly errors: readonly string[];
}

interface Remainder {
  readonly count: number;
  readonly finalizers: ReadonlyMap<string, number>;
  readonly estimateSeconds: number;
  readonly error?: string;
}

const isUnsupported = (error: unknown): boolean => isNotFound(error) || isStatusError(error, 'MethodNotAllowed');

async function listAll(client: ApiClient, { ref, verbs }: DiscoveredResource, namespace: string): Promise<readonly KubeObject[]> {
  if (!verbs.has('list')) return [];
  try {
    return (await client.list(ref, { namespace })).items;
  } catch (error) {
    if (isUnsupported(error)) return [];
    throw error;
  }
}

/** What is left of the longest grace period of running pods. */
function graceLeft(objects: readonly KubeObject[], deletedForMs: number): number {
  const longest = Math.max(0, ...(objects as readonly Pod[]).filter((pod) => !isPodEnded(pod)).map(({ spec }) => spec.terminationGracePeriodSeconds ?? 0));
  return deletedForMs >= longest * 1000 ? 0 : longest;
}

async function emptyResource(client: ApiClient, resource: DiscoveredResource, namespace: string, deletedForMs: number): Promise<Remainder> {
  const { ref, verbs } = resource;
  const isPods = ref.group === '' && ref.resource === 'pods';
  let estimate = 0;
  try {
    if (isPods) estimate = graceLeft(await listAll(client, resource, namespace), deletedForMs);
    if (verbs.has('deletecollection')) {
      await client.deleteCollection(ref, { namespace, propagationPolicy: 'Background' });
    } else {
      for (const { metadata } of await listAll(client, resource, namespace)) {
        await client.delete(ref, metadata.name ?? '', { namespace, propagationPolicy: 'Background' }).catch((error: unknown) => {
          if (!isUnsupported(error)) throw error;
        });
      }
    }
    const left = await listAll(client, resource, namespace);
    const finalizers = new Map<string, number>();
    for (const { metadata } of left) for (const finalizer of metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
    if (left.length === 0) return { count: 0, finalizers, estimateSeconds: 0 };
    const unexplained = estimate === 0 && finalizers.size === 0;
    return {
      count: left.length,
      finalizers,
      estimateSeconds: estimate || (finalizers.size ? FINALIZER_SECONDS : 0),
      ...(unexplained
        ? { error: `unexpected items still remain in namespace: ${namespace} for gvr: ${ref.group}/${ref.version}, Resource=${ref.resource}` }
        : {}),
    };
  } catch (error) {
    return isUnsupported(error)
      ? { count: 0, finalizers: new Map(), estimateSeconds: 0 }
      : { count: 0, finalizers: new Map(), estimateSeconds: estimate, error: messageOf(error) };
  }
}

export async function emptyNamespace(client: ApiClient, namespace: string, deletedForMs: number): Promise<Emptied> {
  const { resources, failures } = await discoverResources(client);
  const deletable = resources.filter(({ ref, verbs }) => ref.namespaced && verbs.has('delete'));
  const isPods = ({ ref }: DiscoveredResource): boolean => ref.group === '' && ref.resource === 'pods';
  const errors = [...failures].map(([groupVersion, error]) => `${groupVersion}: ${error}`);
  const contentErrors: string[] = [];
  const remaining = new Map<string, number>();
  const finalizers = new Map<string, number>();
  let estimateSeconds = 0;
  const empty = async (resource: DiscoveredResource): Promise<void> => {
    const { count, finalizers: found, estimateSeconds: estimate, error } = await emptyResource(client, resource, namespace, deletedForMs);
    if (error !== undefined) {
      contentErrors.push(error);
      errors.push(isPods(resource) ? `failed to delete pods for namespace: ${namespace}, err: ${error}` : error);
    }
    estimateSeconds = Math.max(estimateSeconds, estimate);
    if (count) remaining.set(`${resource.ref.resource}.${resource.ref.group}`, count);
    for (const [finalizer, times] of found) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + times);
  };
  const [pods, ...rest] = [...deletable.filter(isPods), ...deletable.filter((resource) => !isPods(resource))];
  if (pods) await empty(pods);
  // Pods may need what else is in the namespace until they have ended.
  const podsRemain = remaining.size > 0;
  if (!podsRemain) await Promise.all(rest.map(empty));
  return { report: { discoveryFailures: failures, contentErrors, remaining: podsRemain ? undefined : remaining, finalizers }, estimateSeconds, errors };
}
