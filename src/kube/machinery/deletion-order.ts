// Which of a controller's pods go first when there are too many. Models kubernetes/pkg/controller/controller_utils.go (ActivePodsWithRanks)
import type { Pod } from '../api/core-v1.ts';
import { isPodReady, podCondition } from './pod-conditions.ts';
import { parseTime } from './time.ts';

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const COST = 'controller.kubernetes.io/pod-deletion-cost';
const NANOS_PER_MS = 1e6;

const cost = ({ metadata }: Pod): number => {
  const text = metadata.annotations?.[COST];
  return text !== undefined && /^[+-]?(0|[1-9]\d*)$/.test(text) ? Number(text) : 0;
};
const readySince = (pod: Pod): number => parseTime(podCondition(pod, 'Ready')?.lastTransitionTime);
const restarts = (pod: Pod, sidecars: boolean): number => {
  const names = new Set((pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  const statuses = sidecars ? (pod.status?.initContainerStatuses ?? []).filter(({ name }) => names.has(name)) : (pod.status?.containerStatuses ?? []);
  return Math.max(0, ...statuses.map(({ restartCount }) => restartCount));
};

/** Younger goes first, but only by orders of magnitude: among pods of about one age chance, that is the uid, decides. */
function byAge(a: Pod, b: Pod, at: (pod: Pod) => number, nowMs: number): number {
  const [left, right] = [at(a), at(b)];
  if (left === right || (Number.isNaN(left) && Number.isNaN(right))) return 0;
  if (Number.isNaN(left)) return -1;
  if (Number.isNaN(right)) return 1;
  const magnitude = (time: number): number => (nowMs > time ? Math.floor(Math.log2((nowMs - time) * NANOS_PER_MS)) : -1);
  return magnitude(left) - magnitude(right) || ((a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1);
}

/** First those to delete. `crowding` says how many running pods of the same group share the pod's node. */
export function deletionOrder(pods: readonly Pod[], crowding: (pod: Pod) => number, nowMs: number): readonly Pod[] {
  return [...pods].sort((a, b) => {
    const ready = isPodReady(a);
    return (
      Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
      (PHASES[a.status?.phase ?? 'Pending'] ?? 0) - (PHASES[b.status?.phase ?? 'Pending'] ?? 0) ||
      Number(ready) - Number(isPodReady(b)) ||
      cost(a) - cost(b) ||
      crowding(b) - crowding(a) ||
      (ready ? byAge(a, b, readySince, nowMs) : 0) ||
      restarts(b, false) - restarts(a, false) ||
      restarts(b, true) - restarts(a, true) ||
      byAge(a, b, ({ metadata }) => parseTime(metadata.creationTimestamp), nowMs)
    );
  });
}
