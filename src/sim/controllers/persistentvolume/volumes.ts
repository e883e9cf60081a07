// What becomes of one volume: available, bound, released, reclaimed. Models kubernetes/pkg/controller/volume/persistentvolume/pv_controller.go (syncVolume, reclaimVolume)
import type { ObjectReference, PersistentVolume, PersistentVolumeClaim } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import type { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import type { Informer } from '../../../kube/client/informer.ts';
import { keyOf } from '../../../kube/machinery/object.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { hasAnnotation, volumeModesDiffer } from '../../../kube/machinery/volume-binding.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { Binding } from './binding.ts';
import { deleteVolume } from './plugins.ts';

const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

export interface VolumeSyncOptions {
  readonly client: ApiClient;
  readonly recorder: CoreEventRecorder;
  readonly binding: Binding;
  readonly claims: Informer<PersistentVolumeClaim>;
  /** Looks at a claim soon. */
  readonly enqueueClaim: (key: string) => void;
}

const isOver = ({ status }: PersistentVolume): boolean => status?.phase === 'Released' || status?.phase === 'Failed';

export class VolumeSync {
  readonly #options: VolumeSyncOptions;

  constructor(options: VolumeSyncOptions) {
    this.#options = options;
  }

  async sync(volume: PersistentVolume): Promise<void> {
    const { binding, enqueueClaim } = this.#options;
    const { claimRef, persistentVolumeReclaimPolicy } = volume.spec;
    if (!claimRef?.uid) {
      await binding.volumePhase(volume, 'Available');
      return;
    }
    const claim = await this.#claimOf(volume, claimRef);
    if (!claim) {
      await this.#release(volume);
    } else if (!claim.spec.volumeName) {
      if (volumeModesDiffer(claim, volume)) this.#tellModesDiffer(volume, claim);
      else enqueueClaim(keyOf(claim));
    } else if (claim.spec.volumeName === volume.metadata.name) {
      await binding.volumePhase(volume, 'Bound');
    } else if (hasAnnotation(volume, PROVISIONED_BY) && persistentVolumeReclaimPolicy === 'Delete') {
      await this.#release(volume);
    } else {
      await binding.unbind(volume);
    }
  }

  /** The informer may not know a new claim yet: before a volume is released the API server is asked. */
  async #claimOf(volume: PersistentVolume, { name = '', namespace = '', uid }: ObjectReference): Promise<PersistentVolumeClaim | undefined> {
    const known = this.#options.claims.get(name, namespace);
    if (known?.metadata.uid === uid) return known;
    if (!known && isOver(volume)) return undefined;
    try {
      const fresh = await this.#options.client.get(persistentVolumeClaims, name, { namespace });
      return fresh.metadata.uid === uid ? fresh : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #release(volume: PersistentVolume): Promise<void> {
    const { binding, client } = this.#options;
    const released = isOver(volume) ? volume : await binding.volumePhase(volume, 'Released');
    switch (released.spec.persistentVolumeReclaimPolicy ?? 'Retain') {
      case 'Retain':
        return;
      case 'Recycle':
        if (!released.spec.hostPath && !released.spec.nfs) await this.#failed(released, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!');
        return;
      case 'Delete':
        try {
          if (deleteVolume(released) === 'waits for others') return;
        } catch (error) {
          await this.#failed(released, 'VolumeFailedDelete', messageOf(error));
          return;
        }
        await client.delete(persistentVolumes, released.metadata.name ?? '').catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
        return;
      default:
        await this.#failed(released, 'VolumeUnknownReclaimPolicy', 'Volume has unrecognized PersistentVolumeReclaimPolicy');
    }
  }

  async #failed(volume: PersistentVolume, reason: string, message: string): Promise<void> {
    if (volume.status?.phase === 'Failed') return;
    const written = await this.#options.binding.volumePhase(volume, 'Failed', message);
    this.#options.recorder.event(written, { type: 'Warning', reason, message });
  }

  #tellModesDiffer(volume: PersistentVolume, claim: PersistentVolumeClaim): void {
    const { recorder } = this.#options;
    const [volumeName, claimName] = [JSON.stringify(volume.metadata.name), JSON.stringify(claim.metadata.name)];
    recorder.event(volume, {
      type: 'Warning',
      reason: 'VolumeMismatch',
      message: `Cannot bind PersistentVolume to requested PersistentVolumeClaim ${claimName} due to incompatible volumeMode.`,
    });
    recorder.event(claim, {
      type: 'Warning',
      reason: 'VolumeMismatch',
      message: `Cannot bind PersistentVolume ${volumeName} to requested PersistentVolumeClaim due to incompatible volumeMode.`,
    });
  }
}
