// CronJob. Models kubernetes/pkg/registry/batch/cronjob/strategy.go and pkg/apis/batch/v1/defaults.go
import type { CronJob } from '../../../kube/api/batch-v1.ts';
import { humanAge } from '../../../kube/machinery/human-duration.ts';
import { age, containerImages, containerNames, selectorCell } from '../cells.ts';
import { dropDisabledFields } from '../core/drop-disabled.ts';
import { POD_NAMES, warningsForHostname } from '../core/warnings/pod.ts';
import { defineKind } from '../descriptor.ts';
import { validateCronJob, validateCronJobUpdate } from './cron-job-validation.ts';
import { defaultJobTemplate } from './job.ts';
import { warningsForJobSpec } from './job-warnings.ts';

const TEMPLATE = 'spec.jobTemplate.spec';
const templateWarnings = ({ spec }: CronJob): string[] => (spec.jobTemplate?.spec ? warningsForJobSpec(spec.jobTemplate.spec, TEMPLATE) : []);

export const cronJobs = defineKind<CronJob>('batch/v1', 'cronjobs', {
  controller: 'cronjob-controller',
  generation: true,
  defaults({ spec }) {
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    if (spec.jobTemplate?.spec) defaultJobTemplate(spec.jobTemplate.spec);
  },
  prepareForCreate: (draft) => dropDisabledFields(draft.spec.jobTemplate?.spec?.template?.spec, undefined),
  prepareForUpdate: (draft, old) => dropDisabledFields(draft.spec.jobTemplate?.spec?.template?.spec, old.spec.jobTemplate?.spec?.template?.spec),
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
  subresources: { status: { metadataChecks: [] } },
  warningsOnCreate: (cronJob) => [...warningsForHostname(cronJob.metadata, POD_NAMES), ...templateWarnings(cronJob)],
  warningsOnUpdate: (next, old) => [
    ...(next.metadata.generation === old.metadata.generation ? [] : templateWarnings(next)),
    ...(next.spec.schedule.includes('TZ')
      ? [
          'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
        ]
      : []),
  ],
  row(cronJob, { now }) {
    const { spec, status } = cronJob;
    const { template, selector } = spec.jobTemplate.spec ?? {};
    return [
      cronJob.metadata.name ?? '',
      spec.schedule,
      spec.timeZone ?? '<none>',
      spec.suspend ? 'True' : 'False',
      status.active?.length ?? 0,
      status.lastScheduleTime ? humanAge(status.lastScheduleTime, now) : '<none>',
      age(cronJob, now),
      containerNames(template?.spec?.containers),
      containerImages(template?.spec?.containers),
      selectorCell(selector),
    ];
  },
});
