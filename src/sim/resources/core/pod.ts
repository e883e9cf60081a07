// Pod: QoS class, graceful deletion, the fields that may change. Models kubernetes/pkg/registry/core/pod/strategy.go
import type { Pod } from '../../../kube/api/core-v1.ts';
import { qosClassOf } from '../../../kube/machinery/pod-resources.ts';
import { defineKind } from '../descriptor.ts';
import { defaultPod } from './pod-defaults.ts';
import { podRow } from './pod-row.ts';
import { validatePod, validatePodUpdate } from './pod-validation.ts';

export const pods = defineKind<Pod>('v1', 'pods', {
  controller: 'kubelet',
  defaults: (draft) => defaultPod(draft.spec),
  generation: true,
  prepareForCreate(draft) {
    draft.status = { phase: 'Pending', qosClass: qosClassOf(draft) };
    if (draft.spec.schedulingGates?.length) {
      draft.status.conditions = [
        { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' },
      ];
    }
  },
  subresources: {
    status: {
      prepareForUpdate(draft, old) {
        const { ownerReferences } = old.metadata;
        if (ownerReferences) draft.metadata.ownerReferences = structuredClone(ownerReferences) as never;
        else delete draft.metadata.ownerReferences;
        // The class is fixed at creation.
        if (old.status.qosClass) draft.status.qosClass = old.status.qosClass;
        if (!draft.status.podIP && draft.status.podIPs?.[0]?.ip) draft.status.podIP = draft.status.podIPs[0].ip;
      },
    },
  },
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  deletionGrace({ spec, status, metadata }, requested) {
    let seconds = requested ?? spec.terminationGracePeriodSeconds ?? 30;
    // A pod that no kubelet has, or that is through, needs no time.
    if (!spec.nodeName || status.phase === 'Failed' || status.phase === 'Succeeded') seconds = 0;
    return Math.max(
      metadata.deletionGracePeriodSeconds !== undefined && requested === undefined ? Math.min(seconds, metadata.deletionGracePeriodSeconds) : seconds,
      0,
    );
  },
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status.phase ?? '',
    'status.podIP': ({ status }) => status.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': ({ status }) => status.nominatedNodeName ?? '',
  },
  indexedFields: ['spec.nodeName'],
  row: podRow,
});
