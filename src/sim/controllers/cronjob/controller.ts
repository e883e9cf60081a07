// Makes a Job each time a CronJob is due, and clears away old ones. Models kubernetes/pkg/controller/cronjob/cronjob_controllerv2.go
import type { CronJob, CronJobStatus, Job } from '../../../kube/api/batch-v1.ts';
import { cronJobs, jobs } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder, type EventType } from '../../../kube/client/event-recorder.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { checkTimeZone, parseCronSchedule, type CronSchedule } from '../../../kube/machinery/cron-schedule.ts';
import { controllerOf, keyOf } from '../../../kube/machinery/object.ts';
import { controllerReference, OWNER_INDEX, ownerIndex } from '../../../kube/machinery/owners.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { formatTime, parseTime, secondsToMs } from '../../../kube/machinery/time.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { formatInZone, formatRfc1123, mostRecentTime, nextLookMs } from './schedule.ts';

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

interface Work {
  readonly cronJob: CronJob;
  status: CronJobStatus;
  changed: boolean;
}

const endOf = ({ status }: Job): string | undefined =>
  status?.conditions?.find(({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True')?.type;
const byStart = (a: Job, b: Job): number =>
  Number(a.status?.startTime === undefined) - Number(b.status?.startTime === undefined) ||
  (a.status?.startTime ?? '').localeCompare(b.status?.startTime ?? '') ||
  (a.metadata.name ?? '').localeCompare(b.metadata.name ?? '');

export function cronJobController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(cronJobs);
  const allJobs = informers.of(jobs);
  allJobs.addIndex(OWNER_INDEX, ownerIndex);
  const recorder = new CoreEventRecorder(client, { component: 'cronjob-controller' }, clock, log);
  const queue = new WorkQueue({
    clock,
    sync,
    failed: (key, error) => {
      if (!isConflict(error) && !isNamespaceTerminating(error)) log.warn('cronjob not synced', { key, error: messageOf(error) });
    },
  });
  const say = (about: CronJob, type: EventType, reason: string, message: string): void => recorder.event(about, { type, reason, message });

  const scheduleOf = ({ spec }: CronJob): CronSchedule =>
    parseCronSchedule(spec.schedule, /(^|_)TZ=/.test(spec.schedule) ? undefined : (spec.timeZone ?? 'UTC'));

  function listen(): void {
    const enqueue = (cronJob: CronJob): void => queue.add(keyOf(cronJob));
    const enqueueOwner = (job: Job): void => {
      const owner = controllerOf(job);
      const cronJob = owner?.kind === 'CronJob' ? all.get(owner.name, job.metadata.namespace) : undefined;
      if (cronJob && cronJob.metadata.uid === owner?.uid) enqueue(cronJob);
    };
    all.addHandler({
      added: enqueue,
      updated(cronJob, old) {
        if (cronJob.spec.schedule === old.spec.schedule && cronJob.spec.timeZone === old.spec.timeZone) {
          enqueue(cronJob);
          return;
        }
        // A new schedule holds from now on; what it would have started before is not made up for.
        try {
          queue.addAfter(keyOf(cronJob), nextLookMs(cronJob, clock.now(), scheduleOf(cronJob)));
        } catch {
          say(cronJob, 'Warning', 'UnParseableCronJobSchedule', `unparseable schedule for cronjob: ${cronJob.spec.schedule}`);
        }
      },
    });
    allJobs.addHandler({
      added: enqueueOwner,
      updated(job, old) {
        if (controllerOf(old)?.uid !== controllerOf(job)?.uid) enqueueOwner(old);
        enqueueOwner(job);
      },
      deleted: enqueueOwner,
    });
  }

  async function sync(key: string): Promise<void> {
    const cronJob = all.getByKey(key);
    if (!cronJob) return;
    const work: Work = { cronJob, status: { ...cronJob.status }, changed: false };
    const owned = allJobs.byIndex(OWNER_INDEX, cronJob.metadata.uid ?? '');
    await cleanUp(work, owned);
    let failure: unknown;
    let again: number | undefined;
    try {
      await follow(work, owned);
      again = await startDue(work);
    } catch (error) {
      failure = error;
    }
    if (work.changed) await client.update(cronJobs, { ...cronJob, status: work.status }, { subresource: 'status' });
    if (failure !== undefined) throw failure;
    if (again !== undefined) queue.addAfter(key, again);
  }

  const dropActive = (work: Work, uid: string | undefined): void => {
    const { active = [], ...status } = work.status;
    const left = active.filter((each) => each.uid !== uid);
    work.status = { ...status, ...(left.length ? { active: left } : {}) };
    work.changed = true;
  };

  async function remove(work: Work, job: Job): Promise<boolean> {
    const { name = '', namespace = '', uid } = job.metadata;
    try {
      await client.delete(jobs, name, { namespace, propagationPolicy: 'Background' });
    } catch (error) {
      say(work.cronJob, 'Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`);
      return false;
    }
    dropActive(work, uid);
    say(work.cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
    return true;
  }

  async function cleanUp(work: Work, owned: readonly Job[]): Promise<void> {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = work.cronJob.spec;
    for (const [type, limit] of [
      ['Complete', successfulJobsHistoryLimit],
      ['Failed', failedJobsHistoryLimit],
    ] as const) {
      if (limit === undefined) continue;
      const finished = owned.filter((job) => endOf(job) === type).sort(byStart);
      for (const job of finished.slice(0, Math.max(0, finished.length - limit))) await remove(work, job);
    }
  }

  /** Brings the list of active Jobs up to date. */
  async function follow(work: Work, owned: readonly Job[]): Promise<void> {
    const { cronJob } = work;
    for (const job of owned) {
      const { uid, name = '' } = job.metadata;
      const listed = work.status.active?.some((each) => each.uid === uid) ?? false;
      const end = endOf(job);
      if (!end) {
        if (listed) continue;
        const fresh = await client.get(cronJobs, cronJob.metadata.name ?? '', { namespace: cronJob.metadata.namespace ?? '' });
        if (fresh.status?.active?.some((each) => each.uid === uid)) work.status = { ...fresh.status };
        else say(cronJob, 'Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${name}`);
        continue;
      }
      if (listed) {
        dropActive(work, uid);
        say(cronJob, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end}`);
      }
      const { completionTime } = job.status;
      if (end !== 'Complete' || completionTime === undefined) continue;
      if (!(parseTime(completionTime) <= parseTime(work.status.lastSuccessfulTime))) {
        work.status = { ...work.status, lastSuccessfulTime: completionTime };
        work.changed = true;
      }
    }
    const children = new Set(owned.map(({ metadata }) => metadata.uid));
    for (const { uid, name = '', namespace = '' } of work.status.active ?? []) {
      if (children.has(uid)) continue;
      try {
        await client.get(jobs, name, { namespace });
      } catch (error) {
        if (!isNotFound(error)) throw error;
        say(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
        dropActive(work, uid);
      }
    }
  }

  /** Milliseconds until the next look; undefined when only a change can bring one. */
  async function startDue(work: Work): Promise<number | undefined> {
    const { cronJob } = work;
    const { spec, metadata } = cronJob;
    if (metadata.deletionTimestamp) return undefined;
    try {
      if (spec.timeZone !== undefined) checkTimeZone(spec.timeZone);
    } catch (error) {
      say(cronJob, 'Warning', 'UnknownTimeZone', `invalid timeZone: ${JSON.stringify(spec.timeZone)}: ${messageOf(error)}`);
      return undefined;
    }
    if (spec.suspend) return undefined;
    let schedule: CronSchedule;
    try {
      schedule = scheduleOf(cronJob);
    } catch (error) {
      say(cronJob, 'Warning', 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(spec.schedule)} : ${messageOf(error)}`);
      return undefined;
    }
    const current: CronJob = { ...cronJob, status: work.status };
    const now = clock.now();
    const later = (): number => nextLookMs({ ...cronJob, status: work.status }, now, schedule);
    const { time, missed } = mostRecentTime(current, now, schedule, true);
    if (time === undefined) return later();
    if (missed === 'many')
      say(cronJob, 'Warning', 'TooManyMissedTimes', 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew');
    if (spec.startingDeadlineSeconds !== undefined && time + secondsToMs(spec.startingDeadlineSeconds) < now) {
      say(cronJob, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${formatRfc1123(time)}`);
      return later();
    }
    const name = `${metadata.name ?? ''}-${Math.floor(time / 60_000)}`;
    if (work.status.active?.some((each) => each.name === name) || parseTime(work.status.lastScheduleTime) === time) return later();
    if (spec.concurrencyPolicy === 'Forbid' && work.status.active?.length) {
      say(cronJob, 'Normal', 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid');
      return later();
    }
    if (spec.concurrencyPolicy === 'Replace') await replaceActive(work);
    await start(work, name, time);
    return later();
  }

  async function replaceActive(work: Work): Promise<void> {
    for (const { name = '', namespace = '' } of work.status.active ?? []) {
      const job = await client.get(jobs, name, { namespace }).catch((error: unknown) => {
        say(work.cronJob, 'Warning', 'FailedGet', `Get job: ${messageOf(error)}`);
        throw error;
      });
      if (!(await remove(work, job))) throw new Error(`could not replace job ${namespace}/${name}`);
    }
  }

  async function start(work: Work, name: string, time: number): Promise<void> {
    const { cronJob } = work;
    const { namespace = '' } = cronJob.metadata;
    const { metadata, spec } = cronJob.spec.jobTemplate;
    let job: Job;
    try {
      job = await client.create(
        jobs,
        {
          metadata: {
            name,
            labels: { ...metadata?.labels },
            annotations: { ...metadata?.annotations, [SCHEDULED_AT]: formatInZone(time, cronJob.spec.timeZone ?? 'UTC') },
            ownerReferences: [controllerReference(cronJobs, cronJob)],
          },
          spec: spec ?? { template: {} },
        },
        { namespace },
      );
      say(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
    } catch (error) {
      if (isNamespaceTerminating(error)) throw error;
      if (!isAlreadyExists(error)) {
        say(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
        throw error;
      }
      job = await client.get(jobs, name, { namespace });
      if (controllerOf(job)?.uid !== cronJob.metadata.uid) return;
    }
    const { apiVersion, kind } = job;
    const { uid = '', resourceVersion = '' } = job.metadata;
    const reference = { apiVersion, kind, name, namespace, uid, resourceVersion };
    work.status = { ...work.status, active: [...(work.status.active ?? []), reference], lastScheduleTime: formatTime(time) };
    work.changed = true;
  }

  return controllerComponent({ name: 'cronjob', informers: [all, allJobs], queues: [queue], listen });
}
