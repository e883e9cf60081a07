// Which tolerations another one covers. Models kubernetes/pkg/util/tolerations
import type { Toleration } from '../../../kube/api/core-v1.ts';

/** True when whatever `narrow` tolerates, `wide` tolerates too. */
export function tolerationTolerates(wide: Toleration, narrow: Toleration): boolean {
  if (wide.key && wide.key !== narrow.key) return false;
  if (wide.effect && wide.effect !== narrow.effect) return false;
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined && (narrow.tolerationSeconds ?? Number.POSITIVE_INFINITY) > wide.tolerationSeconds)
    return false;
  return wide.operator === 'Exists' || (narrow.operator !== 'Exists' && (wide.value ?? '') === (narrow.value ?? ''));
}
