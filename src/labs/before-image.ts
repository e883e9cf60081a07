// How the nodes were before a lab began, and putting them back so.
import type { Node, Taint } from '../kube/api/core-v1.ts';
import { nodes } from '../kube/api/resources.ts';
import type { ApiClient } from '../kube/client/api-client.ts';
import { isNotFound } from '../kube/machinery/status-error.ts';

export interface NodeImage {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
}

/** The node controller sets and removes these by itself. */
const BY_THE_CLUSTER = 'node.kubernetes.io/';
const isOurs = ({ key }: Taint): boolean => !key.startsWith(BY_THE_CLUSTER);

const imageOf = ({ metadata, spec }: Node): NodeImage => ({
  name: metadata.name ?? '',
  labels: metadata.labels ?? {},
  taints: (spec.taints ?? []).filter(isOurs).map(({ key, value, effect }) => ({ key, effect, ...(value ? { value } : {}) })),
  unschedulable: spec.unschedulable ?? false,
});

export async function takeNodeImages(client: ApiClient): Promise<readonly NodeImage[]> {
  return (await client.list(nodes)).items.map(imageOf);
}

/** Labels, taints and cordons as they were, whoever changed them; a node that is gone is left alone. */
export async function restoreNodes(client: ApiClient, images: readonly NodeImage[]): Promise<void> {
  for (const image of images) {
    const node = await client.get(nodes, image.name).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (!node) continue;
    const now = imageOf(node);
    if (JSON.stringify(now) === JSON.stringify(image)) continue;
    const labels: Record<string, string | null> = { ...image.labels };
    for (const label of Object.keys(now.labels)) labels[label] ??= null;
    const taints = [...image.taints, ...(node.spec.taints ?? []).filter((taint) => !isOurs(taint) && taint.key !== 'node.kubernetes.io/unschedulable')];
    await client.patch(nodes, image.name, 'merge', {
      metadata: { labels },
      spec: { taints: taints.length ? (taints as never) : null, unschedulable: image.unschedulable || null },
    });
  }
}
