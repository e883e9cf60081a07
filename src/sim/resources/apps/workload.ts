// What the workload kinds share: template defaults, selector checks, scale by spec.replicas.
import type { PodTemplateSpec } from '../../../kube/api/core-v1.ts';
import type { LabelSelector } from '../../../kube/api/meta-v1.ts';
import { invalidValue, requiredValue, shown, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { formatSelector, matchesSelector, selectorOf } from '../../../kube/machinery/selectors.ts';
import { validateLabelSelector } from '../core/affinity-validation.ts';
import { validateTemplate } from '../core/pod-validation.ts';
import type { ScaleFields } from '../descriptor.ts';
import { validateAnnotations, validateLabels } from '../metadata.ts';

export interface SelectingSpec {
  readonly selector?: LabelSelector;
  readonly template: PodTemplateSpec;
}

/** Selector present, valid, and matching the template's labels; then the template. */
export function validateSelectorAndTemplate({ selector, template }: SelectingSpec, restartPolicies: readonly string[] = ['Always']): FieldError[] {
  const errors: FieldError[] = [];
  const empty = selector && !Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length;
  if (!selector) errors.push(requiredValue('spec.selector'));
  else {
    errors.push(...validateLabelSelector(selector, 'spec.selector'));
    if (empty) errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'));
  }
  errors.push(
    ...validateLabels(template.metadata?.labels, 'spec.template.labels'),
    ...validateAnnotations(template.metadata?.annotations, 'spec.template.annotations'),
  );
  if (selector && !empty && !matchesSelector(selectorOf(selector) ?? [], template.metadata?.labels)) {
    errors.push({
      field: 'spec.template.metadata.labels',
      reason: 'FieldValueInvalid',
      detail: `Invalid value: ${shown(template.metadata?.labels ?? null)}: \`selector\` does not match template \`labels\``,
    });
  }
  errors.push(...validateTemplate(template, 'spec.template', restartPolicies));
  return errors;
}

/** The selector of a workload never changes. */
export function immutableSelector(next: LabelSelector | undefined, old: LabelSelector | undefined): FieldError[] {
  return jsonEqual(next ?? null, old ?? null) ? [] : [invalidValue('spec.selector', next ?? null, 'field is immutable')];
}

export function nonNegative(value: number | undefined, field: string): FieldError[] {
  return value !== undefined && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
}

interface Replicated {
  readonly spec: { readonly replicas?: number; readonly selector?: LabelSelector };
  readonly status: { readonly replicas?: number };
}

/** Scale of a kind with spec.replicas, status.replicas and a LabelSelector. */
export function scaleOf<T extends Replicated>(): ScaleFields<T> {
  return {
    specReplicas: ({ spec }) => spec.replicas ?? 1,
    statusReplicas: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => formatSelector(selectorOf(spec.selector) ?? []),
    setReplicas(draft, replicas) {
      (draft as unknown as { spec: { replicas: number } }).spec.replicas = replicas;
    },
  };
}
