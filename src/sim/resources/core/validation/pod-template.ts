// Pod templates, alone and in workloads. Models kubernetes/pkg/apis/core/validation/validation.go (ValidatePodTemplateSpec)
import type { PodSpec, PodTemplateSpec } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateAnnotations, validateLabels } from '../../validation/labels.ts';
import { hasInvalidDeletionCost, validatePodAnnotations, validateProfilesMatch } from './pod-annotations.ts';
import { validatePodSpec } from './pod-spec.ts';

const EMPTY_SPEC = { containers: [] } as PodSpec;
export const specOf = (template: PodTemplateSpec | undefined): PodSpec => template?.spec ?? EMPTY_SPEC;

export function validatePodTemplate(template: PodTemplateSpec, field: string, old?: PodTemplateSpec): FieldError[] {
  const { metadata = {} } = template;
  const spec = specOf(template);
  return [
    ...validateLabels(metadata.labels, `${field}.labels`),
    ...validateAnnotations(metadata.annotations, `${field}.annotations`),
    ...validatePodAnnotations(metadata.annotations, spec, `${field}.annotations`, hasInvalidDeletionCost(old?.metadata?.annotations)),
    ...validatePodSpec(spec, undefined, `${field}.spec`, { old: old?.spec }),
    ...validateProfilesMatch(metadata.annotations, spec, `${field}.spec`),
    ...(spec.ephemeralContainers?.length ? [forbiddenValue(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')] : []),
  ];
}
