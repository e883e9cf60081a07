// Jobs, also as cron jobs have them, and what of a job may change. Models kubernetes/pkg/apis/batch/validation/validation.go
import type { Job, JobSpec } from '../../../kube/api/batch-v1.ts';
import type { Affinity, PodSpec, PodTemplateSpec } from '../../../kube/api/core-v1.ts';
import { invalidValue, invalidValues, notSupported, requiredValue, tooLong, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDnsLabel, validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { labelMismatch, matcherOf, shownSelector, templateOf } from '../apps/workload.ts';
import { specOf, validatePodTemplate } from '../core/validation/pod-template.ts';
import { internalForm } from '../validation/internal-form.ts';
import { hasInvalidLabelValue, validateLabelSelector } from '../validation/labels.ts';
import { validateImmutable, validateNonnegative, validateUnchanged } from '../validation/rules.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from './job-policies.ts';

const MOST_PARALLEL = 100_000;
const MOST_FAILED_INDEXES = 100_000;
const MANY_COMPLETIONS = 100_000;
const MOST_WITH_MANY = 10_000;
const LONGEST_MANAGER = 63;
export const LEGACY_UID = 'controller-uid';
export const LEGACY_NAME = 'job-name';
export const UID = 'batch.kubernetes.io/controller-uid';
export const NAME = 'batch.kubernetes.io/job-name';

const NUMBERS = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex'] as const;

function validateManagedBy(name: string | undefined, field: string): FieldError[] {
  if (name === undefined) return [];
  const long = name.length > LONGEST_MANAGER ? [tooLong(field, LONGEST_MANAGER)] : [];
  if (name === '') return [requiredValue(field), ...long];
  const slash = name.indexOf('/');
  const [host, path] = slash < 0 ? ['', ''] : [name.slice(0, slash), name.slice(slash + 1)];
  if (!host || !path) return [invalidValue(field, name, 'must be a domain-prefixed path (such as "acme.io/foo")'), ...long];
  const errors = invalidValues(field, host, validateDnsSubdomain(host));
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path))
    errors.push(invalidValue(field, path, "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"));
  return [...errors, ...long];
}

function validateIndexed({ completions, parallelism, maxFailedIndexes: failed, backoffLimitPerIndex }: JobSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (completions === undefined) errors.push(requiredValue(`${field}.completions`, 'when completion mode is Indexed'));
  if (parallelism !== undefined && parallelism > MOST_PARALLEL)
    errors.push(invalidValue(`${field}.parallelism`, parallelism, `must be less than or equal to ${MOST_PARALLEL} when completion mode is Indexed`));
  if (completions !== undefined && failed !== undefined && failed > completions)
    errors.push(invalidValue(`${field}.maxFailedIndexes`, failed, 'must be less than or equal to completions'));
  if (failed !== undefined && failed > MOST_FAILED_INDEXES)
    errors.push(invalidValue(`${field}.maxFailedIndexes`, failed, `must be less than or equal to ${MOST_FAILED_INDEXES}`));
  if (completions === undefined || completions <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return errors;
  const limit = `must be less than or equal to ${MOST_WITH_MANY} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (failed === undefined) errors.push(requiredValue(`${field}.maxFailedIndexes`, `must be specified when completions is above ${MANY_COMPLETIONS}`));
  if (parallelism !== undefined && parallelism > MOST_WITH_MANY) errors.push(invalidValue(`${field}.parallelism`, parallelism, limit));
  if (failed !== undefined && failed > MOST_WITH_MANY) errors.push(invalidValue(`${field}.maxFailedIndexes`, failed, limit));
  return errors;
}

function validateReplacement({ podReplacementPolicy: policy, podFailurePolicy }: JobSpec, field: string): FieldError[] {
  const supported = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return policy === undefined || supported.includes(policy) ? [] : [notSupported(field, policy, supported)];
}

function validateRestart(spec: JobSpec, field: string): FieldError[] {
  const policy = specOf(spec.template).restartPolicy ?? '';
  if (policy === 'Always' || !policy) return [requiredValue(field, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(field, policy, ['OnFailure', 'Never'])];
  return spec.podFailurePolicy && policy !== 'Never' ? [invalidValue(field, policy, 'only "Never" is supported when podFailurePolicy is specified')] : [];
}

/** What jobs and templates of cron jobs have alike. */
export function validateJobTemplate(spec: JobSpec, field: string, old?: JobSpec): FieldError[] {
  const { completionMode: mode, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const errors = NUMBERS.flatMap((each) => validateNonnegative(spec[each], `${field}.${each}`));
  if (maxFailedIndexes !== undefined) {
    errors.push(...validateNonnegative(maxFailedIndexes, `${field}.maxFailedIndexes`));
    if (backoffLimitPerIndex === undefined) errors.push(requiredValue(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  errors.push(...validateManagedBy(spec.managedBy, `${field}.managedBy`));
  if (mode !== undefined && mode !== 'NonIndexed' && mode !== 'Indexed') errors.push(notSupported(`${field}.completionMode`, mode, ['NonIndexed', 'Indexed']));
  if (mode === 'Indexed') errors.push(...validateIndexed(spec, field));
  if (mode === undefined || mode === 'NonIndexed')
    for (const each of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
      if (spec[each] !== undefined) errors.push(invalidValue(`${field}.${each}`, spec[each], 'requires indexed completion mode'));
  return [
    ...errors,
    ...validatePodFailurePolicy(spec, `${field}.podFailurePolicy`),
    ...validateSuccessPolicy(spec, `${field}.successPolicy`),
    ...validateReplacement(spec, `${field}.podReplacementPolicy`),
    ...validatePodTemplate(templateOf(spec), `${field}.template`, old?.template),
    ...validateRestart(spec, `${field}.template.spec.restartPolicy`),
  ];
}

export function validateJobSpec(spec: JobSpec, old?: JobSpec): FieldError[] {
  const { selector } = spec;
  const errors = validateJobTemplate(spec, 'spec', old);
  if (!selector) errors.push(requiredValue('spec.selector'));
  else errors.push(...validateLabelSelector(selector, 'spec.selector', { allowInvalidValues: hasInvalidLabelValue(old?.selector) }));
  const matches = matcherOf(selector);
  if (matches && !matches(spec.template?.metadata?.labels)) errors.push(labelMismatch(templateOf(spec)));
  return errors;
}

function validateHasLabel(template: PodTemplateSpec, name: string, expected: string): FieldError[] {
  const field = `spec.template.metadata.labels[${name}]`;
  const labels = template.metadata?.labels;
  const actual = labels?.[name];
  if (actual === undefined) return [requiredValue(field, `must be '${expected}'`)];
  return actual === expected ? [] : [invalidValue(field, internalForm('m string', labels), `must be '${expected}'`)];
}

function validateGeneratedSelector({ metadata, spec }: Job, prefixed: boolean): FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const { uid = '', name = '' } = metadata;
  const expected: Record<string, string> = { [LEGACY_UID]: uid, [LEGACY_NAME]: name, ...(prefixed ? { [UID]: uid, [NAME]: name } : {}) };
  const errors: FieldError[] = uid ? [] : [requiredValue('metadata.uid')];
  for (const [label, value] of Object.entries(expected)) errors.push(...validateHasLabel(templateOf(spec), label, value));
  const matches = matcherOf(spec.selector);
  if (matches && !matches(expected)) errors.push(invalidValue('spec.selector', shownSelector(spec.selector), '`selector` not auto-generated'));
  return errors;
}

export function validateJob(job: Job, old?: Job): FieldError[] {
  const { metadata, spec } = job;
  const { name = '' } = metadata;
  const labels = old?.spec.template?.metadata?.labels;
  const errors = [...validateGeneratedSelector(job, !old || (labels?.[NAME] !== undefined && labels[UID] !== undefined)), ...validateJobSpec(spec, old?.spec)];
  if (spec.completionMode === 'Indexed' && (spec.completions ?? 0) > 0) {
    const longest = `${name}-${(spec.completions ?? 0) - 1}`;
    if (validateDnsLabel(longest).length) errors.push(invalidValue('metadata.name', name, `will not able to create pod with invalid DNS label: ${longest}`));
  }
  return errors;
}

function validateCompletions(next: JobSpec, old: JobSpec): FieldError[] {
  if (next.completionMode !== 'Indexed') return validateUnchanged(next.completions, old.completions, 'spec.completions');
  if (next.completions === old.completions || next.completions === undefined || next.completions === next.parallelism) return [];
  return [invalidValue('spec.completions', next.completions, 'can only be modified in tandem with spec.parallelism')];
}

/** The old template with where pods go taken from the new one. */
function withPlacementOf(old: PodTemplateSpec, next: PodTemplateSpec): PodTemplateSpec {
  const nextSpec = specOf(next);
  const { affinity: before, ...spec } = specOf(old);
  const { nodeAffinity: _nodeAffinity, ...others } = before ?? {};
  const affinity: Affinity = { ...others, ...(nextSpec.affinity?.nodeAffinity ? { nodeAffinity: nextSpec.affinity.nodeAffinity } : {}) };
  return {
    metadata: { ...old.metadata, annotations: next.metadata?.annotations, labels: next.metadata?.labels } as NonNullable<PodTemplateSpec['metadata']>,
    spec: {
      ...spec,
      ...(nextSpec.affinity || Object.keys(affinity).length ? { affinity } : {}),
      nodeSelector: nextSpec.nodeSelector,
      tolerations: nextSpec.tolerations,
      schedulingGates: nextSpec.schedulingGates,
    } as PodSpec,
  };
}

export function validateJobUpdate(next: Job, old: Job): FieldError[] {
  const [spec, before] = [next.spec, old.spec];
  const waiting = before.suspend === true && !old.status.startTime;
  const template = waiting ? withPlacementOf(templateOf(before), templateOf(spec)) : templateOf(before);
  return [
    ...validateJob(next, old),
    ...validateJobSpec(spec, before),
    ...validateCompletions(spec, before),
    ...validateImmutable('p meta.LabelSelector', spec.selector, before.selector, 'spec.selector'),
    ...validateImmutable('PodTemplateSpec', templateOf(spec), template, 'spec.template'),
    ...validateUnchanged(spec.completionMode, before.completionMode, 'spec.completionMode'),
    ...validateImmutable('p PodFailurePolicy', spec.podFailurePolicy, before.podFailurePolicy, 'spec.podFailurePolicy'),
    ...validateUnchanged(spec.backoffLimitPerIndex, before.backoffLimitPerIndex, 'spec.backoffLimitPerIndex'),
    ...validateUnchanged(spec.managedBy, before.managedBy, 'spec.managedBy'),
    ...validateImmutable('p SuccessPolicy', spec.successPolicy, before.successPolicy, 'spec.successPolicy'),
  ];
}
