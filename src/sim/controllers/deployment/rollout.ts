// One pass over a Deployment: makes its ReplicaSet, moves pods from old to new, writes what happened.
// Models kubernetes/pkg/controller/deployment/{sync,rolling,recreate}.go
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../../kube/api/apps-v1.ts';
import type { Pod } from '../../../kube/api/core-v1.ts';
import { deployments, replicaSets } from '../../../kube/api/resources.ts';
import type { ApiClient } from '../../../kube/client/api-client.ts';
import type { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { contentHash } from '../../../kube/machinery/hash.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { controllerOf } from '../../../kube/machinery/object.ts';
import { controllerReference } from '../../../kube/machinery/owners.ts';
import { conditionOf, isPodEnded } from '../../../kube/machinery/pod-conditions.ts';
import { isAlreadyExists, isNotFound } from '../../../kube/machinery/status-error.ts';
import { messageOf } from '../../../errors/app-error.ts';
import { byRevision, currentAnnotations, findNewReplicaSet, maxRevision, POD_TEMPLATE_HASH, replicaAnnotations, REVISION, sameTemplate } from './revisions.ts';
import {
  available,
  DESIRED_REPLICAS,
  desired,
  dropSpare,
  dropUnavailable,
  isRollingUpdate,
  newReplicaSetSize,
  olderFirst,
  scaleProportionally,
  shrinkRoom,
  sumOf,
} from './rolling-math.ts';
import { basicStatus, hasProgressDeadline, isComplete, progressCheckMs, rolloutStatus, setCondition, type ConditionFields } from './status.ts';

const UNLIMITED = 2 ** 31 - 1;

export interface RolloutParts {
  readonly client: ApiClient;
  readonly recorder: CoreEventRecorder;
  readonly now: () => number;
  readonly deployment: Deployment;
  readonly sets: readonly ReplicaSet[];
  /** All pods of these sets. */
  readonly pods: readonly Pod[];
}

export class Rollout {
  readonly #parts: RolloutParts;
  #deployment: Deployment;
  #new: ReplicaSet | undefined;
  readonly #old: ReplicaSet[];

  constructor(parts: RolloutParts) {
    this.#parts = parts;
    this.#deployment = parts.deployment;
    this.#new = findNewReplicaSet(parts.deployment, parts.sets);
    this.#old = parts.sets.filter((set) => set !== this.#new).sort(olderFirst);
  }

  get #all(): readonly ReplicaSet[] {
    return this.#new ? [...this.#old, this.#new] : this.#old;
  }

  /** In how many milliseconds to look again though nothing changes; undefined for never. */
  async run(): Promise<number | undefined> {
    const { spec, metadata } = this.#deployment;
    if (metadata.deletionTimestamp) {
      await this.#refreshNew();
      await this.#write({ status: basicStatus(this.#deployment, this.#all, this.#new, this.#parts.now()) });
      return undefined;
    }
    await this.#notePause();
    await this.#refreshNew();
    if (spec.paused || this.#isScaling()) {
      await this.#scale();
      if (spec.paused) await this.#cleanUp();
      await this.#write({ status: basicStatus(this.#deployment, this.#all, this.#new, this.#parts.now()) });
      return undefined;
    }
    await (isRollingUpdate(this.#deployment) ? this.#roll() : this.#recreate());
    const wrote = await this.#write({ status: rolloutStatus(this.#deployment, this.#all, this.#new, this.#parts.now()) });
    return wrote ? undefined : progressCheckMs(this.#deployment, this.#parts.now());
  }

  async #roll(): Promise<void> {
    const newSet = await this.#ensureNew();
    const size =
      desired(newSet) > desired(this.#deployment) ? desired(this.#deployment) : newReplicaSetSize(this.#deployment, sumOf(this.#all, desired), desired(newSet));
    if (await this.#resize(newSet, size)) return;
    const active = (): ReplicaSet[] => this.#old.filter((set) => desired(set) > 0);
    const room = shrinkRoom(this.#deployment, active(), newSet);
    let shrunk = false;
    if (room > 0) {
      for (const { set, to } of dropUnavailable(active(), room)) shrunk = (await this.#resize(set, to)) || shrunk;
      for (const { set, to } of dropSpare(this.#deployment, active(), newSet)) shrunk = (await this.#resize(set, to)) || shrunk;
    }
    if (!shrunk && isComplete(this.#deployment, this.#deployment.status)) await this.#cleanUp();
  }

  async #recreate(): Promise<void> {
    let shrunk = false;
    for (const set of this.#old.filter((each) => desired(each) > 0)) shrunk = (await this.#resize(set, 0)) || shrunk;
    if (shrunk || this.#oldPodsRun()) return;
    await this.#resize(await this.#ensureNew(), desired(this.#deployment));
    if (isComplete(this.#deployment, this.#deployment.status)) await this.#cleanUp();
  }

  #oldPodsRun(): boolean {
    return (
      sumOf(this.#old, ({ status }) => status?.replicas) > 0 ||
      this.#parts.pods.some((pod) => controllerOf(pod)?.uid !== this.#new?.metadata.uid && !isPodEnded(pod))
    );
  }

  #isScaling(): boolean {
    return this.#all.some((set) => {
      const annotated = set.metadata.annotations?.[DESIRED_REPLICAS];
      return desired(set) > 0 && annotated !== undefined && /^\d+$/.test(annotated) && Number(annotated) !== desired(this.#deployment);
    });
  }

  async #scale(): Promise<void> {
    const active = this.#all.filter((set) => desired(set) > 0);
    const only = active.length === 1 ? active[0] : active.length === 0 ? (this.#new ?? this.#old.at(-1)) : undefined;
    if (only) {
      await this.#resize(only, desired(this.#deployment));
      return;
    }
    if (active.length === 0) return;
    if (
      this.#new &&
      desired(this.#new) === desired(this.#deployment) &&
      this.#new.metadata.annotations?.[DESIRED_REPLICAS] === String(desired(this.#deployment)) &&
      available(this.#new) === desired(this.#deployment)
    ) {
      for (const set of active) if (set !== this.#new) await this.#resize(set, 0);
      return;
    }
    if (isRollingUpdate(this.#deployment)) for (const { set, to } of scaleProportionally(this.#deployment, active)) await this.#resize(set, to, true);
  }

  /** True when the size changed. The new size is announced by an event. */
  async #resize(set: ReplicaSet, to: number, refreshAnnotations = false): Promise<boolean> {
    const from = desired(set);
    const annotations = replicaAnnotations(this.#deployment);
    const stale = Object.entries(annotations).some(([key, value]) => set.metadata.annotations?.[key] !== value);
    if (from === to && !(refreshAnnotations && stale)) return false;
    const updated = await this.#parts.client.update(replicaSets, {
      ...set,
      metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, ...annotations } },
      spec: { ...set.spec, replicas: to },
    });
    this.#replace(set, updated);
    if (from === to) return false;
    this.#parts.recorder.event(this.#deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${from < to ? 'up' : 'down'} replica set ${updated.metadata.name ?? ''} from ${from} to ${to}`,
    });
    return true;
  }

  #replace(old: ReplicaSet, updated: ReplicaSet): void {
    if (this.#new === old) this.#new = updated;
    const at = this.#old.indexOf(old);
    if (at >= 0) this.#old[at] = updated;
  }

  /** Numbers the current ReplicaSet and copies the Deployment's annotations to it. */
  async #refreshNew(): Promise<void> {
    const set = this.#new;
    if (!set) return;
    const annotations = currentAnnotations(this.#deployment, set.metadata.annotations, maxRevision(this.#old) + 1);
    const minReadySeconds = this.#deployment.spec.minReadySeconds ?? 0;
    if (!jsonEqual(annotations, set.metadata.annotations ?? {}) || (set.spec.minReadySeconds ?? 0) !== minReadySeconds) {
      this.#new = await this.#parts.client.update(replicaSets, { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, minReadySeconds } });
      return;
    }
    await this.#noteRevision(
      annotations[REVISION] ?? '',
      conditionOf(this.#deployment.status?.conditions, 'Progressing')
        ? undefined
        : { type: 'Progressing', status: 'True', reason: 'FoundNewReplicaSet', message: `Found new replica set "${set.metadata.name ?? ''}"` },
    );
  }

  async #ensureNew(): Promise<ReplicaSet> {
    if (this.#new) return this.#new;
    const { metadata, spec, status } = this.#deployment;
    const hash = contentHash(spec.template, status?.collisionCount);
    const labels = { ...spec.template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
    const revision = maxRevision(this.#old) + 1;
    const replicas = newReplicaSetSize(this.#deployment, sumOf(this.#old, desired), 0);
    const name = `${metadata.name ?? ''}-${hash}`;
    try {
      this.#new = await this.#parts.client.create(
        replicaSets,
        {
          metadata: {
            name,
            labels,
            annotations: { ...currentAnnotations(this.#deployment, undefined, revision), ...replicaAnnotations(this.#deployment) },
            ownerReferences: [controllerReference(deployments, this.#deployment)],
          },
          spec: {
            replicas,
            ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
            selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [POD_TEMPLATE_HASH]: hash } },
            template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
          },
        },
        { namespace: metadata.namespace ?? '' },
      );
    } catch (error) {
      return await this.#notCreated(name, error);
    }
    if (replicas > 0)
      this.#parts.recorder.event(this.#deployment, {
        type: 'Normal',
        reason: 'ScalingReplicaSet',
        message: `Scaled up replica set ${name} from 0 to ${replicas}`,
      });
    await this.#noteRevision(String(revision), {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetCreated',
      message: `Created new replica set "${name}"`,
    });
    return this.#new;
  }

  async #notCreated(name: string, error: unknown): Promise<ReplicaSet> {
    const { client, recorder, now } = this.#parts;
    const deployment = this.#deployment;
    if (isAlreadyExists(error)) {
      const existing = await client.get(replicaSets, name, { namespace: deployment.metadata.namespace ?? '' });
      if (controllerOf(existing)?.uid === deployment.metadata.uid && sameTemplate(existing.spec.template ?? {}, deployment.spec.template))
        return (this.#new = existing);
      // Another template hashes the same: the next attempt mixes the count in.
      await this.#write({ status: { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 } });
    } else if (!isNamespaceTerminating(error)) {
      const message = `Failed to create new replica set "${name}": ${messageOf(error)}`;
      if (hasProgressDeadline(deployment)) {
        const conditions = setCondition(
          deployment.status?.conditions,
          { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message },
          now(),
        );
        await this.#write({ status: { ...deployment.status, conditions } });
      }
      recorder.event(deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message });
    }
    throw error;
  }

  async #noteRevision(revision: string, condition: ConditionFields | undefined): Promise<void> {
    const conditions =
      condition && hasProgressDeadline(this.#deployment)
        ? setCondition(this.#deployment.status?.conditions, condition, this.#parts.now())
        : this.#deployment.status?.conditions;
    await this.#write({ revision, status: { ...this.#deployment.status, ...(conditions ? { conditions } : {}) } });
  }

  async #notePause(): Promise<void> {
    if (!hasProgressDeadline(this.#deployment)) return;
    const { paused } = this.#deployment.spec;
    const reason = conditionOf(this.#deployment.status?.conditions, 'Progressing')?.reason;
    if (reason === 'ProgressDeadlineExceeded' || Boolean(paused) === (reason === 'DeploymentPaused')) return;
    const fields = paused ? { reason: 'DeploymentPaused', message: 'Deployment is paused' } : { reason: 'DeploymentResumed', message: 'Deployment is resumed' };
    const conditions = setCondition(this.#deployment.status?.conditions, { type: 'Progressing', status: 'Unknown', ...fields }, this.#parts.now());
    await this.#write({ status: { ...this.#deployment.status, conditions } });
  }

  /** Writes status, and with it the revision annotation, when they differ; false when not. */
  async #write({ status, revision }: { readonly status: DeploymentStatus; readonly revision?: string }): Promise<boolean> {
    const { metadata } = this.#deployment;
    const annotations =
      revision === undefined || metadata.annotations?.[REVISION] === revision ? metadata.annotations : { ...metadata.annotations, [REVISION]: revision };
    if (annotations === metadata.annotations && jsonEqual(status, this.#deployment.status)) return false;
    this.#deployment = await this.#parts.client.update(
      deployments,
      { ...this.#deployment, metadata: { ...metadata, ...(annotations ? { annotations } : {}) }, status },
      { subresource: 'status' },
    );
    return true;
  }

  /** Removes the oldest empty ReplicaSets beyond the history limit. */
  async #cleanUp(): Promise<void> {
    const limit = this.#deployment.spec.revisionHistoryLimit;
    if (limit === undefined || limit === UNLIMITED) return;
    const alive = this.#old.filter(({ metadata }) => !metadata.deletionTimestamp).sort(byRevision);
    for (const { metadata, spec, status } of alive.slice(0, Math.max(0, alive.length - limit))) {
      if (status?.replicas || spec.replicas !== 0 || (metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) continue;
      await this.#parts.client.delete(replicaSets, metadata.name ?? '', { namespace: metadata.namespace ?? '' }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    }
  }
}
