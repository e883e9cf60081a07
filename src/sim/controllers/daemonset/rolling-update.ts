// Which daemon pods to replace next. Models kubernetes/pkg/controller/daemon/update.go
import type { DaemonSet } from '../../../kube/api/apps-v1.ts';
import type { Node, Pod } from '../../../kube/api/core-v1.ts';
import { scaledValue } from '../../../kube/machinery/int-or-percent.ts';
import { isPodAvailable } from '../../../kube/machinery/pod-conditions.ts';
import { isUpdated, nodeWants } from './daemon-pods.ts';

export interface UpdateInput {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  readonly podsByNode: ReadonlyMap<string, readonly Pod[]>;
  readonly hash: string;
  readonly nowMs: number;
}
export interface UpdatePlan {
  readonly remove: readonly Pod[];
  readonly createOn: readonly string[];
}
interface OnNode {
  readonly name: string;
  readonly old: Pod | undefined;
  readonly new: Pod | undefined;
  readonly crowded: boolean;
}

const rolling = (set: DaemonSet): boolean => (set.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
export const surgeCount = (set: DaemonSet, total: number): number =>
  rolling(set) ? (scaledValue(set.spec.updateStrategy?.rollingUpdate?.maxSurge, total, true) ?? 0) : 0;
const unavailableCount = (set: DaemonSet, total: number): number =>
  rolling(set) ? (scaledValue(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable, total, true) ?? 0) : 0;

export function planUpdate(input: UpdateInput): UpdatePlan {
  const { set, nodes, podsByNode, hash } = input;
  const wanted = new Set(nodes.filter((node) => nodeWants(set, node).run).map(({ metadata }) => metadata.name ?? ''));
  const states = [...new Set([...podsByNode.keys(), ...wanted])].map((name): OnNode => {
    const alive = (podsByNode.get(name) ?? []).filter(({ metadata }) => !metadata.deletionTimestamp);
    const fresh = alive.filter((pod) => isUpdated(pod, set, hash));
    const stale = alive.filter((pod) => !isUpdated(pod, set, hash));
    return { name, old: stale[0], new: fresh[0], crowded: fresh.length > 1 || stale.length > 1 };
  });
  const surge = surgeCount(set, wanted.size);
  const unavailable = unavailableCount(set, wanted.size);
  const available = (pod: Pod): boolean => isPodAvailable(pod, set.spec.minReadySeconds ?? 0, input.nowMs);
  return surge === 0 ? replaceInPlace(states, unavailable || (wanted.size ? 1 : 0), available) : replaceBySurge(states, wanted, surge, available);
}

function replaceInPlace(states: readonly OnNode[], maxUnavailable: number, available: (pod: Pod) => boolean): UpdatePlan {
  let unavailable = 0;
  const free: Pod[] = [];
  const candidates: Pod[] = [];
  for (const { old, new: fresh, crowded } of states) {
    if (crowded || Boolean(old) === Boolean(fresh)) unavailable += 1;
    else if (fresh) unavailable += available(fresh) ? 0 : 1;
    else if (old && !available(old)) {
      free.push(old);
      unavailable += 1;
    } else if (old && unavailable < maxUnavailable) candidates.push(old);
  }
  return { remove: [...free, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))], createOn: [] };
}

function replaceBySurge(states: readonly OnNode[], wanted: ReadonlySet<string>, maxSurge: number, available: (pod: Pod) => boolean): UpdatePlan {
  let surging = 0;
  let availableCount = 0;
  const remove: Pod[] = [];
  const misplaced: Pod[] = [];
  const free: string[] = [];
  const candidates: string[] = [];
  for (const { name, old, new: fresh, crowded } of states) {
    if (crowded) {
      surging += 1;
      continue;
    }
    const counted = old ?? fresh;
    if (counted && available(counted)) availableCount += 1;
    if (!old) continue;
    if (fresh) {
      if (available(fresh)) remove.push(old);
      else surging += 1;
    } else if (!wanted.has(name)) (available(old) ? misplaced : remove).push(old);
    else if (!available(old)) free.push(name);
    else if (surging < maxSurge) candidates.push(name);
  }
  const spare = Math.max(0, availableCount - wanted.size);
  return { remove: [...remove, ...misplaced.slice(0, spare)], createOn: [...free, ...candidates.slice(0, Math.max(0, maxSurge - surging))] };
}
