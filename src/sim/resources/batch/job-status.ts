// What the status of a job may become: counters and conditions that only go one way. Models kubernetes/pkg/apis/batch/validation/validation.go
import type { Job, JobStatus } from '../../../kube/api/batch-v1.ts';
import { duplicateValue, invalidValue, invalidWithoutValue, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { internalForm } from '../validation/internal-form.ts';
import { validateNonnegative } from '../validation/rules.ts';
import { firstOverlap, parseIndexes } from './job-indexes.ts';

type ConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'Suspended';
const has = ({ conditions = [] }: JobStatus, type: ConditionType, status = 'True'): boolean =>
  conditions.some((each) => each.type === type && each.status === status);
const isFinished = (status: JobStatus): boolean => has(status, 'Complete') || has(status, 'Failed');
const wrongConditions = (detail: string): FieldError => invalidWithoutValue('status.conditions', detail);

function validateUncounted({ uncountedTerminatedPods }: JobStatus): FieldError[] {
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap((list) =>
    (uncountedTerminatedPods?.[list] ?? []).flatMap((uid, i) => {
      const at = `status.uncountedTerminatedPods.${list}[${i}]`;
      if (uid === '') return [invalidValue(at, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicateValue(at, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

/** Rules on what this write has changed; what was wrong before is left alone. */
class Changes {
  readonly #next: JobStatus;
  readonly #old: JobStatus;
  constructor(next: JobStatus, old: JobStatus) {
    this.#next = next;
    this.#old = old;
  }
  of(...fields: readonly (keyof JobStatus)[]): boolean {
    return fields.some((each) => !jsonEqual(this.#next[each] ?? null, this.#old[each] ?? null));
  }
  in(...types: readonly ConditionType[]): boolean {
    return types.some((each) => has(this.#next, each) !== has(this.#old, each));
  }
  get finished(): boolean {
    return isFinished(this.#next) !== isFinished(this.#old);
  }
}

function validateTimes({ status }: Job, changes: Changes): FieldError[] {
  const { startTime, completionTime } = status;
  const complete = has(status, 'Complete');
  const errors: FieldError[] = [];
  if (changes.in('Complete') || changes.of('completionTime')) {
    if (completionTime && !complete)
      errors.push(invalidValue('status.completionTime', completionTime, 'cannot set completionTime when there is no Complete=True condition'));
    if (!completionTime && complete) errors.push(requiredValue('status.completionTime', 'completionTime is required for Complete jobs'));
  }
  if (changes.of('startTime', 'completionTime') && startTime && completionTime && parseTime(completionTime) < parseTime(startTime))
    errors.push(invalidValue('status.completionTime', completionTime, 'must be equal to or after `startTime`'));
  return errors;
}

function validateFinished({ status, spec }: Job, changes: Changes): FieldError[] {
  const errors: FieldError[] = [];
  const finished = isFinished(status);
  if (!finished) return errors;
  const { active = 0, uncountedTerminatedPods: uncounted } = status;
  if ((changes.finished || changes.of('active')) && active > 0) errors.push(invalidValue('status.active', active, 'active>0 is invalid for finished job'));
  const neverStarted = spec.suspend === true && spec.completions === 0;
  if ((changes.finished || changes.of('startTime')) && !neverStarted && !status.startTime)
    errors.push(requiredValue('status.startTime', 'startTime is required for finished job'));
  if ((changes.finished || changes.of('uncountedTerminatedPods')) && (uncounted?.failed?.length || uncounted?.succeeded?.length))
    errors.push(invalidValue('status.uncountedTerminatedPods', internalForm('UncountedTerminatedPods', uncounted), 'must be empty for finished job'));
  return errors;
}

function validateIndexes({ status, spec }: Job, changes: Changes): FieldError[] {
  const errors: FieldError[] = [];
  const { completedIndexes: completed = '', failedIndexes: failed } = status;
  const { completions, backoffLimitPerIndex } = spec;
  const wrong = (name: 'completedIndexes' | 'failedIndexes', text: string): void => {
    const { problem } = parseIndexes(text, completions ?? 0);
    if (completions !== undefined && problem !== undefined) errors.push(invalidValue(`status.${name}`, text, `error parsing ${name}: ${problem}`));
  };
  if (changes.of('completedIndexes')) wrong('completedIndexes', completed);
  if (changes.of('failedIndexes') && backoffLimitPerIndex !== undefined && failed !== undefined) wrong('failedIndexes', failed);
  if (changes.of('completedIndexes') && completed && spec.completionMode !== 'Indexed')
    errors.push(invalidValue('status.completedIndexes', completed, 'cannot set non-empty completedIndexes when non-indexed completion mode'));
  if (changes.of('failedIndexes') && backoffLimitPerIndex === undefined && failed !== undefined)
    errors.push(invalidValue('status.failedIndexes', failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'));
  if (changes.of('failedIndexes', 'completedIndexes') && completions !== undefined && failed !== undefined) {
    const overlap = firstOverlap(completed, failed, completions);
    if (overlap !== undefined) errors.push(invalidValue('status.failedIndexes', failed, `failedIndexes and completedIndexes overlap at index: ${overlap}`));
  }
  return errors;
}

function validateConditions(job: Job, changes: Changes): FieldError[] {
  const { status } = job;
  const [complete, failed, target] = [has(status, 'Complete'), has(status, 'Failed'), has(status, 'FailureTarget')];
  const met = has(status, 'SuccessCriteriaMet');
  return [
    ...(changes.in('Failed') || changes.of('failedIndexes')
      ? failed && !target
        ? [wrongConditions('cannot set Failed=True condition without the FailureTarget=true condition')]
        : []
      : []),
    ...(changes.in('Complete', 'SuccessCriteriaMet') && complete && !met
      ? [wrongConditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition')]
      : []),
  ];
}

function validateStatus(job: Job, old: Job): FieldError[] {
  const { status, spec } = job;
  const changes = new Changes(status, old.status);
  const [complete, failed, target, met] = [has(status, 'Complete'), has(status, 'Failed'), has(status, 'FailureTarget'), has(status, 'SuccessCriteriaMet')];
  const errors = [
    ...(['active', 'succeeded', 'failed', 'ready', 'terminating'] as const).flatMap((each) => validateNonnegative(status[each], `status.${each}`)),
    ...validateUncounted(status),
  ];
  if (changes.in('Complete', 'Failed') && complete && failed) errors.push(wrongConditions('cannot set Complete=True and Failed=true conditions'));
  if (changes.in('Complete', 'FailureTarget') && complete && target) errors.push(wrongConditions('cannot set Complete=True and FailureTarget=true conditions'));
  errors.push(...validateTimes(job, changes), ...validateConditions(job, changes), ...validateFinished(job, changes), ...validateIndexes(job, changes));
  if ((changes.finished || changes.of('terminating')) && (status.terminating ?? 0) > 0 && isFinished(status))
    errors.push(invalidValue('status.terminating', status.terminating, 'terminating>0 is invalid for finished job'));
  if (changes.of('ready', 'active') && status.ready !== undefined && status.ready > (status.active ?? 0))
    errors.push(invalidValue('status.ready', status.ready, 'cannot set more ready pods than active'));
  if (met && failed) errors.push(wrongConditions('cannot set SuccessCriteriaMet=True and Failed=true conditions'));
  if (met && target) errors.push(wrongConditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'));
  if (spec.successPolicy && !met && complete)
    errors.push(wrongConditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'));
  return errors;
}

export function validateJobStatusUpdate(job: Job, old: Job): FieldError[] {
  const { status, spec } = job;
  const before = old.status;
  const errors = validateStatus(job, old);
  for (const type of ['Failed', 'Complete', 'FailureTarget'] as const)
    if (has(before, type) && !has(status, type)) errors.push(wrongConditions(`cannot disable the terminal ${type}=True condition`));
  if ((status.failed ?? 0) < (before.failed ?? 0)) errors.push(invalidValue('status.failed', status.failed ?? 0, 'cannot decrease the failed counter'));
  const elastic = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if (!elastic && (status.succeeded ?? 0) < (before.succeeded ?? 0))
    errors.push(invalidValue('status.succeeded', status.succeeded ?? 0, 'cannot decrease the succeeded counter'));
  if (status.completionTime && before.completionTime && status.completionTime !== before.completionTime)
    errors.push(invalidValue('status.completionTime', status.completionTime, 'field is immutable'));
  const resuming = has(before, 'Suspended') && has(status, 'Suspended', 'False');
  if (before.startTime && status.startTime !== before.startTime && !resuming && !spec.suspend)
    errors.push(requiredValue('status.startTime', 'startTime cannot be removed for unsuspended job'));
  if (has(before, 'SuccessCriteriaMet') && !has(status, 'SuccessCriteriaMet'))
    errors.push(wrongConditions('cannot disable the SuccessCriteriaMet=True condition'));
  if (has(before, 'Complete') && !has(before, 'SuccessCriteriaMet') && has(status, 'SuccessCriteriaMet'))
    errors.push(wrongConditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'));
  return errors;
}
