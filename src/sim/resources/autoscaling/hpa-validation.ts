// Validation of horizontal pod autoscalers. Models kubernetes/pkg/apis/autoscaling/validation/validation.go
import type { HorizontalPodAutoscaler, HPAScalingRules } from '../../../kube/api/autoscaling-v2.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { parseQuantity } from '../../../kube/machinery/quantity.ts';
import { validateNonnegative } from '../validation/rules.ts';
import { validateMetric, validateReference, type ApiVersionRule } from './metric-validation.ts';

const LONGEST_STABILIZATION_SECONDS = 3600;
const LONGEST_PERIOD_SECONDS = 1800;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];

function validateRules(rules: HPAScalingRules | undefined, field: string): FieldError[] {
  if (!rules) return [];
  const errors: FieldError[] = [];
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  if (window !== undefined && window < 0) errors.push(invalidValue(`${field}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > LONGEST_STABILIZATION_SECONDS)
    errors.push(invalidValue(`${field}.stabilizationWindowSeconds`, window, `must be less than or equal to ${LONGEST_STABILIZATION_SECONDS}`));
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) errors.push(notSupported(`${field}.selectPolicy`, selectPolicy, SELECT_POLICIES));
  if (!policies.length) errors.push(requiredValue(`${field}.policies`, 'must specify at least one Policy'));
  for (const [i, { type, value, periodSeconds }] of policies.entries()) {
    const at = `${field}.policies[${i}]`;
    if (type !== 'Pods' && type !== 'Percent') errors.push(notSupported(`${at}.type`, type, ['Percent', 'Pods']));
    if (value <= 0) errors.push(invalidValue(`${at}.value`, value, 'must be greater than zero'));
    if (periodSeconds <= 0) errors.push(invalidValue(`${at}.periodSeconds`, periodSeconds, 'must be greater than zero'));
    if (periodSeconds > LONGEST_PERIOD_SECONDS)
      errors.push(invalidValue(`${at}.periodSeconds`, periodSeconds, `must be less than or equal to ${LONGEST_PERIOD_SECONDS}`));
  }
  if (tolerance !== undefined && (parseQuantity(tolerance)?.nanos ?? 0n) < 0n)
    errors.push(invalidValue(`${field}.tolerance`, tolerance, 'must be greater than or equal to 0'));
  return errors;
}

/** What an object that is there already may keep. */
interface Tolerated {
  readonly fewest: number;
  readonly target: ApiVersionRule;
}

function validateSpec({ spec }: HorizontalPodAutoscaler, { fewest, target }: Tolerated): FieldError[] {
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [], behavior } = spec;
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < fewest)
    errors.push(invalidValue('spec.minReplicas', minReplicas, `must be greater than or equal to ${fewest}`));
  if (maxReplicas < 1) errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  errors.push(...validateReference(scaleTargetRef, 'spec.scaleTargetRef', target));
  for (const [i, metric] of metrics.entries()) errors.push(...validateMetric(metric, `spec.metrics[${i}]`, 'core or group'));
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External'))
    errors.push(forbiddenValue('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas'));
  errors.push(...validateRules(behavior?.scaleUp, 'spec.behavior.scaleUp'), ...validateRules(behavior?.scaleDown, 'spec.behavior.scaleDown'));
  return errors;
}

const targetRule = ({ spec }: HorizontalPodAutoscaler): ApiVersionRule => (spec.scaleTargetRef.kind === 'ReplicationController' ? 'core or group' : 'group');

export const validateAutoscaler = (object: HorizontalPodAutoscaler): FieldError[] => validateSpec(object, { fewest: 1, target: targetRule(object) });

export function validateAutoscalerUpdate(object: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler): FieldError[] {
  const [next, before] = [object.spec.scaleTargetRef, old.spec.scaleTargetRef];
  const isSame = next.apiVersion === before.apiVersion && next.kind === before.kind;
  return validateSpec(object, { fewest: old.spec.minReplicas === 0 ? 0 : 1, target: isSame ? 'any' : targetRule(object) });
}

export const validateAutoscalerStatus = ({ status }: HorizontalPodAutoscaler): FieldError[] => [
  ...validateNonnegative(status.currentReplicas, 'status.currentReplicas'),
  ...validateNonnegative(status.desiredReplicas, 'status.desiredReplicas'),
];
