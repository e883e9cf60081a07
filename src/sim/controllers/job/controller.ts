// Runs pods until enough of them have succeeded, or too many failed. Models kubernetes/pkg/controller/job/job_controller.go
import type { Job } from '../../../kube/api/batch-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { jobs, pods } from '../../../kube/api/resources.ts';
import { claim } from '../../../kube/client/claim.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { Expectations } from '../../../kube/client/expectations.ts';
import { isNamespaceTerminating, PodControl } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { controllerOf, keyOf } from '../../../kube/machinery/object.ts';
import { orphansOf, OWNER_INDEX, ownerIndex } from '../../../kube/machinery/owners.ts';
import { selectorOf, selects } from '../../../kube/machinery/selectors.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { NO_FAILURES, type BackOffRecord } from './back-off.ts';
import { isJobFinished } from './conditions.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { JobPods, releasePod } from './pods.ts';
import { beginSync, isTracked } from './sync-state.ts';
import { trackStatus } from './tracking.ts';

/** Changes of pods and of the status are looked at together. */
const BATCH_MS = 1000;
const MANAGED_BY = 'kubernetes.io/job-controller';

export function jobController({ client, informers, clock, log }: ControllerContext): Component {
  const all = informers.of(jobs);
  const allPods = informers.of(pods);
  allPods.addIndex(OWNER_INDEX, ownerIndex);
  all.addIndex('namespace', ({ metadata }) => [metadata.namespace ?? '']);
  const recorder = new CoreEventRecorder(client, { component: 'job-controller' }, clock, log);
  const expectations = new Expectations(clock);
  const backOffs = new Map<string, BackOffRecord>();
  /** By Job: uids of pods that lose their finalizer. */
  const removing = new Map<string, Set<string>>();
  const finished = new Set<string>();
  const jobPods = new JobPods({
    client,
    podControl: new PodControl(client, recorder),
    expectations,
    now: () => clock.now(),
    again: (key, delayMs) => queue.addAfter(key, Math.max(delayMs, BATCH_MS)),
  });
  const failed = (key: string, error: unknown): void => {
    if (!isConflict(error) && !isNamespaceTerminating(error)) log.warn('job not synced', { key, error: messageOf(error) });
  };
  const queue: WorkQueue = new WorkQueue({ clock, sync, failed, baseDelayMs: 1000, maxDelayMs: 60_000 });
  /** Pods whose Job is gone or over and that still carry the finalizer. */
  const orphans = new WorkQueue({ clock, sync: releaseOrphan, failed, workers: 1 });

  const batched = (job: Job): void => queue.addAfter(keyOf(job), BATCH_MS);
  const ownerOf = (pod: Pod): Job | undefined => {
    const owner = controllerOf(pod);
    const job = owner?.kind === 'Job' ? all.get(owner.name, pod.metadata.namespace) : undefined;
    return job?.metadata.uid === owner?.uid ? job : undefined;
  };
  const orphan = (pod: Pod): void => {
    if (isTracked(pod)) orphans.add(keyOf(pod));
  };
  const finalizerGone = (job: Job, pod: Pod): void => void removing.get(keyOf(job))?.delete(pod.metadata.uid ?? '');
  const batchMatching = ({ metadata }: Pod): void => {
    for (const job of all.byIndex('namespace', metadata.namespace ?? '')) if (selects(job.spec.selector, metadata.labels)) batched(job);
  };
  const orphanAll = (job: Job): void => {
    for (const pod of allPods.byIndex(OWNER_INDEX, job.metadata.uid ?? '')) orphan(pod);
    for (const pod of allPods.byIndex(OWNER_INDEX, orphansOf(job.metadata.namespace))) if (selects(job.spec.selector, pod.metadata.labels)) orphan(pod);
  };

  function podGoes(pod: Pod, gone: boolean): void {
    const job = ownerOf(pod);
    if (!job || isJobFinished(job)) {
      orphan(pod);
      return;
    }
    expectations.deleted(keyOf(job), pod.metadata.uid ?? '');
    if (gone || !isTracked(pod)) finalizerGone(job, pod);
    batched(job);
  }

  function listen(): void {
    all.addHandler({
      added: (job) => queue.add(keyOf(job)),
      updated: (job, old) => {
        if (isJobFinished(job)) orphanAll(job);
        else if (job.metadata.generation === old.metadata.generation) batched(job);
        else queue.add(keyOf(job));
      },
      deleted: (job) => {
        finished.delete(job.metadata.uid ?? '');
        backOffs.delete(keyOf(job));
        orphanAll(job);
        queue.add(keyOf(job));
      },
    });
    allPods.addHandler({
      added(pod) {
        if (pod.metadata.deletionTimestamp) {
          podGoes(pod, false);
          return;
        }
        const job = ownerOf(pod);
        if (job) {
          expectations.created(keyOf(job));
          batched(job);
        } else if (!controllerOf(pod)) {
          orphan(pod);
          batchMatching(pod);
        }
      },
      updated(pod, old) {
        if (pod.metadata.deletionTimestamp) {
          podGoes(pod, false);
          return;
        }
        for (const job of new Set([ownerOf(old), ownerOf(pod)])) {
          if (!job) continue;
          if (!isTracked(pod)) finalizerGone(job, pod);
          batched(job);
        }
        if (controllerOf(pod)) return;
        orphan(pod);
        if (controllerOf(old) || !jsonEqual(pod.metadata.labels, old.metadata.labels)) batchMatching(pod);
      },
      deleted: (pod) => podGoes(pod, true),
    });
  }

  async function sync(key: string): Promise<void> {
    const job = all.getByKey(key);
    if (!job || isJobFinished(job)) {
      backOffs.delete(key);
      if (job) finished.delete(job.metadata.uid ?? '');
      else {
        expectations.forget(key);
        removing.delete(key);
      }
      return;
    }
    const { managedBy } = job.spec;
    if ((managedBy !== undefined && managedBy !== MANAGED_BY) || finished.has(job.metadata.uid ?? '')) return;
    const settled = expectations.satisfied(key);
    const state = beginSync(key, job, await podsOf(job), removing.get(key) ?? new Set(), backOffs.get(key) ?? NO_FAILURES);
    const { changed, error } = await evaluate(state, evaluationOf(settled));
    await trackStatus(state, changed, {
      client,
      nowMs: clock.now(),
      removeFinalizers,
      keepBackOff: (of, record) => void backOffs.set(of, record),
      finished(done, condition) {
        if (condition.type === 'Complete') {
          if (done.spec.completions !== undefined && (done.status.succeeded ?? 0) > done.spec.completions)
            recorder.event(done, {
              type: 'Warning',
              reason: 'TooManySucceededPods',
              message: 'Too many succeeded pods running after completion count reached',
            });
          recorder.event(done, { type: 'Normal', reason: 'Completed', message: 'Job completed' });
        } else recorder.event(done, { type: 'Warning', reason: condition.reason ?? '', message: condition.message ?? '' });
        finished.add(done.metadata.uid ?? '');
      },
    });
    if (error !== undefined) throw error;
  }

  const evaluationOf = (settled: boolean): Evaluation => ({
    nowMs: clock.now(),
    settled,
    pods: jobPods,
    again: (key, delayMs) => queue.addAfter(key, delayMs),
    event: (job, reason, message) => recorder.event(job, { type: 'Normal', reason, message }),
  });

  async function podsOf(job: Job): Promise<readonly Pod[]> {
    const { uid = '', namespace } = job.metadata;
    const objects = [...allPods.byIndex(OWNER_INDEX, uid), ...allPods.byIndex(OWNER_INDEX, orphansOf(namespace))];
    return claim({ client, ownerResource: jobs, owner: job, resource: pods, selector: selectorOf(job.spec.selector) ?? [], objects });
  }

  async function removeFinalizers(key: string, doomed: readonly Pod[]): Promise<{ readonly removed: readonly string[]; readonly error?: unknown }> {
    const expected = removing.get(key) ?? new Set<string>();
    removing.set(key, expected);
    const removed: string[] = [];
    let failure: unknown;
    await Promise.all(
      doomed.map(async (pod) => {
        const { uid = '' } = pod.metadata;
        expected.add(uid);
        try {
          await releasePod(client, pod);
          removed.push(uid);
        } catch (error) {
          expected.delete(uid);
          if (isNotFound(error)) removed.push(uid);
          else failure = error;
        }
      }),
    );
    return { removed, ...(failure === undefined ? {} : { error: failure }) };
  }

  async function releaseOrphan(key: string): Promise<void> {
    const pod = allPods.getByKey(key);
    if (!pod || !isTracked(pod)) return;
    const job = ownerOf(pod);
    if (job && !isJobFinished(job)) return;
    await releasePod(client, pod).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  return controllerComponent({ name: 'job', informers: [all, allPods], queues: [queue, orphans], listen });
}
