// Creating and deleting pods on behalf of a workload, with the events that tell of it. Models kubernetes/pkg/controller/controller_utils.go (RealPodControl)
import type { Pod, PodTemplateSpec } from '../api/core-v1.ts';
import type { OwnerReference } from '../api/meta-v1.ts';
import { pods } from '../api/resources.ts';
import type { Draft, KubeObject } from '../machinery/object.ts';
import { isNotFound, isStatusError, type StatusError } from '../machinery/status-error.ts';
import { messageOf } from '../../errors/app-error.ts';
import type { ApiClient } from './api-client.ts';
import type { CoreEventRecorder } from './event-recorder.ts';

/** True for what is refused because the namespace is on its way out. */
export const isNamespaceTerminating = (error: unknown): error is StatusError =>
  isStatusError(error) && (error.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false);

/** A pod as the template has it, owned and with a generated name. */
export function podFromTemplate(template: PodTemplateSpec, ownerName: string, owner: OwnerReference): Draft<Pod> {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    metadata: {
      generateName: `${ownerName}-`,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [owner],
    },
    spec: template.spec ?? { containers: [] },
  };
}

export class PodControl {
  readonly #client: ApiClient;
  readonly #recorder: CoreEventRecorder;

  constructor(client: ApiClient, recorder: CoreEventRecorder) {
    this.#client = client;
    this.#recorder = recorder;
  }

  /** Rejects with what the API server says; in a namespace that goes away without an event. */
  async create(draft: Draft<Pod>, owner: KubeObject): Promise<void> {
    try {
      const created = await this.#client.create(pods, draft, { namespace: owner.metadata.namespace ?? '' });
      this.#recorder.event(owner, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${created.metadata.name ?? ''}` });
    } catch (error) {
      if (!isNamespaceTerminating(error))
        this.#recorder.event(owner, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${messageOf(error)}` });
      throw error;
    }
  }

  async delete(pod: Pod, owner: KubeObject): Promise<void> {
    const { name = '', namespace = '' } = pod.metadata;
    try {
      await this.#client.delete(pods, name, { namespace });
      this.#recorder.event(owner, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` });
    } catch (error) {
      if (isNotFound(error)) throw error;
      this.#recorder.event(owner, { type: 'Warning', reason: 'FailedDelete', message: `Error deleting: ${messageOf(error)}` });
      throw new Error(`unable to delete pods: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** Runs `work` in batches of 1, 2, 4 … until one fails, so that what cannot work is not tried a hundred times. Gives how often it succeeded. */
export async function slowStart(count: number, work: (index: number) => Promise<void>): Promise<{ readonly succeeded: number; readonly error?: unknown }> {
  let succeeded = 0;
  for (let size = Math.min(count, 1), started = 0; size > 0; size = Math.min(2 * size, count - started)) {
    const outcomes = await Promise.allSettled(Array.from({ length: size }, (_each, i) => work(started + i)));
    started += size;
    succeeded += outcomes.filter(({ status }) => status === 'fulfilled').length;
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) return { succeeded, error: failure.reason as unknown };
  }
  return { succeeded };
}
