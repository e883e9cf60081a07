// Brings the status of one pod to the API: the newest wins, one write at a time. Models kubernetes/pkg/kubelet/status/status_manager.go (syncPod)
import type { Pod, PodStatus } from '../../../kube/api/core-v1.ts';
import { pods } from '../../../kube/api/resources.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { delay } from '../../../platform/clock.ts';
import type { NodeContext } from '../node/node-context.ts';
import { containersReadyVerdict, podReadyVerdict } from './pod-conditions.ts';
import { isTerminalPhase } from './pod-phase.ts';
import { podStatusPatch } from './status-patch.ts';

const RETRY_MS = 1_000;

export class PodStatusWriter {
  readonly #node: NodeContext;
  /** The newest that the API has told of the pod; of a static pod, its mirror. */
  #api: Pod | undefined;
  #desired: PodStatus | undefined;
  /** While containers may run, the API must not see the pod as ended. */
  #mayRun = true;
  #dirty = false;
  #writing: Promise<void> | undefined;
  #stopped = false;

  constructor(node: NodeContext, api: Pod | undefined) {
    this.#node = node;
    this.#api = api;
  }

  /** What was last set; falls back to what the API holds. */
  get current(): PodStatus {
    return this.#desired ?? this.#api?.status ?? {};
  }
  get api(): Pod | undefined {
    return this.#api;
  }

  observe(api: Pod | undefined): void {
    if (!api || !this.#api || api.metadata.uid !== this.#api.metadata.uid || revision(api) >= revision(this.#api)) {
      const appeared = api?.metadata.uid !== this.#api?.metadata.uid;
      this.#api = api;
      if (appeared && api) this.#write();
    }
  }

  set(status: PodStatus, mayRun: boolean): void {
    this.#desired = status;
    this.#mayRun = mayRun;
    this.#write();
  }

  /** Resolves when everything set so far is written, or cannot be. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Removes the ended pod from the API. */
  async delete(): Promise<void> {
    const { name = '', namespace = '', uid } = this.#api?.metadata ?? {};
    while (!this.#stopped) {
      try {
        await this.#node.client.delete(pods, name, { namespace, gracePeriodSeconds: 0, ...(uid ? { preconditions: { uid } } : {}) });
        return;
      } catch (error) {
        if (isNotFound(error) || isConflict(error)) return;
        this.#node.log.warn('pod not deleted', { pod: `${namespace}/${name}`, error: messageOf(error) });
        await delay(this.#node.clock, RETRY_MS);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  #write(): void {
    this.#dirty = true;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#dirty && !this.#stopped) {
      this.#dirty = false;
      const api = this.#api;
      if (!api || !this.#desired) return;
      const { name = '', namespace = '', uid } = api.metadata;
      const patch = podStatusPatch(uid, api.status, this.#merged(api, this.#desired));
      if (!patch) continue;
      try {
        const written = await this.#node.client.patch(pods, name, 'strategic', patch, { namespace, subresource: 'status' });
        if (revision(written) >= revision(this.#api ?? written)) this.#api = written;
      } catch (error) {
        // The pod is gone, or another of its name is there.
        if (isNotFound(error) || isConflict(error)) return;
        this.#node.log.warn('pod status not written', { pod: `${namespace}/${name}`, error: messageOf(error) });
        this.#dirty = true;
        await delay(this.#node.clock, RETRY_MS);
      }
    }
  }

  /** What the kubelet says, beside what others say in the same status. */
  #merged(api: Pod, desired: PodStatus): PodStatus {
    const foreign = (api.status.conditions ?? []).filter(({ type }) => !desired.conditions?.some((each) => each.type === type));
    const merged: PodStatus = { ...desired, conditions: [...foreign, ...(desired.conditions ?? [])] };
    if (isTerminalPhase(api.status.phase) || !isTerminalPhase(desired.phase)) return merged;
    if (!this.#mayRun) return merged;
    const { phase, reason, message, ...rest } = merged;
    return {
      ...rest,
      phase: api.status.phase ?? 'Pending',
      ...(api.status.reason ? { reason: api.status.reason } : {}),
      ...(api.status.message ? { message: api.status.message } : {}),
    };
  }
}

/** Resource versions of one resource are numbers that grow. */
const revision = (pod: Pod): number => Number(pod.metadata.resourceVersion ?? 0);

/** Whether the Ready condition does not say what the readiness gates ask for now. */
export function readinessIsStale(pod: Pod): boolean {
  if (!pod.spec.readinessGates?.length) return false;
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  const phase = pod.status.phase ?? 'Pending';
  const want = containersReadyVerdict(pod, statuses, phase).status === 'True' ? podReadyVerdict(pod, statuses, phase, pod.status.conditions ?? []) : undefined;
  const has = pod.status.conditions?.find(({ type }) => type === 'Ready');
  return want !== undefined && has !== undefined && (has.status !== want.status || (has.message ?? '') !== (want.message ?? ''));
}
