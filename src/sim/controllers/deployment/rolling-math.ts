// How many pods old and new ReplicaSets may have. Models kubernetes/pkg/controller/deployment/util/deployment_util.go
import type { Deployment, ReplicaSet } from '../../../kube/api/apps-v1.ts';
import { scaledValue } from '../../../kube/machinery/int-or-percent.ts';
import { parseTime } from '../../../kube/machinery/time.ts';

export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

export const desired = ({ spec }: { readonly spec: { readonly replicas?: number } }): number => spec.replicas ?? 1;
export const isRollingUpdate = ({ spec }: Deployment): boolean => (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';

/** Surge is rounded up, unavailability down; both zero would never move, so then one pod may be unavailable. */
export function fenceposts(
  maxSurge: number | string | undefined,
  maxUnavailable: number | string | undefined,
  replicas: number,
): { readonly surge: number; readonly unavailable: number } {
  const surge = scaledValue(maxSurge, replicas, true) ?? 0;
  const unavailable = scaledValue(maxUnavailable, replicas, false) ?? 0;
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

const postsOf = (deployment: Deployment): { readonly surge: number; readonly unavailable: number } => {
  const { maxSurge, maxUnavailable } = deployment.spec.strategy?.rollingUpdate ?? {};
  return fenceposts(maxSurge, maxUnavailable, desired(deployment));
};
export const maxSurge = (deployment: Deployment): number => (isRollingUpdate(deployment) ? postsOf(deployment).surge : 0);
export const maxUnavailable = (deployment: Deployment): number =>
  isRollingUpdate(deployment) && desired(deployment) > 0 ? Math.min(postsOf(deployment).unavailable, desired(deployment)) : 0;

export const sumOf = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number | undefined): number => sets.reduce((sum, set) => sum + (of(set) ?? 0), 0);
export const available = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;

/** The size of the new ReplicaSet: as much as surge allows on top of what there is. `newSize` is its size now, counted in `total`. */
export function newReplicaSetSize(deployment: Deployment, total: number, newSize: number): number {
  if (!isRollingUpdate(deployment)) return desired(deployment);
  const most = desired(deployment) + (scaledValue(deployment.spec.strategy?.rollingUpdate?.maxSurge, desired(deployment), true) ?? 0);
  return total >= most ? newSize : newSize + Math.min(most - total, desired(deployment) - newSize);
}

const age = ({ metadata }: ReplicaSet): number => parseTime(metadata.creationTimestamp);
export const olderFirst = (a: ReplicaSet, b: ReplicaSet): number => age(a) - age(b) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1);
export const bySizeNewerFirst = (a: ReplicaSet, b: ReplicaSet): number => desired(b) - desired(a) || olderFirst(b, a);
export const bySizeOlderFirst = (a: ReplicaSet, b: ReplicaSet): number => desired(b) - desired(a) || olderFirst(a, b);

export interface Resize {
  readonly set: ReplicaSet;
  readonly to: number;
}

/** How many pods of old ReplicaSets may go at all: what is left of the total when all that must be available, or is to become so, is set aside. */
export function shrinkRoom(deployment: Deployment, old: readonly ReplicaSet[], newSet: ReplicaSet): number {
  if (sumOf(old, desired) === 0) return 0;
  const least = desired(deployment) - maxUnavailable(deployment);
  return sumOf(old, desired) + desired(newSet) - least - (desired(newSet) - available(newSet));
}

/** First go pods that are not available anyway, from the oldest ReplicaSet on. */
export function dropUnavailable(old: readonly ReplicaSet[], room: number): readonly Resize[] {
  let left = room;
  return [...old].sort(olderFirst).flatMap((set) => {
    const drop = Math.min(left, desired(set) - available(set));
    if (drop <= 0) return [];
    left -= drop;
    return [{ set, to: desired(set) - drop }];
  });
}

/** Then as many available ones as there are more than needed. */
export function dropSpare(deployment: Deployment, old: readonly ReplicaSet[], newSet: ReplicaSet): readonly Resize[] {
  let spare = sumOf([...old, newSet], available) - (desired(deployment) - maxUnavailable(deployment));
  return [...old].sort(olderFirst).flatMap((set) => {
    const drop = Math.min(spare, desired(set));
    if (drop <= 0) return [];
    spare -= drop;
    return [{ set, to: desired(set) - drop }];
  });
}

function fractionOf(deployment: Deployment, set: ReplicaSet): number {
  if (desired(deployment) === 0) return -desired(set);
  const annotated = Number(set.metadata.annotations?.[MAX_REPLICAS] ?? Number.NaN);
  const before = annotated > 0 ? annotated : (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((desired(set) * (desired(deployment) + maxSurge(deployment))) / before) - desired(set);
}

/** Resizing in the middle of a rollout: every active ReplicaSet gets its share, the largest what rounding leaves. */
export function scaleProportionally(deployment: Deployment, active: readonly ReplicaSet[]): readonly Resize[] {
  const allowed = desired(deployment) > 0 ? desired(deployment) + maxSurge(deployment) : 0;
  const toAdd = allowed - sumOf(active, desired);
  const sets = toAdd === 0 ? active : [...active].sort(toAdd > 0 ? bySizeNewerFirst : bySizeOlderFirst);
  let added = 0;
  const sizes = sets.map((set) => {
    if (toAdd === 0 || desired(set) === 0 || toAdd === added) return desired(set);
    const share = fractionOf(deployment, set);
    const part = toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
    added += part;
    return desired(set) + part;
  });
  return sets.map((set, i) => ({ set, to: i === 0 && toAdd !== 0 ? Math.max(0, (sizes[i] ?? 0) + toAdd - added) : (sizes[i] ?? 0) }));
}
