// Pod: QoS class, graceful deletion, the fields that may change. Models kubernetes/pkg/registry/core/pod/strategy.go
import type { Pod } from '../../../kube/api/core-v1.ts';
import { defineKind } from '../descriptor.ts';
import { dropDisabledFields } from './drop-disabled.ts';
import { defaultPod } from './pod-defaults.ts';
import { podRow } from './pod-row.ts';
import { preparePod, podSubresources } from './pod-strategy.ts';
import { validatePodCreate, validatePodUpdate } from './validation/pod.ts';
import { POD_HOSTNAME, warningsForHostname, warningsForPod } from './warnings/pod.ts';

export const pods = defineKind<Pod>('v1', 'pods', {
  metadataChecks: ['as changed', 'as new'],
  controller: 'kubelet',
  defaults: (draft) => defaultPod(draft.spec),
  generation: true,
  prepareForCreate: preparePod,
  prepareForUpdate: (draft, old) => dropDisabledFields(draft.spec, old.spec),
  validate: validatePodCreate,
  validateUpdate: validatePodUpdate,
  warningsOnCreate: (pod) => [...warningsForHostname(pod.metadata, POD_HOSTNAME), ...warningsForPod(pod)],
  subresources: podSubresources,
  deletionGrace({ spec, status, metadata }, requested) {
    let seconds = requested ?? spec.terminationGracePeriodSeconds ?? 30;
    // A pod that no kubelet has, or that is through, needs no time.
    if (!spec.nodeName || status.phase === 'Failed' || status.phase === 'Succeeded') seconds = 0;
    const before = metadata.deletionGracePeriodSeconds;
    if (before !== undefined && requested === undefined && before < seconds) seconds = before;
    return seconds > 0 ? seconds : 0;
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
