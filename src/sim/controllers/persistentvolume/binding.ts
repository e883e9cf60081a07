// The writes that bind a claim and a volume, each only when something changes. Models kubernetes/pkg/controller/volume/persistentvolume/pv_controller.go (bind, updateClaimStatus)
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimStatus, PersistentVolumeStatus } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { compareQuantity, quantityOf } from '../../../kube/machinery/quantity.ts';
import { BIND_COMPLETED, boundVolume, BOUND_BY_CONTROLLER, hasAnnotation, sizeOfVolume } from '../../../kube/machinery/volume-binding.ts';

type ClaimPhase = NonNullable<PersistentVolumeClaimStatus['phase']>;
type VolumePhase = NonNullable<PersistentVolumeStatus['phase']>;

export class Binding {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<void> {
    const tied = boundVolume(volume, claim);
    const written = tied === volume ? volume : await this.#client.update(persistentVolumes, tied);
    const bound = await this.volumePhase(written, 'Bound');
    await this.claimStatus(await this.#tie(claim, bound), 'Bound', bound);
  }

  async #tie(claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<PersistentVolumeClaim> {
    const chooses = volume.metadata.name !== claim.spec.volumeName;
    if (!chooses && hasAnnotation(claim, BIND_COMPLETED)) return claim;
    const { metadata, spec } = claim;
    return this.#client.update(persistentVolumeClaims, {
      ...claim,
      metadata: {
        ...metadata,
        annotations: { ...metadata.annotations, ...(chooses ? { [BOUND_BY_CONTROLLER]: 'yes' } : {}), [BIND_COMPLETED]: 'yes' },
      },
      spec: { ...spec, volumeName: volume.metadata.name ?? '' },
    });
  }

  async claimStatus(claim: PersistentVolumeClaim, phase: ClaimPhase, volume?: PersistentVolume): Promise<PersistentVolumeClaim> {
    const old = claim.status ?? {};
    let status: PersistentVolumeClaimStatus;
    if (volume) {
      const becomes = old.phase !== phase;
      const resized = becomes && compareQuantity(sizeOfVolume(volume), quantityOf(old.capacity?.['storage'])) !== 0;
      const attributes = volume.spec.volumeAttributesClassName;
      status = {
        ...old,
        phase,
        ...(volume.spec.accessModes ? { accessModes: volume.spec.accessModes } : {}),
        ...(resized && volume.spec.capacity ? { capacity: volume.spec.capacity } : {}),
        ...(old.phase === 'Pending' && attributes !== undefined ? { currentVolumeAttributesClassName: attributes } : {}),
      };
    } else {
      const { accessModes: _modes, capacity: _capacity, currentVolumeAttributesClassName: _attributes, ...rest } = old;
      status = { ...rest, phase };
    }
    if (jsonEqual(status, old)) return claim;
    return this.#client.update(persistentVolumeClaims, { ...claim, status }, { subresource: 'status' });
  }

  async volumePhase(volume: PersistentVolume, phase: VolumePhase, message?: string): Promise<PersistentVolume> {
    if (volume.status?.phase === phase) return volume;
    const { message: _message, ...status } = volume.status ?? {};
    return this.#client.update(persistentVolumes, { ...volume, status: { ...status, phase, ...(message ? { message } : {}) } }, { subresource: 'status' });
  }

  /** Lets go of the claim; a reference that somebody made by hand stays, but for its uid. */
  async unbind(volume: PersistentVolume): Promise<void> {
    const { metadata, spec } = volume;
    const { claimRef, ...rest } = spec;
    let free: PersistentVolume;
    if (hasAnnotation(volume, BOUND_BY_CONTROLLER)) {
      const { [BOUND_BY_CONTROLLER]: _mark, ...annotations } = metadata.annotations ?? {};
      const { annotations: _annotations, ...others } = metadata;
      free = { ...volume, metadata: { ...others, ...(Object.keys(annotations).length ? { annotations } : {}) }, spec: rest };
    } else {
      const { uid: _uid, ...reference } = claimRef ?? {};
      free = { ...volume, spec: { ...rest, claimRef: reference } };
    }
    await this.volumePhase(await this.#client.update(persistentVolumes, free), 'Available');
  }
}
