// Which tolerations stand which taints. Models kubernetes/staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go
import { secondsToMs } from './time.ts';
import type { Taint, Toleration } from '../api/core-v1.ts';

type TaintEffect = Taint['effect'];

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  // Without a key only Exists can stand for every key.
  switch (toleration.operator) {
    case 'Exists':
      return true;
    case undefined:
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '') && (toleration.key ?? '') === taint.key;
    default:
      return false;
  }
}

export const toleratesTaint = (tolerations: readonly Toleration[] | undefined, taint: Taint): boolean =>
  tolerations?.some((toleration) => tolerates(toleration, taint)) ?? false;

/** The first of these taints, of the given effects, that none of the tolerations stands. */
export function untoleratedTaint(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly TaintEffect[],
): Taint | undefined {
  return taints?.find((taint) => effects.includes(taint.effect) && !toleratesTaint(tolerations, taint));
}

/** The effects that keep a pod from being placed. */
export const DO_NOT_SCHEDULE: readonly TaintEffect[] = ['NoSchedule', 'NoExecute'];

/** Same key and effect: a node holds only one such taint. */
export const sameTaint = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

/** For every NoExecute taint a toleration that matches; undefined when one is not tolerated. */
export function tolerationsOfAll(taints: readonly Taint[], tolerations: readonly Toleration[] | undefined): readonly Toleration[] | undefined {
  const used = new Set<Toleration>();
  for (const taint of taints) {
    const match = tolerations?.find((toleration) => tolerates(toleration, taint));
    if (!match) return undefined;
    used.add(match);
  }
  return [...used];
}

/** How long pods may stay under these taints: 0 at once, Infinity for ever. Models tainteviction's smallest toleration time. */
export function shortestTolerationMs(tolerations: readonly Toleration[]): number {
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...tolerations.map(({ tolerationSeconds }) => (tolerationSeconds === undefined ? Number.POSITIVE_INFINITY : Math.max(0, secondsToMs(tolerationSeconds)))),
  );
}
