// What belongs to which node: pods, what pods name, volumes of their claims, attachments, slices. Kept current by watching the store,
// so that a question is a look-up or a short walk. Models kubernetes/plugin/pkg/auth/authorizer/node/graph.go and graph_populator.go
import type { Container, PersistentVolume, Pod, PodSpec } from '../../../kube/api/core-v1.ts';
import type { ResourceSlice } from '../../../kube/api/resource-v1.ts';
import type { VolumeAttachment } from '../../../kube/api/storage-v1.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import type { Store } from '../../storage/store.ts';

const MIRROR = 'kubernetes.io/config.mirror';

export type Vertex =
  'secret' | 'configmap' | 'serviceaccount' | 'persistentvolumeclaim' | 'persistentvolume' | 'resourceclaim' | 'volumeattachment' | 'resourceslice' | 'pod';

/** `secret shop/password`; of a node `node /node01`. */
const keyOf = (kind: Vertex | 'node', namespace: string, name: string): string => `${kind} ${namespace}/${name}`;

/** From a thing to the one that leads it to its node. */
type Edge = readonly [from: string, to: string];

export class NodeGraph {
  /** Targets of a vertex, each with how many objects say so. */
  readonly #targets = new Map<string, Map<string, number>>();

  constructor(store: Store) {
    for (const [shelf, edgesOf] of SOURCES) {
      for (const [, object] of store.range(shelf)) for (const edge of edgesOf(object)) this.#add(edge);
      store.watch(shelf, store.revision, ({ type, object, previous }) => {
        if (previous) for (const edge of edgesOf(previous)) this.#remove(edge);
        if (type === 'put') for (const edge of edgesOf(object)) this.#add(edge);
      });
    }
  }

  /** True where the object leads to the node. */
  leads(kind: Vertex, namespace: string, name: string, node: string): boolean {
    const goal = keyOf('node', '', node);
    const seen = new Set<string>();
    const pending = [keyOf(kind, namespace, name)];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const targets = this.#targets.get(at);
      if (!targets || seen.has(at)) continue;
      seen.add(at);
      if (targets.has(goal)) return true;
      for (const target of targets.keys()) pending.push(target);
    }
    return false;
  }

  #add([from, to]: Edge): void {
    let targets = this.#targets.get(from);
    if (!targets) this.#targets.set(from, (targets = new Map()));
    targets.set(to, (targets.get(to) ?? 0) + 1);
  }

  #remove([from, to]: Edge): void {
    const targets = this.#targets.get(from);
    const count = targets?.get(to) ?? 0;
    if (!targets || !count) return;
    if (count > 1) targets.set(to, count - 1);
    else targets.delete(to);
    if (!targets.size) this.#targets.delete(from);
  }
}

const SOURCES: readonly (readonly [shelf: string, (object: KubeObject) => readonly Edge[]])[] = [
  ['pods', (object) => podEdges(object as unknown as Pod)],
  ['persistentvolumes', (object) => volumeEdges(object as unknown as PersistentVolume)],
  ['volumeattachments.storage.k8s.io', (object) => attachmentEdges(object as unknown as VolumeAttachment)],
  ['resourceslices.resource.k8s.io', (object) => sliceEdges(object as unknown as ResourceSlice)],
];

/** What a pod names leads to its node at once: a pod is on one node. */
function podEdges({ metadata, spec, status }: Pod): readonly Edge[] {
  const { nodeName } = spec;
  if (!nodeName) return [];
  const { namespace = '', name = '', annotations } = metadata;
  const node = keyOf('node', '', nodeName);
  const pod = keyOf('pod', namespace, name);
  // A mirror pod is the kubelet's own word: it opens nothing.
  if (annotations?.[MIRROR] !== undefined) return [[pod, node]];
  const named = (kind: Vertex, names: Iterable<string | undefined>): Edge[] =>
    [...new Set(names)].filter((each) => each !== undefined && each !== '').map((each) => [keyOf(kind, namespace, each ?? ''), pod]);
  return [
    [pod, node],
    ...named('serviceaccount', [spec.serviceAccountName]),
    ...named('secret', secretNames(spec)),
    ...named('configmap', configMapNames(spec)),
    ...named('persistentvolumeclaim', claimNames(spec, name)),
    ...named('resourceclaim', [
      ...(spec.resourceClaims ?? []).map(
        (each) => each.resourceClaimName ?? status?.resourceClaimStatuses?.find((found) => found.name === each.name)?.resourceClaimName,
      ),
      status?.extendedResourceClaimStatus?.resourceClaimName,
    ]),
  ];
}

const containersOf = (spec: PodSpec): readonly Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...((spec.ephemeralContainers ?? []) as readonly Container[]),
];

function* secretNames(spec: PodSpec): Generator<string | undefined> {
  for (const each of spec.imagePullSecrets ?? []) yield each.name;
  for (const { env = [], envFrom = [] } of containersOf(spec)) {
    for (const each of envFrom) yield each.secretRef?.name;
    for (const each of env) yield each.valueFrom?.secretKeyRef?.name;
  }
  for (const { secret, azureFile, cephfs, cinder, flexVolume, projected, rbd, scaleIO, iscsi, storageos, csi } of spec.volumes ?? []) {
    yield secret?.secretName;
    yield azureFile?.secretName;
    for (const each of projected?.sources ?? []) yield each.secret?.name;
    for (const each of [cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos]) yield each?.secretRef?.name;
    yield csi?.nodePublishSecretRef?.name;
  }
}

function* configMapNames(spec: PodSpec): Generator<string | undefined> {
  for (const { env = [], envFrom = [] } of containersOf(spec)) {
    for (const each of envFrom) yield each.configMapRef?.name;
    for (const each of env) yield each.valueFrom?.configMapKeyRef?.name;
  }
  for (const { configMap, projected } of spec.volumes ?? []) {
    yield configMap?.name;
    for (const each of projected?.sources ?? []) yield each.configMap?.name;
  }
}

const claimNames = (spec: PodSpec, pod: string): (string | undefined)[] =>
  (spec.volumes ?? []).map(({ name, persistentVolumeClaim, ephemeral }) => persistentVolumeClaim?.claimName ?? (ephemeral ? `${pod}-${name}` : undefined));

/** A volume leads to the claim that has it; secrets that the kubelet reads for it lead to the volume. */
function volumeEdges({ metadata, spec }: PersistentVolume): readonly Edge[] {
  const { claimRef } = spec;
  if (!claimRef) return [];
  const volume = keyOf('persistentvolume', '', metadata.name ?? '');
  const claimed = claimRef.namespace ?? '';
  const secret = (reference: { readonly name?: string; readonly namespace?: string } | undefined): Edge[] =>
    reference?.name ? [[keyOf('secret', reference.namespace || claimed, reference.name), volume]] : [];
  const { azureFile, cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos, csi } = spec;
  return [
    [volume, keyOf('persistentvolumeclaim', claimed, claimRef.name ?? '')],
    ...(azureFile ? secret({ name: azureFile.secretName, namespace: azureFile.secretNamespace ?? claimed }) : []),
    ...[cephfs, cinder, flexVolume, rbd, scaleIO, iscsi, storageos].flatMap((each) => secret(each?.secretRef)),
    ...secret(csi?.nodePublishSecretRef),
    ...secret(csi?.nodeStageSecretRef),
    ...secret(csi?.nodeExpandSecretRef),
  ];
}

const attachmentEdges = ({ metadata, spec }: VolumeAttachment): readonly Edge[] => [
  [keyOf('volumeattachment', '', metadata.name ?? ''), keyOf('node', '', spec.nodeName)],
];

const sliceEdges = ({ metadata, spec }: ResourceSlice): readonly Edge[] =>
  spec.nodeName ? [[keyOf('resourceslice', '', metadata.name ?? ''), keyOf('node', '', spec.nodeName)]] : [];
