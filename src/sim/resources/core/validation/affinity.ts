// Affinity to nodes and to other pods. Models kubernetes/pkg/apis/core/validation/validation.go
import type { Affinity, PodAffinity, PodAffinityTerm, PodSpec } from '../../../../kube/api/core-v1.ts';
import type { LabelSelector } from '../../../../kube/api/meta-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateDnsLabel } from '../../../../kube/machinery/names.ts';
import { hasInvalidLabelValue, validateLabelName, validateLabelSelector } from '../../validation/labels.ts';
import { hasInvalidTermValue, validateNodeSelector, validateNodeSelectorTerm } from './node-selector.ts';

export interface AffinityOptions {
  readonly allowInvalidSelectorValues: boolean;
  readonly allowInvalidNodeValues: boolean;
}

const podTermsOf = (affinity: PodAffinity | undefined): PodAffinityTerm[] => [
  ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
  ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((each) => each.podAffinityTerm),
];

/** What an older pod has already stays allowed. */
export function affinityOptionsOf(old: PodSpec | undefined): AffinityOptions {
  const { nodeAffinity, podAffinity, podAntiAffinity } = old?.affinity ?? {};
  const terms = [...podTermsOf(podAffinity), ...podTermsOf(podAntiAffinity)];
  return {
    allowInvalidSelectorValues: terms.some((each) => hasInvalidLabelValue(each.labelSelector) || hasInvalidLabelValue(each.namespaceSelector)),
    allowInvalidNodeValues: hasInvalidTermValue(nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms),
  };
}

function validateKeys(keys: readonly string[], selector: LabelSelector | undefined, field: string): FieldError[] {
  if (!keys.length) return [];
  if (!selector) return [forbiddenValue(field, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((each, i) => validateLabelName(each, `${field}[${i}]`));
}

export function validateLabelKeys(
  matching: readonly string[] = [],
  mismatching: readonly string[] = [],
  selector: LabelSelector | undefined,
  field: string,
): FieldError[] {
  const errors = [...validateKeys(matching, selector, `${field}.matchLabelKeys`), ...validateKeys(mismatching, selector, `${field}.mismatchLabelKeys`)];
  const selected = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    if (matching.includes(key) && selected.has(key))
      errors.push(invalidValue(`${field}[${matching.lastIndexOf(key)}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    selected.add(key);
  }
  for (const [i, each] of matching.entries())
    if (mismatching.includes(each)) errors.push(invalidValue(`${field}.matchLabelKeys[${i}]`, each, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  return errors;
}

function validatePodTerm(term: PodAffinityTerm, { allowInvalidSelectorValues: allowInvalidValues }: AffinityOptions, field: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term;
  return [
    ...validateLabelSelector(labelSelector, `${field}.labelSelector`, { allowInvalidValues }),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`, { allowInvalidValues }),
    ...namespaces.flatMap((each) => invalidValues(`${field}.namespace`, each, validateDnsLabel(each))),
    ...validateLabelKeys(term.matchLabelKeys, term.mismatchLabelKeys, labelSelector, field),
    ...(topologyKey ? [] : [requiredValue(`${field}.topologyKey`, 'can not be empty')]),
    ...validateLabelName(topologyKey ?? '', `${field}.topologyKey`),
  ];
}

const validateWeight = (weight: number, field: string): FieldError[] =>
  weight <= 0 || weight > 100 ? [invalidValue(`${field}.weight`, weight, 'must be in the range 1-100')] : [];

function validatePodAffinity(affinity: PodAffinity | undefined, options: AffinityOptions, field: string): FieldError[] {
  const { requiredDuringSchedulingIgnoredDuringExecution: required = [], preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } = affinity ?? {};
  return [
    ...required.flatMap((each, i) => validatePodTerm(each, options, `${field}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`)),
    ...preferred.flatMap(({ weight, podAffinityTerm }, i) => {
      const at = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
      return [...validateWeight(weight, at), ...validatePodTerm(podAffinityTerm, options, `${at}.podAffinityTerm`)];
    }),
  ];
}

export function validateAffinity({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, options: AffinityOptions, field: string): FieldError[] {
  const required = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return [
    ...(required ? validateNodeSelector(required, options.allowInvalidNodeValues, `${field}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`) : []),
    ...(nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(({ weight, preference }, i) => {
      const at = `${field}.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
      return [...validateWeight(weight, at), ...validateNodeSelectorTerm(preference, true, `${at}.preference`)];
    }),
    ...validatePodAffinity(podAffinity, options, `${field}.podAffinity`),
    ...validatePodAffinity(podAntiAffinity, options, `${field}.podAntiAffinity`),
  ];
}
