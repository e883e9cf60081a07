// PersistentVolumeClaim. Models kubernetes/pkg/registry/core/persistentvolumeclaim/strategy.go and pkg/api/persistentvolumeclaim/util.go
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../../kube/api/core-v1.ts';
import { age } from '../cells.ts';
import { defineKind, type Mutable } from '../descriptor.ts';
import { CLASS_ANNOTATION, shortAccessModes, storageClassOf } from './access-modes.ts';
import { validateClaimSpec } from './validation/claim.ts';
import { validateClaimStatusUpdate, validateClaimUpdate } from './validation/claim-update.ts';
import { roundAmounts } from './volume-defaults.ts';
import { warningsForClaimSpec } from './warnings/claim.ts';

/** The older field and the newer one say the same; what neither may name vanishes. */
function normalizeDataSources(spec: Mutable<PersistentVolumeClaimSpec>, old: PersistentVolumeClaimSpec | undefined): void {
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef;
  const { dataSource } = spec;
  if (!old?.dataSource && !old?.dataSourceRef && !spec.dataSourceRef && dataSource) {
    const isClaim = dataSource.kind === 'PersistentVolumeClaim' && !dataSource.apiGroup;
    const isSnapshot = dataSource.kind === 'VolumeSnapshot' && dataSource.apiGroup === 'snapshot.storage.k8s.io';
    if (!isClaim && !isSnapshot) delete spec.dataSource;
  }
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource };
  else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace) {
    const { namespace: _namespace, ...rest } = spec.dataSourceRef;
    spec.dataSource = rest;
  }
}

function warnings({ metadata, spec }: PersistentVolumeClaim): string[] {
  return [
    ...(metadata.annotations?.[CLASS_ANNOTATION] === undefined
      ? []
      : [`metadata.annotations[${CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
    ...warningsForClaimSpec(spec, 'spec'),
  ];
}

export const persistentVolumeClaims = defineKind<PersistentVolumeClaim>('v1', 'persistentvolumeclaims', {
  metadataChecks: ['as changed', 'as new'],
  controller: 'persistentvolume-binder-controller',
  defaults({ spec, status }) {
    if (status) status.phase ||= 'Pending';
    spec.volumeMode ??= 'Filesystem';
    roundAmounts(spec.resources?.limits, spec.resources?.requests);
  },
  prepareForCreate(draft) {
    draft.status = { phase: 'Pending' };
    normalizeDataSources(draft.spec, undefined);
  },
  prepareForUpdate(draft, old) {
    normalizeDataSources(draft.spec, old.spec);
  },
  validate: ({ spec }) => validateClaimSpec(spec, 'spec'),
  validateUpdate: validateClaimUpdate,
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
  subresources: { status: { validateUpdate: validateClaimStatusUpdate } },
  selectableFields: { name: ({ metadata }) => metadata.name ?? '' },
  row: ({ metadata, spec, status, ...rest }, { now }) => [
    metadata.name ?? '',
    metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
    spec.volumeName ?? '',
    spec.volumeName ? (status.capacity?.['storage'] ?? '0') : '',
    spec.volumeName ? shortAccessModes(status.accessModes) : '',
    storageClassOf(metadata, spec.storageClassName),
    spec.volumeAttributesClassName ?? '<unset>',
    age({ metadata, ...rest }, now),
    spec.volumeMode ?? '<unset>',
  ],
});
