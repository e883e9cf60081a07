// When an image is fetched. Models kubernetes/pkg/apis/core/validation/validation.go
import { notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
export function validatePullPolicy(policy: string | undefined, field: string): FieldError[] {
  if (!policy) return [requiredValue(field)];
  return PULL_POLICIES.includes(policy) ? [] : [notSupported(field, policy, PULL_POLICIES)];
}
