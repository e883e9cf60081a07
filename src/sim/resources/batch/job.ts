// Job: selects its pods by its own uid. Models kubernetes/pkg/registry/batch/job/strategy.go and pkg/apis/batch/v1/defaults.go
import type { Job, JobSpec } from '../../../kube/api/batch-v1.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { humanDuration } from '../../../kube/machinery/human-duration.ts';
import { age, containerImages, containerNames, selectorCell } from '../cells.ts';
import { dropDisabledFields } from '../core/drop-disabled.ts';
import { defaultPodSpec } from '../core/pod-defaults.ts';
import { POD_NAMES, warningsForHostname } from '../core/warnings/pod.ts';
import { defineKind, type Mutable } from '../descriptor.ts';
import { validateJobStatusUpdate } from './job-status.ts';
import { LEGACY_NAME, LEGACY_UID, NAME, UID, validateJob, validateJobUpdate } from './job-validation.ts';
import { warningsForJobSpec } from './job-warnings.ts';

const LARGEST_INT32 = 2147483647;

/** What the parts of a spec imply, in jobs and in cron jobs. */
export function defaultJobTemplate(spec: Mutable<JobSpec>): void {
  if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  for (const { onPodConditions } of spec.podFailurePolicy?.rules ?? []) for (const each of onPodConditions ?? []) each.status ||= 'True';
}

function defaultJob({ metadata, spec }: Mutable<Job>): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : LARGEST_INT32;
  const labels = spec.template?.metadata?.labels;
  if (labels && !Object.keys(metadata.labels ?? {}).length) metadata.labels = { ...labels };
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
  defaultJobTemplate(spec);
}

function generateSelector({ metadata, spec }: Mutable<Job>): void {
  const { uid = '', name = '' } = metadata;
  const template = (spec.template ??= {});
  const meta = (template.metadata ??= {});
  meta.labels = { [LEGACY_NAME]: name, [NAME]: name, [LEGACY_UID]: uid, [UID]: uid, ...meta.labels };
  spec.selector = { ...spec.selector, matchLabels: { [UID]: uid, ...spec.selector?.matchLabels } };
}

function statusOf({ metadata, status }: Job): string {
  const has = (type: string): boolean => status.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function completionsOf({ spec, status }: Job): string {
  const done = status.succeeded ?? 0;
  if (spec.completions !== undefined) return `${done}/${spec.completions}`;
  const { parallelism = 0 } = spec;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

export const jobs = defineKind<Job>('batch/v1', 'jobs', {
  metadataChecks: ['as new', 'as changed'],
  controller: 'job-controller',
  generation: true,
  defaults: defaultJob,
  prepareForCreate(draft) {
    if (!draft.spec.manualSelector) generateSelector(draft);
    dropDisabledFields(draft.spec.template?.spec, undefined);
  },
  prepareForUpdate: (draft, old) => dropDisabledFields(draft.spec.template?.spec, old.spec.template?.spec),
  validate: (job) => validateJob(job),
  validateUpdate: validateJobUpdate,
  warningsOnCreate: ({ metadata, spec }) => [...warningsForHostname(metadata, POD_NAMES), ...warningsForJobSpec(spec, 'spec')],
  warningsOnUpdate: (next, old) => (next.metadata.generation === old.metadata.generation ? [] : warningsForJobSpec(next.spec, 'spec')),
  subresources: { status: { validateUpdate: validateJobStatusUpdate } },
  selectableFields: { 'status.successful': ({ status }) => String(status.succeeded ?? 0) },
  row(job, { now }) {
    const { startTime, completionTime } = job.status;
    return [
      job.metadata.name ?? '',
      statusOf(job),
      completionsOf(job),
      startTime ? humanDuration((completionTime ? parseTime(completionTime) : now) - parseTime(startTime)) : '',
      age(job, now),
      containerNames(job.spec.template.spec?.containers),
      containerImages(job.spec.template.spec?.containers),
      selectorCell(job.spec.selector),
    ];
  },
});
