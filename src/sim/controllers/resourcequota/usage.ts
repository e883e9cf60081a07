// What a quota's namespace uses of it. Models kubernetes/staging/src/k8s.io/apiserver/pkg/quota/v1/resources.go (CalculateUsage)
import type { ResourceQuota } from '../../../kube/api/core-v1.ts';
import { groupResourceOf, type KubeObject, type ResourceRef } from '../../../kube/machinery/object.ts';
import { addQuantity, formatQuantity, ZERO, type Quantity } from '../../../kube/machinery/quantity.ts';
import { quotaEvaluatorOf, quotaMatches } from '../../../kube/machinery/quota/evaluator.ts';

/** Sums over the objects of those kinds; names that nothing uses are zero. */
export function quotaUsage(
  quota: ResourceQuota,
  kinds: readonly ResourceRef[],
  objectsOf: (kind: ResourceRef) => Iterable<KubeObject>,
  nowMs: number,
): Readonly<Record<string, string>> {
  const hard = Object.keys(quota.spec.hard ?? {});
  const used: Record<string, Quantity> = {};
  for (const kind of kinds) {
    const evaluator = quotaEvaluatorOf(groupResourceOf(kind));
    const names = evaluator.matching(hard);
    if (names.length === 0) continue;
    for (const name of names) used[name] ??= ZERO;
    for (const object of objectsOf(kind)) {
      if (!quotaMatches(evaluator, quota, hard, object)) continue;
      const amounts = evaluator.usage(object, nowMs);
      for (const name of names) if (amounts[name]) used[name] = addQuantity(used[name] ?? ZERO, amounts[name]);
    }
  }
  return Object.fromEntries(Object.entries(used).map(([name, amount]) => [name, formatQuantity(amount)]));
}
