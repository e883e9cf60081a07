// Validation of node, pod and anti-affinity.
import type { Affinity, NodeSelectorTerm, PodAffinityTerm } from '../../../kube/api/core-v1.ts';
import type { LabelSelector } from '../../../kube/api/meta-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateLabelKey } from '../../../kube/machinery/names.ts';
import { validateLabels } from '../metadata.ts';

const SELECTOR_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

function validateNodeTerm(term: NodeSelectorTerm, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { key, operator, values = [] }] of (term.matchExpressions ?? []).entries()) {
    const at = `${field}.matchExpressions[${i}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (!values.length) errors.push(requiredValue(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length) errors.push(forbiddenValue(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else if (operator === 'Gt' || operator === 'Lt') {
      if (values.length !== 1) errors.push(requiredValue(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    } else errors.push(invalidValue(`${at}.operator`, operator, 'not a valid selector operator'));
    errors.push(...invalidValues(`${at}.key`, key, validateLabelKey(key)));
  }
  return errors;
}

/** Of selectors anywhere: affinity terms, workloads, budgets. */
export function validateLabelSelector(selector: LabelSelector | undefined, field: string): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, `${field}.matchLabels`);
  for (const [i, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const at = `${field}.matchExpressions[${i}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (!values.length) errors.push(requiredValue(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length) errors.push(forbiddenValue(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else if (!SELECTOR_OPERATORS.includes(operator)) errors.push(invalidValue(`${at}.operator`, operator, 'not a valid selector operator'));
    errors.push(...invalidValues(`${at}.key`, key, validateLabelKey(key)));
  }
  return errors;
}

function validatePodTerm(term: PodAffinityTerm, field: string): FieldError[] {
  const errors = validateLabelSelector(term.labelSelector, `${field}.labelSelector`);
  if (!term.topologyKey)
    errors.push(requiredValue(`${field}.topologyKey`, 'can not be empty'), ...invalidValues(`${field}.topologyKey`, '', validateLabelKey('')));
  else errors.push(...invalidValues(`${field}.topologyKey`, term.topologyKey, validateLabelKey(term.topologyKey)));
  return errors;
}

const validWeight = (weight: number): boolean => weight >= 1 && weight <= 100;

export function validateAffinity({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const required = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required) {
    const at = `${field}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    if (!required.nodeSelectorTerms?.length) errors.push(requiredValue(at, 'must have at least one node selector term'));
    for (const [i, term] of (required.nodeSelectorTerms ?? []).entries()) errors.push(...validateNodeTerm(term, `${at}[${i}]`));
  }
  for (const [i, { weight, preference }] of (nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const at = `${field}.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    if (!validWeight(weight)) errors.push(invalidValue(`${at}.weight`, weight, 'must be in the range 1-100'));
    errors.push(...validateNodeTerm(preference, `${at}.preference`));
  }
  for (const [name, affinity] of [
    ['podAffinity', podAffinity],
    ['podAntiAffinity', podAntiAffinity],
  ] as const) {
    for (const [i, term] of (affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).entries())
      errors.push(...validatePodTerm(term, `${field}.${name}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`));
    for (const [i, { weight, podAffinityTerm }] of (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
      const at = `${field}.${name}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
      if (!validWeight(weight)) errors.push(invalidValue(`${at}.weight`, weight, 'must be in the range 1-100'));
      errors.push(...validatePodTerm(podAffinityTerm, `${at}.podAffinityTerm`));
    }
  }
  return errors;
}
