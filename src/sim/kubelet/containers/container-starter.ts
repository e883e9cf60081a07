// Starts one container: back-off, image, configuration, creation, start, postStart; with an event for each. Models kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go (startContainer)
import type { Container, Pod } from '../../../kube/api/core-v1.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { containerFieldPath, formatPod, type NodeContext } from '../node/node-context.ts';
import type { ContainerConfig, Mount, RuntimeImage } from '../ports/container-runtime.ts';
import { type BackOff, formatGoDuration } from '../pods/back-off.ts';
import { newestContainer, type PodRuntime } from '../pods/pod-runtime.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import { killContainer } from './container-killer.ts';
import { containerEnvironment, type ReferencedObjects } from './environment.ts';
import { expand } from './expansion.ts';
import { type ImagePuller, StartError } from './image-puller.ts';
import { runHook } from './lifecycle-hooks.ts';
import { serviceEnvironment, visibleServices } from './service-environment.ts';

export interface ContainerStart {
  readonly pod: Pod;
  readonly container: Container;
  readonly runtime: PodRuntime;
  /** Restarts that the API remembers, for containers that the runtime has forgotten. */
  readonly rememberedRestarts: number;
  readonly podIP: string;
  readonly volumes: PodVolumes;
}

export class ContainerStarter {
  readonly #node: NodeContext;
  readonly #images: ImagePuller;
  readonly #restarts: BackOff;
  readonly #objects: ReferencedObjects;

  constructor(node: NodeContext, images: ImagePuller, restarts: BackOff, objects: ReferencedObjects) {
    this.#node = node;
    this.#images = images;
    this.#restarts = restarts;
    this.#objects = objects;
  }

  /** Rejects with StartError. */
  async start(start: ContainerStart): Promise<void> {
    const { pod, container, runtime, podIP } = start;
    this.#checkBackOff(start);
    const failed = (message: string): void => this.#event(pod, container, 'Warning', 'Failed', `Error: ${message}`);

    const image = await this.#images.ensure(pod, container).catch((error: unknown) => {
      failed(error instanceof StartError ? error.reason : messageOf(error));
      throw error;
    });
    const before = newestContainer(runtime, container.name);
    const attempt = before ? before.attempt + 1 : start.rememberedRestarts;
    const config = await this.config(start, image, attempt).catch((error: unknown) => {
      failed(messageOf(error));
      throw new StartError('CreateContainerConfigError', messageOf(error));
    });
    const created = await this.#node.runtime.createContainer(config).catch((error: unknown) => {
      failed(messageOf(error));
      throw new StartError('CreateContainerError', messageOf(error));
    });
    this.#event(pod, container, 'Normal', 'Created', 'Container created');
    await this.#node.runtime.startContainer(created.id).catch((error: unknown) => {
      failed(messageOf(error));
      throw new StartError('RunContainerError', messageOf(error));
    });
    this.#event(pod, container, 'Normal', 'Started', 'Container started');

    const postStart = container.lifecycle?.postStart;
    if (!postStart) return;
    try {
      await runHook(this.#node, { pod, podIP, container, containerId: created.id }, postStart);
    } catch (error) {
      this.#event(pod, container, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
      await killContainer(this.#node, pod, podIP, created, { message: 'FailedPostStartHook', reason: 'FailedPostStartHook' });
      throw new StartError('PostStartHookError', messageOf(error));
    }
  }

  /** Rejects with what becomes CreateContainerConfigError. */
  async config(
    { pod, container, podIP, volumes }: Pick<ContainerStart, 'pod' | 'container' | 'podIP' | 'volumes'>,
    image: RuntimeImage,
    attempt: number,
  ): Promise<ContainerConfig> {
    const {
      metadata: { uid = '', name = '', namespace = '' },
      spec,
    } = pod;
    const hostIP = this.#node.spec.address;
    const serviceVariables = serviceEnvironment(
      visibleServices(
        this.#node.services(namespace),
        namespace === 'default' ? this.#node.services(namespace) : this.#node.services('default'),
        spec.enableServiceLinks ?? true,
      ),
    );
    const env = await containerEnvironment({
      pod,
      container,
      addresses: { podIP: spec.hostNetwork ? hostIP : podIP, hostIP },
      allocatable: this.#node.spec.allocatable,
      serviceVariables,
      objects: this.#objects,
    });
    const lookup = (key: string): string | undefined => env[key];
    const uidOf = userOf(pod, container, image);
    return {
      pod: {
        uid,
        name,
        namespace,
        hostname: spec.hostNetwork ? this.#node.spec.name : (spec.hostname ?? name),
        ip: podIP,
        hostNetwork: spec.hostNetwork ?? false,
      },
      name: container.name,
      attempt,
      image: container.image ?? '',
      command: container.command?.map((part) => expand(part, lookup)),
      args: container.args?.map((part) => expand(part, lookup)),
      env,
      workingDir: container.workingDir,
      mounts: (container.volumeMounts ?? []).flatMap((mount): Mount[] => {
        const files = volumes.get(mount.name);
        return files
          ? [
              {
                path: mount.mountPath,
                readOnly: mount.readOnly ?? false,
                subPath: mount.subPathExpr ? expand(mount.subPathExpr, lookup) : (mount.subPath ?? ''),
                files,
              },
            ]
          : [];
      }),
      ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
      uid: uidOf,
      terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
      stdin: container.stdin ? (container.stdinOnce ? 'once' : 'open') : 'none',
      tty: container.tty === true,
      terminationMessageFromLog: container.terminationMessagePolicy === 'FallbackToLogsOnError',
    };
  }

  #checkBackOff({ pod, container, runtime }: ContainerStart): void {
    const ended = runtime.containers.find(({ name, state }) => name === container.name && state === 'exited');
    if (!ended) return;
    const key = `${pod.metadata.uid ?? ''}_${container.name}_${container.image ?? ''}`;
    const endedAtMs = ended.finishedAtMs ?? 0;
    if (!this.#restarts.isWaitingSince(key, endedAtMs)) {
      this.#restarts.next(key, endedAtMs);
      return;
    }
    this.#event(pod, container, 'Warning', 'BackOff', `Back-off restarting failed container ${container.name} in pod ${formatPod(pod)}`);
    const delayMs = this.#restarts.delayMs(key);
    throw new StartError(
      'CrashLoopBackOff',
      `back-off ${formatGoDuration(delayMs)} restarting failed container=${container.name} pod=${formatPod(pod)}`,
      endedAtMs + delayMs,
    );
  }

  #event(pod: Pod, container: Container, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#node.recorder.event(pod, { type, reason, message, fieldPath: containerFieldPath(pod, container.name) });
  }
}

/** The user the container runs as. Throws when that must not be root and is. */
function userOf(pod: Pod, container: Container, image: RuntimeImage): number {
  const own = container.securityContext;
  const ofPod = pod.spec.securityContext;
  const asked = own?.runAsUser ?? ofPod?.runAsUser;
  const about = `(pod: ${JSON.stringify(formatPod(pod))}, container: ${container.name})`;
  if (own?.runAsNonRoot ?? ofPod?.runAsNonRoot) {
    if (asked === 0) throw new Error(`container's runAsUser breaks non-root policy ${about}`);
    if (asked === undefined && image.uid === 0) throw new Error(`container has runAsNonRoot and image will run as root ${about}`);
  }
  return asked ?? image.uid;
}
