// Binds claims to volumes, and reclaims volumes whose claim is gone. Models kubernetes/pkg/controller/volume/persistentvolume/pv_controller_base.go
import type { PersistentVolumeClaim } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes, pods, storageClasses } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { keyOf } from '../../../kube/machinery/object.ts';
import { isConflict, isNotFound } from '../../../kube/machinery/status-error.ts';
import { CLAIM_INDEX, claimIndex } from '../../../kube/machinery/volume-binding.ts';
import type { Timer } from '../../../platform/clock.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';
import { Binding } from './binding.ts';
import { ClaimSync } from './claims.ts';
import { VolumeSync } from './volumes.ts';

/** Everything is looked at anew this often, and what waits says so again. */
const RESYNC_MS = 15_000;

export function persistentVolumeController({ client, informers, clock, log }: ControllerContext): Component {
  const claims = informers.of(persistentVolumeClaims);
  const volumes = informers.of(persistentVolumes);
  const classes = informers.of(storageClasses);
  const allPods = informers.of(pods);
  allPods.addIndex(CLAIM_INDEX, claimIndex);
  const recorder = new CoreEventRecorder(client, { component: 'persistentvolume-controller' }, clock, log);
  const binding = new Binding(client);
  const failed = (key: string, error: unknown): void => {
    if (!isConflict(error) && !isNotFound(error)) log.warn('volume or claim not synced', { key, error: messageOf(error) });
  };
  const claimQueue = new WorkQueue({ clock, workers: 1, failed, maxDelayMs: RESYNC_MS, sync: syncClaim });
  const volumeQueue = new WorkQueue({ clock, workers: 1, failed, maxDelayMs: RESYNC_MS, sync: syncVolume });
  const claimSync = new ClaimSync({ client, recorder, binding, volumes, classes, pods: allPods });
  const volumeSync = new VolumeSync({ client, recorder, binding, claims, enqueueClaim: (key) => claimQueue.add(key) });
  let timer: Timer | undefined;

  async function syncClaim(key: string): Promise<void> {
    const claim = claims.getByKey(key);
    if (claim) await claimSync.sync(claim);
  }
  async function syncVolume(key: string): Promise<void> {
    const volume = volumes.getByKey(key);
    if (volume) await volumeSync.sync(volume);
  }

  function listen(): void {
    const enqueue = (claim: PersistentVolumeClaim): void => claimQueue.add(keyOf(claim));
    claims.addHandler({
      added: enqueue,
      updated: enqueue,
      // The volume of a claim that is gone need not wait to be released.
      deleted: ({ spec }) => {
        if (spec.volumeName) volumeQueue.add(spec.volumeName);
      },
    });
    volumes.addHandler({
      added: (volume) => volumeQueue.add(keyOf(volume)),
      updated: (volume) => volumeQueue.add(keyOf(volume)),
      deleted: ({ spec: { claimRef } }) => {
        if (claimRef) claimQueue.add(`${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`);
      },
    });
  }

  function resync(): void {
    for (const claim of claims.list()) claimQueue.add(keyOf(claim));
    for (const volume of volumes.list()) volumeQueue.add(keyOf(volume));
    timer = clock.after(RESYNC_MS, resync);
  }

  return controllerComponent({
    name: 'persistentvolume-binder',
    informers: [claims, volumes, classes, allPods],
    queues: [claimQueue, volumeQueue],
    listen,
    run: () => {
      timer = clock.after(RESYNC_MS, resync);
    },
    stop: () => timer?.cancel(),
  });
}
