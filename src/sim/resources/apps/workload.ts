// What the workload kinds share: selector and template, scale by spec.replicas. Models kubernetes/pkg/apis/apps/validation/validation.go
import type { PodTemplateSpec } from '../../../kube/api/core-v1.ts';
import type { LabelSelector } from '../../../kube/api/meta-v1.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { formatSelector, matchesSelector, selectorOf } from '../../../kube/machinery/selectors.ts';
import { specOf, validatePodTemplate } from '../core/validation/pod-template.ts';
import { dropDisabledFields } from '../core/drop-disabled.ts';
import { warningsForPodTemplate } from '../core/warnings/pod.ts';
import type { Kind, Mutable, ScaleFields } from '../descriptor.ts';
import { internalForm } from '../validation/internal-form.ts';
import { hasInvalidLabelValue, validateLabelSelector } from '../validation/labels.ts';
import { validateImmutable } from '../validation/rules.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';

export interface SelectingSpec {
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

const EMPTY_TEMPLATE: PodTemplateSpec = {};
export const templateOf = ({ template }: SelectingSpec): PodTemplateSpec => template ?? EMPTY_TEMPLATE;
export const shownSelector = (selector: LabelSelector | undefined): unknown => internalForm('p meta.LabelSelector', selector);
export const isEmptySelector = (selector: LabelSelector): boolean => !Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length;

/** Undefined for a selector that cannot be one. */
export function matcherOf(selector: LabelSelector | undefined): ((labels: Readonly<Record<string, string>> | undefined) => boolean) | undefined {
  if (hasInvalidLabelValue(selector) || validateLabelSelector(selector, '').length) return undefined;
  if (!selector) return () => false;
  const requirements = selectorOf(selector) ?? [];
  return (labels) => matchesSelector(requirements, labels);
}

/** Present, valid and not empty; `kind` as the message names it. */
export function validateSelector(selector: LabelSelector | undefined, kind: string): FieldError[] {
  if (!selector) return [requiredValue('spec.selector')];
  const errors = validateLabelSelector(selector, 'spec.selector');
  if (isEmptySelector(selector)) errors.push(invalidValue('spec.selector', shownSelector(selector), `empty selector is invalid for ${kind}`));
  return errors;
}

export function labelMismatch(template: PodTemplateSpec): FieldError {
  return invalidValue('spec.template.metadata.labels', internalForm('m string', template.metadata?.labels), '`selector` does not match template `labels`');
}

/** Pods of workloads run for ever. */
export function validateLongRunning(template: PodTemplateSpec, kind: string): FieldError[] {
  const { restartPolicy = '', activeDeadlineSeconds } = specOf(template);
  return [
    ...(restartPolicy === 'Always' ? [] : [notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [forbiddenValue('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ];
}

/** Of deployments and replica sets. */
export function validateSelectorAndTemplate(spec: SelectingSpec, old: SelectingSpec | undefined): FieldError[] {
  const { selector } = spec;
  const template = templateOf(spec);
  const errors = validateSelector(selector, 'deployment');
  const matches = matcherOf(selector);
  if (!matches) return [...errors, invalidValue('spec.selector', shownSelector(selector), 'invalid label selector')];
  if (!(selector && isEmptySelector(selector)) && !matches(template.metadata?.labels)) errors.push(labelMismatch(template));
  return [...errors, ...validatePodTemplate(template, 'spec.template', old?.template), ...validateLongRunning(template, 'ReplicaSet')];
}

/** The selector of a workload never changes. */
export const immutableSelector = (next: LabelSelector | undefined, old: LabelSelector | undefined): FieldError[] =>
  validateImmutable('p meta.LabelSelector', next, old, 'spec.selector');

export function validateCollisions(next: { readonly collisionCount?: number }, old: { readonly collisionCount?: number }): FieldError[] {
  const count = next.collisionCount ?? 0;
  return old.collisionCount !== undefined && (next.collisionCount === undefined || count < old.collisionCount)
    ? [invalidValue('status.collisionCount', count, 'cannot be decremented')]
    : [];
}

type Templated = KubeObject & { readonly spec: SelectingSpec };
/** Fields of features that are off vanish from templates; templates are warned about when the spec has changed. */
export function templateStrategy<T extends Templated>(): Pick<Kind<T>, 'prepareForCreate' | 'prepareForUpdate' | 'warningsOnUpdate'> {
  const specOfDraft = (draft: Mutable<T>): Parameters<typeof dropDisabledFields>[0] => (draft as unknown as Mutable<Templated>).spec.template?.spec;
  return {
    prepareForCreate: (draft) => dropDisabledFields(specOfDraft(draft), undefined),
    prepareForUpdate: (draft, old) => dropDisabledFields(specOfDraft(draft), old.spec.template?.spec),
    warningsOnUpdate: (next, old) => (next.metadata.generation === old.metadata.generation ? [] : warningsForPodTemplate(next.spec.template, 'spec.template')),
  };
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
