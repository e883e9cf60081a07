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
  prepareCreate(draft) {
    draft.status = { phase: 'Active' };
    draft.spec.finalizers = [...new Set([...(draft.spec.finalizers ?? []), 'kubernetes'])];
  },
  prepareUpdate(draft, old) {
    if (old.spec.finalizers) draft.spec.finalizers = [...old.spec.finalizers];
  },
  subresources: {
    finalize(draft, old) {
      const { finalizers } = draft.spec;
      draft.spec = finalizers?.length ? { finalizers } : {};
      draft.status = structuredClone(old.status) as typeof draft.status;
    },
  },
  finalizersInSpec: ({ spec }) => Boolean(spec.finalizers?.length),
  fields: ({ status }) => ({ 'status.phase': status.phase ?? '', name: '' }),
  row: (object, { now }) => [object.metadata.name ?? '', object.status.phase ?? '', age(object, now)],
});
