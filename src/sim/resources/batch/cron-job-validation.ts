// Cron jobs: schedules, time zones, the job they make. Models kubernetes/pkg/apis/batch/validation/validation.go
import type { CronJob, CronJobSpec, JobSpec } from '../../../kube/api/batch-v1.ts';
import { checkTimeZone, parseCronSchedule } from '../../../kube/machinery/cron-schedule.ts';
import { invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { shownSelector } from '../apps/workload.ts';
import { validateNonnegative } from '../validation/rules.ts';
import { validateJobTemplate } from './job-validation.ts';

const POLICIES = ['Allow', 'Forbid', 'Replace'];
const LONGEST_NAME = 52;
const NO_SPEC = {} as JobSpec;

/** What a parser throws, as text. */
function problemOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function validateSchedule({ schedule, timeZone }: CronJobSpec, old: CronJobSpec | undefined): FieldError[] {
  const field = 'spec.schedule';
  if (!schedule) return [requiredValue(field)];
  const problem = problemOf(() => parseCronSchedule(schedule));
  const errors = problem === undefined ? [] : [invalidValue(field, schedule, problem)];
  if (!schedule.includes('TZ')) return errors;
  if (!old?.schedule.includes('TZ')) errors.push(invalidValue(field, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  else if (timeZone !== undefined) errors.push(invalidValue(field, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  return errors;
}

function validateTimeZone(name: string | undefined): FieldError[] {
  const field = 'spec.timeZone';
  if (name === undefined) return [];
  if (name === '') return [invalidValue(field, name, 'timeZone must be nil or non-empty string')];
  if (name.split('/').some((each) => each === '.' || each === '..' || each.startsWith('-') || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(each)))
    return [invalidValue(field, name, `unknown time zone ${name}`)];
  const errors: FieldError[] = [];
  if (name.toLowerCase() === 'local')
    errors.push(invalidValue(field, name, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'));
  const problem = name === 'Local' ? undefined : problemOf(() => checkTimeZone(name));
  if (problem !== undefined) errors.push(invalidValue(field, name, problem));
  return errors;
}

function validateSpec(spec: CronJobSpec, old?: CronJobSpec): FieldError[] {
  const { concurrencyPolicy: policy = '' } = spec;
  const template = spec.jobTemplate?.spec ?? NO_SPEC;
  const errors = [...validateSchedule(spec, old), ...validateNonnegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds')];
  if (!old || old.timeZone !== spec.timeZone) errors.push(...validateTimeZone(spec.timeZone));
  if (!policy) errors.push(requiredValue('spec.concurrencyPolicy'));
  else if (!POLICIES.includes(policy)) errors.push(notSupported('spec.concurrencyPolicy', policy, POLICIES));
  errors.push(...validateJobTemplate(template, 'spec.jobTemplate.spec', old?.jobTemplate?.spec));
  if (template.selector) errors.push(invalidValue('spec.jobTemplate.spec.selector', shownSelector(template.selector), '`selector` will be auto-generated'));
  if (template.manualSelector) errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']));
  return [
    ...errors,
    ...validateNonnegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...validateNonnegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}

export function validateCronJob({ metadata, spec }: CronJob): FieldError[] {
  const { name = '' } = metadata;
  return [...validateSpec(spec), ...(name.length > LONGEST_NAME ? [invalidValue('metadata.name', name, 'must be no more than 52 characters')] : [])];
}

export const validateCronJobUpdate = (next: CronJob, old: CronJob): FieldError[] => validateSpec(next.spec, old.spec);
