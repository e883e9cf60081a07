// Sees to it that a container's image is on the machine: pull policy, back-off, events. Models kubernetes/pkg/kubelet/images/image_manager.go
import type { Container, Pod } from '../../../kube/api/core-v1.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { containerFieldPath, type NodeContext } from '../node/node-context.ts';
import type { RuntimeImage } from '../ports/container-runtime.ts';
import { BackOff, formatGoDuration } from '../pods/back-off.ts';
import { parseImageReference, withDefaultTag } from '../ports/image-reference.ts';

/** Why a container cannot run now: `reason` is what its waiting state shows. */
export class StartError extends Error {
  readonly reason: string;
  /** Earliest sensible next try, by the clock; undefined for the usual one. */
  readonly retryAtMs: number | undefined;

  constructor(reason: string, message: string, retryAtMs?: number) {
    super(message);
    this.reason = reason;
    this.retryAtMs = retryAtMs;
  }
}

export class ImagePuller {
  readonly #node: NodeContext;
  readonly #backOff: BackOff;
  readonly #lastErrors = new Map<string, string>();

  constructor(node: NodeContext) {
    this.#node = node;
    this.#backOff = new BackOff(node.clock);
  }

  forget(podUid: string): void {
    this.#backOff.forget(podUid);
    for (const key of this.#lastErrors.keys()) if (key.startsWith(podUid)) this.#lastErrors.delete(key);
  }

  /** Rejects with StartError. */
  async ensure(pod: Pod, container: Container): Promise<RuntimeImage> {
    const requested = container.image ?? '';
    const quoted = JSON.stringify(requested);
    const event = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
      this.#node.recorder.event(pod, { type, reason, message, fieldPath: containerFieldPath(pod, container.name) });

    const reference = parseImageReference(requested);
    if ('error' in reference) {
      const message = `Failed to apply default image tag ${quoted}: ${reference.error}`;
      event('Warning', 'InspectFailed', message);
      throw new StartError('InvalidImageName', message);
    }
    const image = withDefaultTag(requested, reference);
    const policy = container.imagePullPolicy ?? 'IfNotPresent';
    if (policy !== 'Always') {
      const present = this.#node.runtime.image(image);
      if (present) {
        event('Normal', 'Pulled', `Container image ${quoted} already present on machine and can be accessed by the pod`);
        return present;
      }
      if (policy === 'Never') {
        const message = `Container image ${quoted} is not present with pull policy of Never`;
        event('Warning', 'ErrImageNeverPull', message);
        throw new StartError('ErrImageNeverPull', message);
      }
    }
    return this.#pull(`${pod.metadata.uid ?? ''}_${requested}`, image, quoted, event);
  }

  async #pull(key: string, image: string, quoted: string, event: (type: 'Normal' | 'Warning', reason: string, message: string) => void): Promise<RuntimeImage> {
    const { clock, runtime } = this.#node;
    if (this.#backOff.leftSinceUpdateMs(key) > 0) {
      const message = `Back-off pulling image ${quoted}`;
      event('Normal', 'BackOff', message);
      const last = this.#lastErrors.get(key);
      throw new StartError('ImagePullBackOff', last ? `${message}: ${last}` : message);
    }
    this.#lastErrors.delete(key);
    event('Normal', 'Pulling', `Pulling image ${quoted}`);
    const startedAtMs = clock.now();
    try {
      const pulled = await runtime.pullImage(image);
      const took = formatGoDuration(Math.round(clock.now() - startedAtMs));
      event('Normal', 'Pulled', `Successfully pulled image ${quoted} in ${took} (${took} including waiting). Image size: ${pulled.sizeBytes} bytes.`);
      return pulled;
    } catch (error) {
      const message = messageOf(error);
      event('Warning', 'Failed', `Failed to pull image ${quoted}: ${message}`);
      this.#backOff.next(key, clock.now());
      this.#lastErrors.set(key, `ErrImagePull: ${message}`);
      throw new StartError('ErrImagePull', message);
    }
  }
}
