// What becomes of one claim. Models kubernetes/pkg/controller/volume/persistentvolume/pv_controller.go (syncUnboundClaim, syncBoundClaim)
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../../kube/api/core-v1.ts';
import type { StorageClass } from '../../../kube/api/storage-v1.ts';
import { persistentVolumeClaims } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import type { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import type { Informer } from '../../../kube/client/informer.ts';
import { keyOf } from '../../../kube/machinery/object.ts';
import { isPodEnded } from '../../../kube/machinery/pod-conditions.ts';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  CLAIM_INDEX,
  classOfClaim,
  defaultClass,
  findMatchingVolume,
  hasAccessModes,
  hasAnnotation,
  isBoundToClaim,
  misfit,
  namesClass,
  SELECTED_NODE,
} from '../../../kube/machinery/volume-binding.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { Binding } from './binding.ts';
import { externalProvisioner } from './plugins.ts';

const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const OLD_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';

export interface ClaimSyncOptions {
  readonly client: ApiClient;
  readonly recorder: CoreEventRecorder;
  readonly binding: Binding;
  readonly volumes: Informer<PersistentVolume>;
  readonly classes: Informer<StorageClass>;
  /** Indexed by the claims they use. */
  readonly pods: Informer<Pod>;
}

export class ClaimSync {
  readonly #options: ClaimSyncOptions;

  constructor(options: ClaimSyncOptions) {
    this.#options = options;
  }

  async sync(claim: PersistentVolumeClaim): Promise<void> {
    if (hasAnnotation(claim, BIND_COMPLETED)) await this.#syncBound(claim);
    else if (claim.spec.volumeName) await this.#syncNamed(claim, claim.spec.volumeName);
    else await this.#syncUnbound(claim);
  }

  async #syncBound(claim: PersistentVolumeClaim): Promise<void> {
    const { volumes, binding } = this.#options;
    if (!claim.spec.volumeName) {
      await this.#lost(claim, 'ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
      return;
    }
    const volume = volumes.get(claim.spec.volumeName);
    if (!volume) await this.#lost(claim, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
    else if (!volume.spec.claimRef || volume.spec.claimRef.uid === claim.metadata.uid) await binding.bind(volume, claim);
    else await this.#lost(claim, 'ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
  }

  async #syncNamed(claim: PersistentVolumeClaim, name: string): Promise<void> {
    const { volumes, binding, recorder } = this.#options;
    const volume = volumes.get(name);
    if (!volume) {
      await binding.claimStatus(claim, 'Pending');
      return;
    }
    if (!volume.spec.claimRef) {
      const why = misfit(volume, claim);
      if (why === undefined) {
        await binding.bind(volume, claim);
        return;
      }
      recorder.event(claim, { type: 'Warning', reason: 'VolumeMismatch', message: `Cannot bind to requested volume ${JSON.stringify(name)}: ${why}` });
      await binding.claimStatus(claim, 'Pending');
      return;
    }
    if (isBoundToClaim(volume, claim)) {
      await binding.bind(volume, claim);
      return;
    }
    recorder.event(claim, { type: 'Warning', reason: 'FailedBinding', message: `volume ${JSON.stringify(name)} already bound to a different claim.` });
    if (!hasAnnotation(claim, BOUND_BY_CONTROLLER)) await binding.claimStatus(claim, 'Pending');
  }

  async #syncUnbound(claim: PersistentVolumeClaim): Promise<void> {
    const { client, classes, binding, recorder } = this.#options;
    const delayed = classes.get(classOfClaim(claim))?.volumeBindingMode === 'WaitForFirstConsumer';
    const volume = this.#bestMatch(claim, delayed);
    if (volume) {
      await binding.bind(volume, claim);
      return;
    }
    // A claim that was made before there was a default class gets it now.
    const fallback = namesClass(claim) ? undefined : defaultClass(classes.list());
    if (fallback) {
      await client.update(persistentVolumeClaims, { ...claim, spec: { ...claim.spec, storageClassName: fallback.metadata.name ?? '' } });
      return;
    }
    if (delayed && !hasAnnotation(claim, SELECTED_NODE)) this.#tellWaiting(claim);
    else if (classOfClaim(claim)) {
      await this.#provision(claim);
      return;
    } else {
      const message = 'no persistent volumes available for this claim and no storage class is set';
      recorder.event(claim, { type: 'Normal', reason: 'FailedBinding', message });
    }
    await binding.claimStatus(claim, 'Pending');
  }

  /** Volumes with the fewest modes first, and of these the smallest. */
  #bestMatch(claim: PersistentVolumeClaim, delayed: boolean): PersistentVolume | undefined {
    const suitable = [...this.#options.volumes.list()].filter((volume) => hasAccessModes(claim, volume));
    const modesOf = ({ spec }: PersistentVolume): string => (spec.accessModes ?? []).toSorted().join(',');
    const groups = [...Map.groupBy(suitable, modesOf)].sort(([a], [b]) => a.split(',').length - b.split(',').length);
    for (const [, volumes] of groups) {
      const found = findMatchingVolume(claim, volumes, { delayed });
      if (found) return found;
    }
    return undefined;
  }

  #tellWaiting(claim: PersistentVolumeClaim): void {
    const { pods, recorder } = this.#options;
    const waiting = pods.byIndex(CLAIM_INDEX, keyOf(claim)).filter((pod) => !isPodEnded(pod) && !pod.spec.nodeName);
    const names = waiting.map(({ metadata }) => metadata.name ?? '');
    const event =
      names.length === 0
        ? { reason: 'WaitForFirstConsumer', message: 'waiting for first consumer to be created before binding' }
        : { reason: 'WaitForPodScheduled', message: `waiting for pod${names.length > 1 ? 's' : ''} ${names.join(',')} to be scheduled` };
    recorder.event(claim, { type: 'Normal', ...event });
  }

  /** Nobody in the cluster makes volumes: it is left to whoever the class names. */
  async #provision(claim: PersistentVolumeClaim): Promise<void> {
    const { client, classes, recorder } = this.#options;
    const name = classOfClaim(claim);
    let provisioner: string;
    try {
      const found = classes.get(name);
      if (!found) throw new Error(`storageclass.storage.k8s.io ${JSON.stringify(name)} not found`);
      provisioner = externalProvisioner(found);
    } catch (error) {
      recorder.event(claim, { type: 'Warning', reason: 'ProvisioningFailed', message: messageOf(error) });
      return;
    }
    let written = claim;
    if (claim.metadata.annotations?.[PROVISIONER] !== provisioner) {
      const annotations = { ...claim.metadata.annotations, [OLD_PROVISIONER]: provisioner, [PROVISIONER]: provisioner };
      written = await client.update(persistentVolumeClaims, { ...claim, metadata: { ...claim.metadata, annotations } });
    }
    const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
    recorder.event(written, { type: 'Normal', reason: 'ExternalProvisioning', message });
  }

  async #lost(claim: PersistentVolumeClaim, reason: string, message: string): Promise<void> {
    if (claim.status?.phase === 'Lost') return;
    const written = await this.#options.binding.claimStatus(claim, 'Lost');
    this.#options.recorder.event(written, { type: 'Warning', reason, message });
  }
}
