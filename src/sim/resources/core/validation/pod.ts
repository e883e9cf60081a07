// Pods: new ones, and what of a pod may change. Models kubernetes/pkg/apis/core/validation/validation.go (ValidatePodCreate, ValidatePodUpdate)
import type { Container, NodeAffinity, NodeSelectorTerm, Pod, PodSchedulingGate, PodSpec, Toleration } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { unifiedDiff } from '../../validation/diff.ts';
import { internalForm, sameInternally } from '../../validation/internal-form.ts';
import { inclusiveRange } from '../../validation/rules.ts';
import { validateImagePadding } from './container.ts';
import { validateTolerations } from './placement.ts';
import { hasInvalidDeletionCost, validatePodAnnotations, validatePodAnnotationUpdates, validateProfilesMatch } from './pod-annotations.ts';
import { validatePodSpec } from './pod-spec.ts';

const LARGEST_INT32 = 2147483647;

/** What holds of a pod at any time. */
export function validatePodSpecAndMeta({ spec, metadata }: Pod, old?: Pod): FieldError[] {
  const errors = [
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations', hasInvalidDeletionCost(old?.metadata.annotations)),
    ...validatePodSpec(spec, metadata, 'spec', { isPod: true, old: old?.spec }),
  ];
  if (!spec.serviceAccountName)
    for (const [i, { projected }] of (spec.volumes ?? []).entries())
      for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries())
        if (serviceAccountToken)
          errors.push(
            forbiddenValue(`spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`, 'must not be specified when serviceAccountName is not set'),
          );
  for (const list of ['containers', 'initContainers'] as const)
    for (const [i, each] of (spec[list] ?? []).entries()) errors.push(...validateImagePadding(each, `spec.${list}[${i}]`));
  return errors;
}

export function validatePodCreate(pod: Pod): FieldError[] {
  const { spec, metadata } = pod;
  const errors = validatePodSpecAndMeta(pod);
  if (spec.ephemeralContainers?.length) errors.push(forbiddenValue('spec.ephemeralContainers', 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length) errors.push(forbiddenValue('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  return [...errors, ...validateProfilesMatch(metadata.annotations, spec, 'spec')];
}

function validateContainerUpdates(
  next: readonly Container[],
  old: readonly Container[],
  field: string,
): { readonly errors: FieldError[]; readonly stop: boolean } {
  if (next.length !== old.length) return { errors: [forbiddenValue(field, 'pod updates may not add or remove containers')], stop: true };
  const errors = next.flatMap((each, i) => [...(each.image ? [] : [requiredValue(`${field}[${i}].image`)]), ...validateImagePadding(each, `${field}[${i}]`)]);
  return { errors, stop: false };
}

function validateOnlyAddedTolerations(next: readonly Toleration[], old: readonly Toleration[], field: string): FieldError[] {
  const without = ({ tolerationSeconds: _seconds, ...rest }: Toleration): Toleration => rest;
  const kept = old.every((before) => next.some((after) => sameInternally('Toleration', without(after), without(before))));
  return kept ? validateTolerations(next, field) : [forbiddenValue(field, 'existing toleration can not be modified except its tolerationSeconds')];
}

function validateOnlyDeletedGates(next: readonly PodSchedulingGate[], old: readonly PodSchedulingGate[], field: string): FieldError[] {
  const known = new Set(old.map(({ name }) => name));
  const added = new Map(next.map(({ name }, i) => [name, i] as const));
  return [...added]
    .filter(([name]) => !known.has(name))
    .map(([name, i]) => forbiddenValue(`${field}[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`));
}

/** True when validation ends here. */
function validateDeadlineUpdate(next: number | undefined, old: number | undefined, errors: FieldError[]): boolean {
  const field = 'spec.activeDeadlineSeconds';
  if (next === undefined) {
    if (old !== undefined) errors.push(invalidValue(field, null, 'must not update from a positive integer to nil value'));
    return false;
  }
  if (next < 0 || next > LARGEST_INT32) errors.push(invalidValue(field, next, inclusiveRange(0, LARGEST_INT32)));
  else if (old !== undefined && old < next) errors.push(invalidValue(field, next, 'must be less than or equal to previous value'));
  else return false;
  return true;
}

const termsOf = (affinity: NodeAffinity | undefined): readonly NodeSelectorTerm[] =>
  affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];

function hasOnlyAdditions(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  if (!old.matchExpressions?.length && !old.matchFields?.length) return !next.matchExpressions?.length && !next.matchFields?.length;
  return (['matchExpressions', 'matchFields'] as const).every((each) =>
    sameInternally('l NodeSelectorRequirement', (next[each] ?? []).slice(0, old[each]?.length ?? 0), old[each] ?? []),
  );
}

function validateNodeAffinityMutation(next: NodeAffinity | undefined, old: NodeAffinity | undefined): FieldError[] {
  const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (!old?.requiredDuringSchedulingIgnoredDuringExecution) return [];
  const before = termsOf(old);
  const after = termsOf(next);
  if (before.length && before.length !== after.length)
    return [
      invalidValue(
        field,
        internalForm('l NodeSelectorTerm', after.length ? after : undefined),
        'no additions/deletions to non-empty NodeSelectorTerms list are allowed',
      ),
    ];
  return before.flatMap((term, i) =>
    hasOnlyAdditions(after[i] ?? {}, term)
      ? []
      : [invalidValue(`${field}[${i}]`, internalForm('NodeSelectorTerm', after[i]), 'only additions are allowed (no mutations or deletions)')],
  );
}

/** Where a gated pod may go is still open. Gives the spec with that put back. */
function withGatedPlacement(next: PodSpec, old: PodSpec, errors: FieldError[]): PodSpec {
  if (!old.schedulingGates?.length) return next;
  const spec: { -readonly [K in keyof PodSpec]: PodSpec[K] } = { ...next };
  if (!sameInternally('m string', next.nodeSelector, old.nodeSelector)) {
    if (Object.entries(old.nodeSelector ?? {}).some(([key, value]) => next.nodeSelector?.[key] !== value))
      errors.push(
        invalidValue(
          'spec.nodeSelector',
          internalForm('m string', next.nodeSelector),
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      );
    Object.assign(spec, { nodeSelector: old.nodeSelector });
  }
  const before = old.affinity?.nodeAffinity;
  const after = next.affinity?.nodeAffinity;
  if (sameInternally('p NodeAffinity', after, before)) return spec;
  errors.push(...validateNodeAffinityMutation(after, before));
  const { podAffinity, podAntiAffinity } = next.affinity ?? {};
  if (!next.affinity) Object.assign(spec, { affinity: { nodeAffinity: before } });
  else if (!old.affinity && !podAffinity && !podAntiAffinity) Object.assign(spec, { affinity: undefined });
  else Object.assign(spec, { affinity: { ...next.affinity, nodeAffinity: before } });
  return spec;
}

const UPDATABLE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

const withImagesOf = (next: readonly Container[] | undefined, old: readonly Container[] | undefined): readonly Container[] | undefined =>
  next?.map((each, i) => ({ ...each, image: old?.[i]?.image ?? '' }));

export function validatePodUpdate(pod: Pod, oldPod: Pod): FieldError[] {
  const next = pod.spec;
  const old = oldPod.spec;
  const errors = [...validatePodSpecAndMeta(pod, oldPod), ...validatePodAnnotationUpdates(pod, oldPod)];
  for (const list of ['containers', 'initContainers'] as const) {
    const changed = validateContainerUpdates(next[list] ?? [], old[list] ?? [], `spec.${list}`);
    errors.push(...changed.errors);
    if (changed.stop) return errors;
  }
  if (validateDeadlineUpdate(next.activeDeadlineSeconds, old.activeDeadlineSeconds, errors)) return errors;
  errors.push(
    ...validateOnlyAddedTolerations(next.tolerations ?? [], old.tolerations ?? [], 'spec.tolerations'),
    ...validateOnlyDeletedGates(next.schedulingGates ?? [], old.schedulingGates ?? [], 'spec.schedulingGates'),
  );
  if (sameInternally('PodSpec', next, old)) return errors;
  const munged = withGatedPlacement(
    {
      ...next,
      containers: withImagesOf(next.containers, old.containers) ?? [],
      initContainers: withImagesOf(next.initContainers, old.initContainers),
      activeDeadlineSeconds: old.activeDeadlineSeconds,
      schedulingGates: old.schedulingGates,
      tolerations: old.tolerations,
      ...((old.terminationGracePeriodSeconds ?? 0) < 0 && next.terminationGracePeriodSeconds === 1
        ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds }
        : {}),
    } as PodSpec,
    old,
    errors,
  );
  if (!sameInternally('PodSpec', munged, old))
    errors.push(
      forbiddenValue(
        'spec',
        `pod updates may not change fields other than ${UPDATABLE}\n${unifiedDiff(internalForm('PodSpec', old), internalForm('PodSpec', munged))}`,
      ),
    );
  return errors;
}
