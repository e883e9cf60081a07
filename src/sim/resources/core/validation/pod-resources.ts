// Requests and limits of a pod as a whole, and how they go with those of its containers. Models kubernetes/pkg/apis/core/validation/validation.go
import type { Pod, PodSpec } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { podLimits, podRequests } from '../../../../kube/machinery/pod-resources.ts';
import { compareQuantity, formatQuantity, quantityOf } from '../../../../kube/machinery/quantity.ts';
import { isHugePageName } from './resource-names.ts';
import { validatePodResourceName, validateResourceRequirements } from './resources.ts';

export function validatePodResources(spec: PodSpec, claimNames: ReadonlySet<string>, field: string): FieldError[] {
  const { resources } = spec;
  if (!resources) return [];
  const at = `${field}.resources`;
  if (spec.os?.name === 'windows') return [forbiddenValue(at, 'may not be set for a windows pod')];
  const errors: FieldError[] = resources.claims?.length ? [forbiddenValue(`${at}.claims`, 'claims may not be set for Resources at pod-level')] : [];
  errors.push(...validateResourceRequirements(resources, claimNames, at, validatePodResourceName));
  const { resources: _resources, overhead: _overhead, ...containersOnly } = { ...spec, containers: spec.containers ?? [] };
  const pod = { spec: containersOnly } as unknown as Pod;
  for (const [name, sum] of Object.entries(podRequests(pod, { excludeOverhead: true }))) {
    const own = resources.requests?.[name];
    if (own !== undefined && compareQuantity(sum, quantityOf(own)) > 0)
      errors.push(invalidValue(`${at}.requests[${name}]`, own, `must be greater than or equal to aggregate container requests of ${formatQuantity(sum)}`));
  }
  for (const [name, sum] of Object.entries(podLimits(pod, { excludeOverhead: true }))) {
    const own = resources.limits?.[name];
    if (isHugePageName(name) && own !== undefined && compareQuantity(sum, quantityOf(own)) > 0)
      errors.push(invalidValue(`${at}.limits[${name}]`, own, `must be greater than or equal to aggregate container limits of ${formatQuantity(sum)}`));
  }
  for (const [i, container] of (spec.containers ?? []).entries())
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const own = resources.limits?.[name];
      if (own !== undefined && compareQuantity(quantityOf(limit), quantityOf(own)) > 0)
        errors.push(invalidValue(`${at}.containers[${i}][${name}].limits`, limit, `must be less than or equal to pod limits of ${own}`));
    }
  return errors;
}
