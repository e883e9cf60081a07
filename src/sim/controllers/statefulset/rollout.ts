// One step of a StatefulSet towards what it asks for: create in order, remove from the end, update from the end. Models kubernetes/pkg/controller/statefulset/stateful_set_control.go
import type { StatefulSet, StatefulSetStatus } from '../../../kube/api/apps-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { slowStart } from '../../../kube/client/pod-control.ts';
import type { Draft } from '../../../kube/machinery/object.ts';
import { isPodAvailable, isPodEnded, isPodReady } from '../../../kube/machinery/pod-conditions.ts';
import { isNotFound } from '../../../kube/machinery/status-error.ts';
import { identityMatches, isInRange, newPod, ordinalOf, replicasOf, revisionOf, startOrdinal, storageMatches, usesCurrentRevision } from './identity.ts';
import type { StatefulPodControl } from './pod-control.ts';
import type { Revisions } from './revisions.ts';

/** A pod of the set, or the draft of one that has to be made. */
type Replica = { readonly pod: Pod } | { readonly draft: Draft<Pod> };
/** Whether the step ends here. */
type Step = Promise<boolean>;

export interface RolloutInput {
  readonly set: StatefulSet;
  readonly pods: readonly Pod[];
  readonly revisions: Revisions;
  readonly control: StatefulPodControl;
  readonly nowMs: number;
}
export interface RolloutResult {
  readonly status: StatefulSetStatus;
  readonly error?: unknown;
}

const nameOf = ({ metadata }: { readonly metadata: { readonly name?: string } }): string => metadata.name ?? '';

export class Rollout {
  readonly #input: RolloutInput;
  readonly #replicas: readonly Replica[];
  readonly #condemned: readonly Pod[];
  readonly #monotonic: boolean;
  readonly #firstUnavailable: Pod | undefined;

  constructor(input: RolloutInput) {
    this.#input = input;
    const { set, pods, revisions } = input;
    const { current, update, currentSet, updateSet } = revisions;
    const start = startOrdinal(set);
    const byOrdinal = new Map(pods.filter((pod) => isInRange(set, pod)).map((pod) => [ordinalOf(pod), pod]));
    this.#replicas = Array.from({ length: replicasOf(set) }, (_each, i): Replica => {
      const pod = byOrdinal.get(start + i);
      if (pod) return { pod };
      const old = usesCurrentRevision(set, start + i, start);
      return { draft: old ? newPod(currentSet, start + i, nameOf(current)) : newPod(updateSet, start + i, nameOf(update)) };
    });
    this.#condemned = pods.filter((pod) => ordinalOf(pod) >= 0 && !isInRange(set, pod)).sort((a, b) => ordinalOf(b) - ordinalOf(a));
    this.#monotonic = set.spec.podManagementPolicy !== 'Parallel';
    const first = this.#replicas.find((each) => !('pod' in each) || this.#isUnavailable(each.pod));
    this.#firstUnavailable = first ? ('pod' in first ? first.pod : undefined) : this.#condemned.toReversed().find((pod) => this.#isUnavailable(pod));
  }

  async run(): Promise<RolloutResult> {
    const { set, control, revisions } = this.#input;
    let error: unknown;
    let removed = 0;
    if (!set.metadata.deletionTimestamp) {
      try {
        const stopped =
          (await this.#forAll(this.#replicas, (each) => this.#processReplica(each))) ||
          (await this.#forAll(this.#condemned, async (pod) => {
            await control.applyPolicy(revisions.updateSet, pod);
            return false;
          })) ||
          (await this.#forAll(this.#condemned, (pod) => this.#processCondemned(pod)));
        if (!stopped && set.spec.updateStrategy?.type !== 'OnDelete') removed = await this.#update();
      } catch (failure) {
        error = failure;
      }
    }
    return { status: this.#status(removed), ...(error === undefined ? {} : { error }) };
  }

  /** In order, until one says stop; or all in growing batches. */
  async #forAll<T>(list: readonly T[], work: (each: T) => Step): Step {
    if (this.#monotonic) {
      for (const each of list) if (await work(each)) return true;
      return false;
    }
    const { error } = await slowStart(list.length, async (i) => {
      const each = list[i];
      if (each !== undefined) await work(each);
    });
    if (error !== undefined) throw error;
    return false;
  }

  async #processReplica(replica: Replica): Step {
    const { set, control, revisions } = this.#input;
    if ('draft' in replica) {
      if (control.isClaimStale(set, replica.draft)) return true;
      await control.create(set, replica.draft);
      return this.#monotonic;
    }
    const { pod } = replica;
    if (isPodEnded(pod)) {
      // Its successor comes when it is gone from the store.
      if (!pod.metadata.deletionTimestamp) await control.delete(set, pod);
      return true;
    }
    if (pod.status.phase === 'Pending') await control.ensureClaims(set, pod);
    if (this.#monotonic && (pod.metadata.deletionTimestamp || !isRunningAndReady(pod) || !this.#isAvailable(pod))) return true;
    if (!identityMatches(set, pod) || !storageMatches(set, pod) || !control.claimsMatchPolicy(revisions.updateSet, pod))
      await control.repair(revisions.updateSet, pod);
    return false;
  }

  async #processCondemned(pod: Pod): Step {
    const { set, control } = this.#input;
    if (pod.metadata.deletionTimestamp) return this.#monotonic;
    if (this.#monotonic && pod !== this.#firstUnavailable && (!isRunningAndReady(pod) || !this.#isAvailable(pod))) return true;
    await control.delete(set, pod);
    return true;
  }

  /** Deletes the last pod that is not of the update revision. Gives how many pods of the current one went. */
  async #update(): Promise<number> {
    const { set, control, revisions } = this.#input;
    const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    for (const replica of this.#replicas.slice(partition).toReversed()) {
      // One that was just made is not available yet.
      if (!('pod' in replica)) return 0;
      const { pod } = replica;
      if (revisionOf(pod) !== nameOf(revisions.update) && !pod.metadata.deletionTimestamp) {
        await control.delete(set, pod).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
        return 1;
      }
      if (this.#isUnavailable(pod)) return 0;
    }
    return 0;
  }

  #isAvailable(pod: Pod): boolean {
    return isPodAvailable(pod, this.#input.set.spec.minReadySeconds ?? 0, this.#input.nowMs);
  }
  #isUnavailable(pod: Pod): boolean {
    return pod.metadata.deletionTimestamp !== undefined || !this.#isAvailable(pod);
  }

  #status(removed: number): StatefulSetStatus {
    const { set, pods, revisions } = this.#input;
    const [current, update] = [nameOf(revisions.current), nameOf(revisions.update)];
    const kept = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    const ready = pods.filter(isRunningAndReady);
    const currentReplicas = kept.filter((pod) => revisionOf(pod) === current).length - removed;
    const updatedReplicas = kept.filter((pod) => revisionOf(pod) === update).length;
    const wanted = replicasOf(set);
    const rolling = (set.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
    const complete = rolling && updatedReplicas === wanted && ready.length === wanted && pods.length === wanted;
    const counts = { readyReplicas: ready.length, currentReplicas: complete ? updatedReplicas : currentReplicas, updatedReplicas };
    return {
      observedGeneration: set.metadata.generation ?? 0,
      replicas: pods.length,
      availableReplicas: ready.filter((pod) => this.#isAvailable(pod)).length,
      ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count)),
      currentRevision: complete ? update : current,
      updateRevision: update,
      collisionCount: revisions.collisionCount,
    };
  }
}

const isRunningAndReady = (pod: Pod): boolean => pod.status.phase === 'Running' && isPodReady(pod);
