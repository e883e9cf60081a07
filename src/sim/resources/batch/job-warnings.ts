// What specs of jobs are warned about. Models kubernetes/pkg/api/job/warnings.go
import type { JobSpec } from '../../../kube/api/batch-v1.ts';
import { warningsForPodTemplate } from '../core/warnings/pod.ts';

const MANY_COMPLETIONS = 100_000;
const MANY_PARALLEL = 10_000;

export function warningsForJobSpec({ completionMode, completions = 0, parallelism = 0, template }: JobSpec, field: string): string[] {
  const untracked = completionMode === 'Indexed' && completions > MANY_COMPLETIONS && parallelism > MANY_PARALLEL;
  return [
    ...(untracked
      ? [
          `${field}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...warningsForPodTemplate(template, `${field}.template`),
  ];
}
