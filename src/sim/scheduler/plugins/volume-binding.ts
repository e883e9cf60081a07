// Nodes that can reach the pod's volumes, and volumes chosen with the node for claims that wait for it. Models kubernetes/pkg/scheduler/framework/plugins/volumebinding
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes, storageClasses } from '../../../kube/api/resources.ts';
import type { StorageClass } from '../../../kube/api/storage-v1.ts';
import { keyOf } from '../../../kube/machinery/object.ts';
import { compareQuantity } from '../../../kube/machinery/quantity.ts';
import {
  boundVolume,
  claimNameOf,
  classOfClaim,
  findMatchingVolume,
  fitsNode,
  isFullyBound,
  NO_PROVISIONER,
  SELECTED_NODE,
  sizeOfClaim,
} from '../../../kube/machinery/volume-binding.ts';
import { StateKey, unresolvable, type Plugin } from '../framework.ts';
import type { SchedulerHandle } from '../handle.ts';
import type { PodInfo } from '../pod-info.ts';
import { findClaims, sortClaims, type PodClaims } from '../volumes/claims.ts';

const NO_VOLUME = "node(s) didn't find available persistent volumes to bind";
const OTHER_NODE = "node(s) didn't match PersistentVolume's node affinity";
const NO_SUCH_VOLUME = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
const BIND_TIMEOUT_MS = 600_000;

interface Choice {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[];
  /** Whoever provisions is told the node. */
  readonly provisions: readonly PersistentVolumeClaim[];
}
interface Volumes extends PodClaims {
  readonly byNode: Map<string, Choice>;
}
const VOLUMES = new StateKey<Volumes>('VolumeBinding');

const allowsTopology = ({ allowedTopologies }: StorageClass, { metadata }: Node): boolean =>
  !allowedTopologies?.length ||
  allowedTopologies.some(({ matchLabelExpressions = [] }) => matchLabelExpressions.every(({ key, values }) => values.includes(metadata.labels?.[key] ?? '')));

export function volumeBinding({ client, clock, informers }: SchedulerHandle): Plugin {
  const claims = informers.of(persistentVolumeClaims);
  const volumes = informers.of(persistentVolumes);
  const classes = informers.of(storageClasses);
  /** Volumes that are promised to a claim before the API server knows. */
  const promised = new Map<string, PersistentVolume>();
  /** Those that wait for claims to be bound. */
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const check of waiting) check();
  };
  volumes.addHandler({
    updated(volume) {
      if (volume.spec.claimRef) promised.delete(volume.metadata.name ?? '');
      look();
    },
    deleted: ({ metadata }) => void promised.delete(metadata.name ?? ''),
  });
  claims.addHandler({ updated: look, deleted: look });

  /** Why the node cannot do, or what it would mean to choose it. */
  function choose({ bound, delayed }: PodClaims, node: Node): Choice | readonly string[] {
    const reasons: string[] = [];
    for (const { spec } of bound) {
      const volume = volumes.get(spec.volumeName ?? '');
      if (!volume) reasons.push(NO_SUCH_VOLUME);
      else if (!fitsNode(volume, node.metadata.labels)) reasons.push(OTHER_NODE);
      if (reasons.length) break;
    }
    const bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = [];
    const provisions: PersistentVolumeClaim[] = [];
    const excluded = new Set(promised.keys());
    for (const claim of delayed.toSorted((a, b) => compareQuantity(sizeOfClaim(a), sizeOfClaim(b)))) {
      const selected = claim.metadata.annotations?.[SELECTED_NODE];
      if (selected !== undefined && selected !== node.metadata.name) return [...reasons, NO_VOLUME];
      const own = { labels: node.metadata.labels };
      const volume = selected === undefined ? findMatchingVolume(claim, volumes.list(), { node: own, excluded, delayed: true }) : undefined;
      if (volume) {
        excluded.add(volume.metadata.name ?? '');
        bindings.push({ claim, volume });
      } else provisions.push(claim);
    }
    const provisioned = provisions.every((claim) => {
      const found = classes.get(classOfClaim(claim));
      return found && found.provisioner && found.provisioner !== NO_PROVISIONER && allowsTopology(found, node);
    });
    if (!provisioned) reasons.push(NO_VOLUME);
    return reasons.length ? reasons.sort() : { bindings, provisions };
  }

  async function untilBound({ pod }: PodInfo, node: string, choice: Choice): Promise<void> {
    const keys = [...choice.bindings.map(({ claim }) => keyOf(claim)), ...choice.provisions.map(keyOf)];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      const found = keys.map((key) => claims.getByKey(key));
      if (found.some((claim) => !claim)) reject(new Error(`binding volumes: pod does not exist any more: ${JSON.stringify(pod.metadata.name)}`));
      const left = choice.provisions.find((claim) => (claims.getByKey(keyOf(claim))?.metadata.annotations?.[SELECTED_NODE] ?? node) !== node);
      if (left) reject(new Error(`binding volumes: provisioning failed for PVC ${JSON.stringify(left.metadata.name)}`));
      if (found.every((claim) => claim && isFullyBound(claim))) resolve();
    };
    const timer = clock.after(BIND_TIMEOUT_MS, () => reject(new Error('binding volumes: context deadline exceeded')));
    waiting.add(check);
    check();
    try {
      await promise;
    } finally {
      waiting.delete(check);
      timer.cancel();
    }
  }

  const chosen = (found: Volumes | undefined, node: string): Choice | undefined => {
    const choice = found?.byNode.get(node);
    return choice && choice.bindings.length + choice.provisions.length > 0 ? choice : undefined;
  };

  return {
    name: 'VolumeBinding',
    preFilter(state, { pod }) {
      const found = findClaims(pod, claims);
      if (typeof found === 'string') return unresolvable(found);
      if (found.length === 0) return 'skip';
      const sorted = sortClaims(found, classes);
      if (sorted.immediate.length) return unresolvable('pod has unbound immediate PersistentVolumeClaims');
      state.write(VOLUMES, { ...sorted, byNode: new Map() });
      return undefined;
    },
    filter(state, _pod, { name, node }) {
      const found = state.read(VOLUMES);
      if (!found) return undefined;
      const choice = choose(found, node);
      if (!('bindings' in choice)) return unresolvable(...choice);
      found.byNode.set(name, choice);
      return undefined;
    },
    reserve(state, _pod, node) {
      for (const { claim, volume } of chosen(state.read(VOLUMES), node)?.bindings ?? []) promised.set(volume.metadata.name ?? '', boundVolume(volume, claim));
      return undefined;
    },
    unreserve(state, _pod, node) {
      for (const { volume } of chosen(state.read(VOLUMES), node)?.bindings ?? []) promised.delete(volume.metadata.name ?? '');
    },
    async preBind(state, info, node) {
      const choice = chosen(state.read(VOLUMES), node);
      if (!choice) return;
      for (const { claim, volume } of choice.bindings) {
        const tied = boundVolume(volume, claim);
        if (tied !== volume) await client.update(persistentVolumes, tied);
      }
      for (const claim of choice.provisions) {
        if (claim.metadata.annotations?.[SELECTED_NODE] === node) continue;
        const annotations = { ...claim.metadata.annotations, [SELECTED_NODE]: node };
        await client.update(persistentVolumeClaims, { ...claim, metadata: { ...claim.metadata, annotations } });
      }
      await untilBound(info, node, choice);
    },
    helps(event, { pod }) {
      if (event.kind === 'node') return event.node !== undefined && (event.old === undefined || event.labels);
      if (event.kind !== 'storage') return false;
      if (event.resource !== persistentVolumeClaims.resource) return true;
      const { namespace, name } = event.object.metadata;
      return namespace === pod.metadata.namespace && (pod.spec.volumes ?? []).some((volume) => claimNameOf(pod, volume) === name);
    },
  };
}
