// Makes the claims of pods' ephemeral volumes, which go with their pod. Models kubernetes/pkg/controller/volume/ephemeral/controller.go
import type { Pod } from '../../../kube/api/core-v1.ts';
import { persistentVolumeClaims, pods } from '../../../kube/api/resources.ts';
import type { Component } from '../../../kube/client/component.ts';
import { controllerComponent } from '../../../kube/client/controller.ts';
import { CoreEventRecorder } from '../../../kube/client/event-recorder.ts';
import { isNamespaceTerminating } from '../../../kube/client/pod-control.ts';
import { WorkQueue } from '../../../kube/client/work-queue.ts';
import { controllerOf, keyOf } from '../../../kube/machinery/object.ts';
import { controllerReference } from '../../../kube/machinery/owners.ts';
import { isAlreadyExists } from '../../../kube/machinery/status-error.ts';
import { CLAIM_INDEX, claimIndex, claimNameOf } from '../../../kube/machinery/volume-binding.ts';
import { messageOf } from '../../../errors/app-error.ts';
import type { ControllerContext } from '../context.ts';

export function ephemeralVolumeController({ client, informers, clock, log }: ControllerContext): Component {
  const allPods = informers.of(pods);
  const claims = informers.of(persistentVolumeClaims);
  allPods.addIndex(CLAIM_INDEX, claimIndex);
  const recorder = new CoreEventRecorder(client, { component: 'ephemeral_volume' }, clock, log);
  const queue = new WorkQueue({
    clock,
    sync,
    failed: (key, error) => {
      if (!isNamespaceTerminating(error) && !isAlreadyExists(error)) log.warn('ephemeral volumes not made', { key, error: messageOf(error) });
    },
  });
  const enqueue = (pod: Pod): void => {
    if (!pod.metadata.deletionTimestamp && pod.spec.volumes?.some(({ ephemeral }) => ephemeral)) queue.add(keyOf(pod));
  };

  async function sync(key: string): Promise<void> {
    const pod = allPods.getByKey(key);
    if (!pod || pod.metadata.deletionTimestamp) return;
    const { namespace = '', name: podName = '', uid } = pod.metadata;
    for (const volume of pod.spec.volumes ?? []) {
      const template = volume.ephemeral?.volumeClaimTemplate;
      if (!template) continue;
      const name = claimNameOf(pod, volume) ?? '';
      const known = claims.get(name, namespace);
      if (known) {
        if (controllerOf(known)?.uid === uid) continue;
        throw new Error(`PVC ${namespace}/${name} was not created for pod ${namespace}/${podName} (pod is not owner)`);
      }
      try {
        const { labels, annotations } = template.metadata ?? {};
        const metadata = { name, ownerReferences: [controllerReference(pods, pod)], ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
        await client.create(persistentVolumeClaims, { metadata, spec: template.spec }, { namespace });
      } catch (error) {
        recorder.event(pod, { type: 'Warning', reason: 'FailedBinding', message: `ephemeral volume ${volume.name}: create PVC ${name}: ${messageOf(error)}` });
        throw error;
      }
    }
  }

  return controllerComponent({
    name: 'ephemeral-volume',
    informers: [allPods, claims],
    queues: [queue],
    listen() {
      allPods.addHandler({ added: enqueue });
      claims.addHandler({
        // A claim that is gone is made again as long as its pod is there.
        deleted(claim) {
          for (const pod of allPods.byIndex(CLAIM_INDEX, keyOf(claim))) enqueue(pod);
        },
      });
    },
  });
}
