// Namespace: the label with its own name, the `kubernetes` finalizer, the phases.
import type { Namespace } from '../../../kube/api/core-v1.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

export const namespaces = defineKind<Namespace>('v1', 'namespaces', {
  controller: 'namespace-controller',
  names: 'dns-label',
  defaults(draft) {
    if (draft.metadata.name) draft.metadata.labels = { ...draft.metadata.labels, 'kubernetes.io/metadata.name': draft.metadata.name };
    draft.status.phase ||= 'Active';
  },
  prepareForCreate(draft) {
    draft.status = { phase: 'Active' };
    draft.spec.finalizers = [...new Set([...(draft.spec.finalizers ?? []), 'kubernetes'])];
  },
  prepareForUpdate(draft, old) {
    if (old.spec.finalizers) draft.spec.finalizers = [...old.spec.finalizers];
  },
  subresources: {
    finalize: {
      prepareForUpdate(draft, old) {
        draft.status = structuredClone(old.status) as typeof draft.status;
      },
    },
  },
  beginDeletion(draft) {
    draft.status.phase = 'Terminating';
  },
  finalizersInSpec: ({ spec }) => Boolean(spec.finalizers?.length),
  selectableFields: { 'status.phase': ({ status }) => status.phase ?? '', name: ({ metadata }) => metadata.name ?? '' },
  row: (object, { now }) => [object.metadata.name ?? '', object.status.phase ?? '', age(object, now)],
});
