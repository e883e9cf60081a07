// The volumes of one pod: set up one by one, retried with growing waits and FailedMount events. Models kubernetes/pkg/kubelet/volumemanager
import type { Pod, Volume } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../../kube/api/resources.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { NodeContext } from '../node/node-context.ts';
import type { VolumeFiles } from '../ports/container-runtime.ts';
import { volumePayload, type PayloadInput } from './volume-payload.ts';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 122_000;

interface Attempt {
  delayMs: number;
  retryAtMs: number;
}

/** Thrown while a volume is not there; nothing is wrong with the pod. */
export class VolumesNotReady extends Error {
  readonly retryAtMs: number;
  constructor(retryAtMs: number) {
    super('volumes are not ready');
    this.retryAtMs = retryAtMs;
  }
}

/** Files on the node that outlive a pod, by host path or persistent volume. */
export type NodeFiles = Map<string, VolumeFiles>;

export class PodVolumes {
  readonly #node: NodeContext;
  readonly #nodeFiles: NodeFiles;
  readonly #mounted = new Map<string, VolumeFiles>();
  readonly #failed = new Map<string, Attempt>();

  constructor(node: NodeContext, nodeFiles: NodeFiles) {
    this.#node = node;
    this.#nodeFiles = nodeFiles;
  }

  get(name: string): VolumeFiles | undefined {
    return this.#mounted.get(name);
  }

  /** Rejects with VolumesNotReady as long as one is missing. */
  async ensure(pod: Pod, input: PayloadInput): Promise<void> {
    let retryAtMs = Number.POSITIVE_INFINITY;
    for (const volume of pod.spec.volumes ?? []) {
      if (this.#mounted.has(volume.name)) continue;
      const before = this.#failed.get(volume.name);
      if (before && before.retryAtMs > this.#node.clock.now()) {
        retryAtMs = Math.min(retryAtMs, before.retryAtMs);
        continue;
      }
      try {
        this.#mounted.set(volume.name, await this.#setUp(volume, input));
        this.#failed.delete(volume.name);
      } catch (error) {
        const delayMs = before ? Math.min(before.delayMs * 2, LAST_RETRY_MS) : FIRST_RETRY_MS;
        const attempt = { delayMs, retryAtMs: this.#node.clock.now() + delayMs };
        this.#failed.set(volume.name, attempt);
        retryAtMs = Math.min(retryAtMs, attempt.retryAtMs);
        if (error instanceof StillWaiting) continue;
        this.#node.recorder.event(pod, {
          type: 'Warning',
          reason: 'FailedMount',
          message: `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${messageOf(error)}`,
        });
      }
    }
    if (retryAtMs !== Number.POSITIVE_INFINITY) throw new VolumesNotReady(retryAtMs);
  }

  async #setUp(volume: Volume, input: PayloadInput): Promise<VolumeFiles> {
    const payload = await volumePayload(volume, input);
    if (payload) return payload;
    if (volume.hostPath) return this.#onNode(hostFiles(volume.hostPath.path, volume.hostPath.type));
    if (volume.persistentVolumeClaim) return this.#claim(volume.persistentVolumeClaim.claimName, input.pod.metadata.namespace ?? '');
    if (volume.ephemeral) return this.#claim(`${input.pod.metadata.name ?? ''}-${volume.name}`, input.pod.metadata.namespace ?? '');
    return new Map();
  }

  async #claim(name: string, namespace: string): Promise<VolumeFiles> {
    try {
      const claim = await this.#node.client.get(persistentVolumeClaims, name, { namespace });
      const volumeName = claim.spec.volumeName;
      if (claim.status.phase !== 'Bound' || !volumeName) throw new StillWaiting();
      const { spec } = await this.#node.client.get(persistentVolumes, volumeName);
      return this.#onNode(
        spec.hostPath ? hostFiles(spec.hostPath.path, spec.hostPath.type) : spec.local ? hostFiles(spec.local.path, undefined) : `pv:${volumeName}`,
      );
    } catch (error) {
      throw isNotFound(error) ? new StillWaiting() : error;
    }
  }

  #onNode(key: string): VolumeFiles {
    let files = this.#nodeFiles.get(key);
    if (!files) this.#nodeFiles.set(key, (files = new Map()));
    return files;
  }
}

class StillWaiting extends Error {}

const HOST_DIRECTORIES =
  /^\/(|bin|boot|dev|etc|home|lib|lib\/modules|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|usr\/.*|var|var\/(lib|log|run|cache|tmp)|var\/lib\/(kubelet|containerd|etcd)|var\/log\/(pods|containers|journal)|etc\/(kubernetes|ssl|ssl\/certs|cni|cni\/net\.d|ca-certificates)|etc\/kubernetes\/(pki|manifests))\/?$/;

function hostFiles(path: string, type: string | undefined): string {
  if (type === 'Directory' && !HOST_DIRECTORIES.test(path)) throw new Error(`hostPath type check failed: ${path} is not a directory`);
  return path;
}
