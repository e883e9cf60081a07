// Creating, repairing and deleting the pods of a StatefulSet together with their claims. Models kubernetes/pkg/controller/statefulset/stateful_pod_control.go
import type { StatefulSet } from '../../../kube/api/apps-v1.ts';
import type { PersistentVolumeClaim, Pod } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, pods } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import type { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import type { Informer } from '../../../kube/client/informer.ts';
import type { Draft } from '../../../kube/machinery/object.ts';
import { isAlreadyExists } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { claimsOf, identityLabels, identityMatches, ordinalOf, storageMatches, volumesOf } from './identity.ts';
import { hasStaleOwner, hasUnexpectedController, ownersAreRight, withRightOwners } from './retention.ts';

type Member = Pick<Pod, 'metadata' | 'spec'>;
type Verb = 'Create' | 'Update' | 'Delete';

export class StatefulPodControl {
  readonly #client: ApiClient;
  readonly #recorder: CoreEventRecorder;
  readonly #claims: Informer<PersistentVolumeClaim>;

  constructor(client: ApiClient, recorder: CoreEventRecorder, claims: Informer<PersistentVolumeClaim>) {
    this.#client = client;
    this.#recorder = recorder;
    this.#claims = claims;
  }

  async create(set: StatefulSet, draft: Draft<Pod>): Promise<void> {
    const { namespace = '' } = set.metadata;
    await this.#recorded('Create', set, draft, async () => {
      await this.#createClaims(set, draft);
      await this.#client.create(pods, draft, { namespace });
    });
  }

  async delete(set: StatefulSet, pod: Pod): Promise<void> {
    const { name = '', namespace = '' } = pod.metadata;
    await this.#recorded('Delete', set, pod, () => this.#client.delete(pods, name, { namespace }));
  }

  /** Puts right name labels, volumes and the owners of the claims. */
  async repair(set: StatefulSet, pod: Pod): Promise<void> {
    const right = identityMatches(set, pod) && storageMatches(set, pod);
    if (right && this.claimsMatchPolicy(set, pod)) return;
    await this.#recorded('Update', set, pod, async () => {
      await this.ensureClaims(set, pod);
      const { name = '', labels } = pod.metadata;
      await this.#client.update(pods, {
        ...pod,
        metadata: { ...pod.metadata, labels: { ...labels, ...identityLabels(name, ordinalOf(pod)) } },
        spec: { ...pod.spec, volumes: volumesOf(set, pod) },
      });
    });
  }

  /** Claims that are missing are made, the owners of all are put right. */
  async ensureClaims(set: StatefulSet, member: Member): Promise<void> {
    await this.#createClaims(set, member);
    await this.applyPolicy(set, member);
  }

  async #createClaims(set: StatefulSet, member: Member): Promise<void> {
    const { namespace = '', name: setName = '' } = set.metadata;
    const errors: string[] = [];
    for (const claim of claimsOf(set, member)) {
      const name = claim.metadata.name ?? '';
      const about = `Claim ${name} Pod ${member.metadata.name ?? ''} in StatefulSet ${setName}`;
      const known = this.#claims.get(name, namespace);
      if (known) {
        if (known.metadata.deletionTimestamp) errors.push(`pvc ${name} is being deleted`);
        continue;
      }
      try {
        await this.#client.create(persistentVolumeClaims, claim, { namespace });
        this.#recorder.event(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Create ${about} success` });
      } catch (error) {
        errors.push(`failed to create PVC ${name}: ${messageOf(error)}`);
        if (isAlreadyExists(error)) continue;
        const message = `Create Claim ${name} for Pod ${member.metadata.name ?? ''} in StatefulSet ${setName} failed error: ${messageOf(error)}`;
        this.#recorder.event(set, { type: 'Warning', reason: 'FailedCreate', message });
      }
    }
    if (errors.length) throw new Error(errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`);
  }

  claimsMatchPolicy(set: StatefulSet, member: Member): boolean {
    return this.#known(set, member).every((claim) => ownersAreRight(claim, set, member));
  }

  async applyPolicy(set: StatefulSet, member: Member): Promise<void> {
    for (const claim of this.#known(set, member)) {
      if (hasUnexpectedController(claim, set, member)) {
        const message = `PersistentVolumeClaim ${claim.metadata.name ?? ''} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`;
        this.#recorder.event(set, { type: 'Warning', reason: 'ConflictingController', message });
      }
      if (ownersAreRight(claim, set, member)) continue;
      await this.#client.update(persistentVolumeClaims, withRightOwners(claim, set, member)).catch((error: unknown) => {
        throw new Error(`could not update claim ${claim.metadata.name ?? ''} for delete policy ownerRefs: ${messageOf(error)}`, { cause: error });
      });
    }
  }

  /** A claim that still belongs to the pod before: it will go, and only then the pod may come again. */
  isClaimStale(set: StatefulSet, member: Member): boolean {
    if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return false;
    return this.#known(set, member).some((claim) => hasStaleOwner(claim, pods, member));
  }

  #known(set: StatefulSet, member: Member): readonly PersistentVolumeClaim[] {
    return claimsOf(set, member).flatMap(({ metadata }) => this.#claims.get(metadata.name ?? '', set.metadata.namespace) ?? []);
  }

  async #recorded(verb: Verb, set: StatefulSet, { metadata }: Pick<Pod, 'metadata'>, work: () => Promise<void>): Promise<void> {
    const about = `${verb} Pod ${metadata.name ?? ''} in StatefulSet ${set.metadata.name ?? ''}`;
    try {
      await work();
    } catch (error) {
      if (verb !== 'Create' || !isAlreadyExists(error))
        this.#recorder.event(set, { type: 'Warning', reason: `Failed${verb}`, message: `${about} failed error: ${messageOf(error)}` });
      throw error;
    }
    this.#recorder.event(set, { type: 'Normal', reason: `Successful${verb}`, message: `${about} successful` });
  }
}
