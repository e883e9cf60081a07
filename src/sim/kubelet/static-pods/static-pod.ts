// Static pods: their identity on the node, and the mirror that shows them in the API. Models kubernetes/pkg/kubelet/config/common.go and pod/mirror_client.go
import { createHash } from 'node:crypto';
import type { Node, Pod } from '../../../kube/api/core-v1.ts';
import { pods } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import { canonicalJson } from '../../../kube/machinery/hash.ts';
import type { Draft } from '../../../kube/machinery/object.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';

const HASH = 'kubernetes.io/config.hash';
const SEEN = 'kubernetes.io/config.seen';
const SOURCE = 'kubernetes.io/config.source';
const MIRROR = 'kubernetes.io/config.mirror';

/** The pod of a manifest as this node runs it: named after the node, known by the hash of its content. */
export function staticPod(manifest: Draft<Pod>, nodeName: string, nowMs: number): Pod {
  const hash = createHash('md5')
    .update(`${canonicalJson(manifest)}host:${nodeName}`)
    .digest('hex');
  const seen = `${new Date(nowMs).toISOString().slice(0, -1)}000000Z`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...manifest.metadata,
      name: `${manifest.metadata.name ?? ''}-${nodeName}`,
      uid: hash,
      annotations: { ...manifest.metadata.annotations, [HASH]: hash, [SEEN]: seen, [SOURCE]: 'file' },
    },
    spec: { ...manifest.spec, nodeName, tolerations: [...(manifest.spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }] },
    status: { phase: 'Pending' },
  };
}

export const isMirrorPod = ({ metadata }: Pod): boolean => metadata.annotations?.[MIRROR] !== undefined;

/** Whether this is the mirror of that very static pod, and not of an earlier version. */
export const mirrors = (mirror: Pod, pod: Pod): boolean => mirror.metadata.annotations?.[MIRROR] === pod.metadata.annotations?.[HASH];

/** Brings about that the API shows the static pod: makes its mirror, and makes it anew when it is going or outdated. */
export async function ensureMirror(client: ApiClient, pod: Pod, mirror: Pod | undefined, node: Node | undefined): Promise<void> {
  const { name = '', namespace = '' } = pod.metadata;
  if (mirror) {
    if (!mirror.metadata.deletionTimestamp && mirrors(mirror, pod)) return;
    const { uid } = mirror.metadata;
    await deleteMirror(client, name, namespace, uid);
  }
  if (!node || node.metadata.deletionTimestamp) return;
  const { uid: _own, ...metadata } = pod.metadata;
  const owner = { apiVersion: 'v1', kind: 'Node', name: node.metadata.name ?? '', uid: node.metadata.uid ?? '', controller: true };
  const draft: Draft<Pod> = {
    metadata: { ...metadata, annotations: { ...metadata.annotations, [MIRROR]: pod.metadata.annotations?.[HASH] ?? '' }, ownerReferences: [owner] },
    spec: pod.spec,
  };
  try {
    await client.create(pods, draft, { namespace });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

export async function deleteMirror(client: ApiClient, name: string, namespace: string, uid: string | undefined): Promise<void> {
  try {
    await client.delete(pods, name, { namespace, gracePeriodSeconds: 0, ...(uid ? { preconditions: { uid } } : {}) });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
