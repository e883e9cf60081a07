// Creating and removing a Job's pods. Models kubernetes/pkg/controller/job/job_controller.go (manageJob)
import type { Job } from '../../../kube/api/batch-v1.ts';
import type { Container, Pod, PodTemplateSpec } from '../../../kube/api/core-v1.ts';
import { jobs, pods as podsRef } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import type { Expectations } from '../../../kube/client/expectations.ts';
import { isNamespaceTerminating, podFromTemplate, slowStart, type PodControl } from '../../../kube/client/pod-control.ts';
import { deletionOrder } from '../../../kube/machinery/deletion-order.ts';
import type { Draft } from '../../../kube/machinery/object.ts';
import { controllerReference } from '../../../kube/machinery/owners.ts';
import { isPodEnded, isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { remainingForIndexMs, remainingMs } from './back-off.ts';
import { COMPLETION_INDEX, completionIndexOf, indexedPrefix, mergeIntervals, pendingIndexes, withIndexes } from './indexes.ts';
import { failureCountAnnotations, isIndexed, isSuspended, replacesFailedOnly } from './policies.ts';
import { isTracked, TRACKING_FINALIZER, validIndex, type JobSync } from './sync-state.ts';

const MAX_PER_SYNC = 500;
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

export interface JobPodsOptions {
  readonly client: ApiClient;
  readonly podControl: PodControl;
  readonly expectations: Expectations;
  now(): number;
  /** Looks again later. */
  again(key: string, delayMs: number): void;
}

export interface Managed {
  readonly active: number;
  readonly error?: unknown;
}

/** `$deleteFromPrimitiveList` touches no finalizer of others. */
export async function releasePod(client: ApiClient, { metadata }: Pod): Promise<void> {
  const patch = { metadata: { '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] } };
  await client.patch(podsRef, metadata.name ?? '', 'strategic', patch, { namespace: metadata.namespace ?? '' });
}

export class JobPods {
  readonly #options: JobPodsOptions;

  constructor(options: JobPodsOptions) {
    this.#options = options;
  }

  /** Of a Job that is over: finalizers stay until the pods are counted. */
  async endActive(sync: JobSync): Promise<{ readonly deleted: number; readonly error?: unknown }> {
    const { deleted, error } = await this.#delete(sync, sync.active, async (pod) => {
      await this.#options.podControl.delete(pod, sync.job);
    });
    return { deleted, ...(error === undefined ? {} : { error }) };
  }

  async manage(sync: JobSync): Promise<Managed> {
    const { job, key } = sync;
    let active = sync.active.length;
    const wanted = isSuspended(job) ? 0 : wantedActive(sync);
    const surplus = removable(sync, Math.max(0, active - wanted), this.#options.now());
    const doomed = isSuspended(job) ? surplus : surplus.slice(0, MAX_PER_SYNC);
    if (doomed.length || isSuspended(job)) {
      const { deleted, error } = await this.#remove(sync, doomed);
      active -= deleted;
      return { active, ...(error === undefined ? {} : { error }) };
    }
    const missing = wanted - active - (replacesFailedOnly(job) ? sync.terminating : 0);
    if (missing <= 0) return { active };
    const perIndex = job.spec.backoffLimitPerIndex !== undefined;
    const now = this.#options.now();
    const wait = perIndex ? 0 : remainingMs(sync.backOff, now);
    if (wait > 0) {
      this.#options.again(key, wait);
      return { active: 0 };
    }
    let count = Math.min(missing, MAX_PER_SYNC);
    let indexes: readonly number[] = [];
    if (isIndexed(job)) {
      indexes = pendingIndexes(takenIndexes(sync), count, job.spec.completions ?? 0);
      if (perIndex) {
        const due = indexes.filter((index) => remainingForIndexMs(sync.delayed.get(index), now) === 0);
        if (!due.length && indexes.length) {
          this.#options.again(key, Math.min(...indexes.map((index) => remainingForIndexMs(sync.delayed.get(index), now))));
          return { active: 0 };
        }
        indexes = due;
      }
      count = indexes.length;
    }
    return this.#create(sync, count, indexes);
  }

  async #create({ job, key, active, delayed }: JobSync, count: number, indexes: readonly number[]): Promise<Managed> {
    const { expectations, podControl } = this.#options;
    expectations.expectCreations(key, count);
    const { succeeded, error } = await slowStart(count, (i) =>
      podControl.create(jobPod(job, indexes[i], delayed), job).catch((refusal: unknown) => {
        if (!isNamespaceTerminating(refusal)) throw refusal;
        expectations.created(key);
      }),
    );
    if (succeeded < count) expectations.created(key, count - succeeded);
    return { active: active.length + succeeded, ...(error === undefined ? {} : { error }) };
  }

  async #remove(sync: JobSync, doomed: readonly Pod[]): Promise<{ readonly deleted: number; readonly error?: unknown }> {
    const { expectations, podControl, client } = this.#options;
    expectations.expectDeletions(
      sync.key,
      doomed.map(({ metadata }) => metadata.uid ?? ''),
    );
    return this.#delete(sync, doomed, async (pod) => {
      try {
        if (isTracked(pod)) await releasePod(client, pod);
        await podControl.delete(pod, sync.job);
      } catch (error) {
        expectations.deleted(sync.key, pod.metadata.uid ?? '');
        throw error;
      }
    });
  }

  async #delete(sync: JobSync, doomed: readonly Pod[], work: (pod: Pod) => Promise<void>) {
    const outcomes = await Promise.allSettled(
      doomed.map((pod) =>
        work(pod).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        }),
      ),
    );
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
    const deleted = doomed.length - failures.length;
    sync.ready -= doomed.filter(isPodReady).length;
    sync.terminating += deleted;
    return { deleted, error: failures[0]?.reason as unknown };
  }
}

function wantedActive({ job, succeeded, active }: JobSync): number {
  const { completions, parallelism = 1 } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(completions - succeeded, parallelism));
}

/** At least so many, and all whose index is doubled or not the Job's. */
function removable(sync: JobSync, atLeast: number, nowMs: number): readonly Pod[] {
  const order = (list: readonly Pod[]): readonly Pod[] => deletionOrder(list, () => 0, nowMs);
  const remove: Pod[] = [];
  let left: readonly Pod[] = sync.active;
  if (isIndexed(sync.job)) {
    const kept: Pod[] = [];
    for (const [index, same] of Map.groupBy(sync.active, (pod) => validIndex(sync, pod))) {
      const ordered = order(same);
      remove.push(...(index === undefined ? ordered : ordered.slice(0, -1)));
      if (index !== undefined) kept.push(...ordered.slice(-1));
    }
    left = kept;
  }
  return remove.length < atLeast ? [...remove, ...order(left).slice(0, atLeast - remove.length)] : remove;
}

function takenIndexes({ job, active, pods, succeededIndexes, failedIndexes }: JobSync) {
  const busy = replacesFailedOnly(job) ? [...active, ...pods.filter((pod) => pod.metadata.deletionTimestamp && !isPodEnded(pod))] : active;
  const indexes = busy.map(completionIndexOf).filter((index) => index !== undefined);
  return mergeIntervals(withIndexes(succeededIndexes, indexes), failedIndexes ?? []);
}

const withIndexVariable = (container: Container): Container =>
  container.env?.some(({ name }) => name === INDEX_VARIABLE)
    ? container
    : {
        ...container,
        env: [...(container.env ?? []), { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } } }],
      };

function jobPod(job: Job, index: number | undefined, delayed: ReadonlyMap<number, Pod>): Draft<Pod> {
  const { metadata, spec } = job.spec.template;
  const name = job.metadata.name ?? '';
  const finalizers = [...new Set([...(metadata?.finalizers ?? []), TRACKING_FINALIZER])];
  let template: PodTemplateSpec = { metadata: { ...metadata, finalizers }, ...(spec ? { spec } : {}) };
  if (index === undefined) return podFromTemplate(template, name, controllerReference(jobs, job));
  const failures = job.spec.backoffLimitPerIndex === undefined ? {} : failureCountAnnotations(job, delayed.get(index));
  template = {
    metadata: {
      ...metadata,
      finalizers,
      labels: { ...metadata?.labels, [COMPLETION_INDEX]: String(index) },
      annotations: { ...metadata?.annotations, [COMPLETION_INDEX]: String(index), ...failures },
    },
    ...(spec
      ? {
          spec: {
            ...spec,
            hostname: `${name}-${index}`,
            containers: spec.containers.map(withIndexVariable),
            ...(spec.initContainers ? { initContainers: spec.initContainers.map(withIndexVariable) } : {}),
          },
        }
      : {}),
  };
  const pod = podFromTemplate(template, name, controllerReference(jobs, job));
  return { ...pod, metadata: { ...pod.metadata, generateName: indexedPrefix(name, index) } };
}
