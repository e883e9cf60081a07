// kubectl describe job and cronjob
import type { CronJob, JobSpec } from '../../kube/api/batch-v1.ts';
import { cronJobs, jobs } from '../../kube/api/resources.ts';
import { humanDuration } from '../../kube/machinery/human-duration.ts';
import { parseTime } from '../../kube/machinery/time.ts';
import { describerOf } from './describer.ts';
import { controllerText, NONE, selectorText, UNSET, writeLabelsAndAnnotations } from './metadata.ts';
import { writePodTemplate } from './pod-template.ts';
import { longTime } from './times.ts';
import type { DescribeWriter } from './writer.ts';

/** Characters of a list of indexes, roughly. */
const LONGEST_INDEXES = 50;

export const job = describerOf(jobs, (w, { metadata, spec = { template: {} } as JobSpec, status = {} }) => {
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  w.field(0, 'Selector', selectorText(spec.selector));
  writeLabelsAndAnnotations(w, metadata);
  const controller = controllerText(metadata);
  if (controller) w.field(0, 'Controlled By', controller);
  if (spec.parallelism !== undefined) w.field(0, 'Parallelism', spec.parallelism);
  w.field(0, 'Completions', spec.completions ?? UNSET);
  if (spec.completionMode !== undefined) w.field(0, 'Completion Mode', spec.completionMode);
  if (spec.suspend !== undefined) w.field(0, 'Suspend', spec.suspend);
  if (spec.backoffLimit !== undefined) w.field(0, 'Backoff Limit', spec.backoffLimit);
  if (spec.ttlSecondsAfterFinished !== undefined) w.field(0, 'TTL Seconds After Finished', spec.ttlSecondsAfterFinished);
  const { startTime, completionTime, active = 0, ready, succeeded = 0, failed = 0 } = status;
  if (startTime) w.field(0, 'Start Time', longTime(startTime));
  if (completionTime) w.field(0, 'Completed At', longTime(completionTime));
  if (startTime && completionTime) w.field(0, 'Duration', humanDuration(parseTime(completionTime) - parseTime(startTime)));
  if (spec.activeDeadlineSeconds !== undefined) w.field(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`);
  w.field(0, 'Pods Statuses', `${active} Active${ready === undefined ? '' : ` (${ready} Ready)`} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec.completionMode === 'Indexed') w.field(0, 'Completed Indexes', indexesText(status.completedIndexes));
  writePodTemplate(w, spec.template);
});

function indexesText(indexes = ''): string {
  if (indexes === '') return NONE;
  const comma = indexes.indexOf(',', LONGEST_INDEXES);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}

export const cronJob = describerOf(cronJobs, (w, { metadata, spec, status = {} }) => {
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  writeLabelsAndAnnotations(w, metadata);
  if (spec) writeSchedule(w, spec);
  w.field(0, 'Last Schedule Time', status.lastScheduleTime ? longTime(status.lastScheduleTime) : UNSET);
  w.field(0, 'Active Jobs', (status.active ?? []).map(({ name = '' }) => name).join(', ') || NONE);
});

function writeSchedule(w: DescribeWriter, spec: NonNullable<CronJob['spec']>): void {
  w.field(0, 'Schedule', spec.schedule);
  w.field(0, 'Concurrency Policy', spec.concurrencyPolicy ?? '');
  w.field(0, 'Suspend', spec.suspend === undefined ? UNSET : spec.suspend ? 'True' : 'False');
  w.field(0, 'Successful Job History Limit', spec.successfulJobsHistoryLimit ?? UNSET);
  w.field(0, 'Failed Job History Limit', spec.failedJobsHistoryLimit ?? UNSET);
  w.field(0, 'Starting Deadline Seconds', spec.startingDeadlineSeconds === undefined ? UNSET : `${spec.startingDeadlineSeconds}s`);
  const { selector, parallelism, completions, activeDeadlineSeconds, template } = spec.jobTemplate.spec ?? {};
  w.field(0, 'Selector', selector ? selectorText(selector) : UNSET);
  w.field(0, 'Parallelism', parallelism ?? UNSET);
  w.field(0, 'Completions', completions ?? UNSET);
  if (activeDeadlineSeconds !== undefined) w.field(0, 'Active Deadline Seconds', `${activeDeadlineSeconds}s`);
  writePodTemplate(w, template ?? { spec: { containers: [] } });
}
