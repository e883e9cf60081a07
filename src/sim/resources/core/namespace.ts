// Namespace: the label with its own name, the `kubernetes` finalizer, the phases. Models kubernetes/pkg/registry/core/namespace/strategy.go
import type { Namespace } from '../../../kube/api/core-v1.ts';
import { invalidValue, invalidValues, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateLabelKey } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { validateKubeFinalizer } from '../validation/object-meta.ts';

const validateFinalizer = (finalizer: string, field: string): FieldError[] => [
  ...invalidValues(field, finalizer, validateLabelKey(finalizer)),
  ...validateKubeFinalizer(finalizer, field),
];
const validate = ({ spec }: Namespace): FieldError[] => (spec.finalizers ?? []).flatMap((each) => validateFinalizer(each, 'spec.finalizers'));

function validateStatus({ metadata, status }: Namespace): FieldError[] {
  const [wanted, when] = metadata.deletionTimestamp ? ['Terminating', 'not empty'] : ['Active', 'empty'];
  return status.phase === wanted ? [] : [invalidValue('status.Phase', status.phase ?? '', `may only be '${wanted}' if \`deletionTimestamp\` is ${when}`)];
}

export const namespaces = defineKind<Namespace>('v1', 'namespaces', {
  metadataChecks: ['as new', 'as changed'],
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
    else delete draft.spec.finalizers;
  },
  validate,
  validateUpdate: validate,
  subresources: {
    status: { validateUpdate: validateStatus },
    finalize: {
      prepareForUpdate(draft, old) {
        draft.status = structuredClone(old.status) as typeof draft.status;
      },
      validateUpdate: ({ spec }) => (spec.finalizers ?? []).flatMap((each, i) => validateFinalizer(each, `spec.finalizers[${i}]`)),
    },
  },
  beginDeletion(draft) {
    draft.status.phase = 'Terminating';
  },
  finalizersInSpec: ({ spec }) => Boolean(spec.finalizers?.length),
  selectableFields: { 'status.phase': ({ status }) => status.phase ?? '', name: ({ metadata }) => metadata.name ?? '' },
  row: (object, { now }) => [object.metadata.name ?? '', object.status.phase ?? '', age(object, now)],
});
