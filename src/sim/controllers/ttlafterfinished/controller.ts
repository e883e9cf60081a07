// Deletes Jobs that have been finished for as long as they may stay. Models kubernetes/pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
import type { Job } from '../../../kube/api/batch-v1.ts';
import { jobs } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent, onAnyChange } from '../../../kube/client/controller.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { keyOf, splitKey } from '../../../kube/machinery/object.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { parseTime } from '../../../kube/machinery/time.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

/** Milliseconds until it has to go; undefined for a Job that may stay. */
function remainingMs({ spec, status, metadata }: Job, nowMs: number): number | undefined {
  if (spec.ttlSecondsAfterFinished === undefined || metadata.deletionTimestamp) return undefined;
  const end = status?.conditions?.find((each) => (each.type === 'Complete' || each.type === 'Failed') && each.status === 'True');
  return end ? parseTime(end.lastTransitionTime) + spec.ttlSecondsAfterFinished * 1000 - nowMs : undefined;
}

export function ttlAfterFinishedController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(jobs);
  const queue = new WorkQueue({ clock, sync, failed: (key, error) => log.warn('finished job not removed', { key, error: messageOf(error) }) });

  function listen(): void {
    onAnyChange(all, (job) => {
      const remaining = remainingMs(job, clock.now());
      if (remaining !== undefined) queue.addAfter(keyOf(job), remaining);
    });
  }

  async function sync(key: string): Promise<void> {
    const known = all.getByKey(key);
    const remaining = known && remainingMs(known, clock.now());
    if (remaining === undefined) return;
    if (remaining > 0) {
      queue.addAfter(key, remaining);
      return;
    }
    const { namespace = '', name } = splitKey(key);
    try {
      // The informer may not know that somebody has given it more time.
      const job = await client.get(jobs, name, { namespace });
      const { uid } = job.metadata;
      if ((remainingMs(job, clock.now()) ?? 1) <= 0)
        await client.delete(jobs, name, { namespace, propagationPolicy: 'Foreground', ...(uid ? { preconditions: { uid } } : {}) });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  return controllerComponent({ name: 'ttl-after-finished', informers: [all], queues: [queue], listen });
}
