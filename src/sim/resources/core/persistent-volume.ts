// PersistentVolume. Models kubernetes/pkg/registry/core/persistentvolume/strategy.go and pkg/api/persistentvolume/util.go
import type { PersistentVolume } from '../../../kube/api/core-v1.ts';
import { formatTime } from '../../../kube/machinery/time.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { CLASS_ANNOTATION, shortAccessModes, storageClassOf } from './access-modes.ts';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from './validation/persistent-volume.ts';
import { defaultVolumeSources, roundAmounts } from './volume-defaults.ts';
import { warningsForNodeSelectorTerm } from './warnings/node-labels.ts';

const DEPRECATED_ANNOTATIONS: readonly (readonly [string, string])[] = [
  [CLASS_ANNOTATION, 'deprecated since v1.8; use "storageClassName" attribute instead'],
  ['volume.beta.kubernetes.io/mount-options', 'deprecated since v1.31; use "mountOptions" attribute instead'],
];
const DEPRECATED_SOURCES: readonly (readonly [keyof PersistentVolume['spec'], string, string])[] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function warnings({ metadata, spec }: PersistentVolume): string[] {
  const terms = 'spec.nodeAffinity.required.nodeSelectorTerms';
  return [
    ...DEPRECATED_ANNOTATIONS.filter(([name]) => metadata.annotations?.[name] !== undefined).map(
      ([name, message]) => `metadata.annotations[${name}]: ${message}`,
    ),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? ['spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.']
      : []),
    ...(spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((each, i) => warningsForNodeSelectorTerm(each, false, `${terms}[${i}]`)),
    ...DEPRECATED_SOURCES.filter(([name]) => spec[name]).map(([, shown, message]) => `spec.${shown}: ${message}`),
  ];
}

export const persistentVolumes = defineKind<PersistentVolume>('v1', 'persistentvolumes', {
  metadataChecks: ['as new', 'as new'],
  controller: 'persistentvolume-binder-controller',
  defaults({ spec, status }) {
    if (status) status.phase ||= 'Pending';
    spec.persistentVolumeReclaimPolicy ||= 'Retain';
    spec.volumeMode ??= 'Filesystem';
    defaultVolumeSources(spec);
    roundAmounts(spec.capacity);
  },
  prepareForCreate(draft, { now }) {
    draft.status = { phase: 'Pending', lastPhaseTransitionTime: formatTime(now) };
  },
  validate: (volume) => validatePersistentVolume(volume),
  validateUpdate: (next, old) => [...validatePersistentVolume(next, old), ...validatePersistentVolumeUpdate(next, old)],
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
  subresources: {
    status: {
      prepareForUpdate({ status }, old, { now }) {
        const before = old.status.lastPhaseTransitionTime;
        if (status.phase === old.status.phase) {
          if (!status.lastPhaseTransitionTime && before) status.lastPhaseTransitionTime = before;
        } else if (!status.lastPhaseTransitionTime || status.lastPhaseTransitionTime === before) status.lastPhaseTransitionTime = formatTime(now);
      },
    },
  },
  selectableFields: { name: ({ metadata }) => metadata.name ?? '' },
  row: ({ metadata, spec, status, ...rest }, { now }) => [
    metadata.name ?? '',
    spec.capacity?.['storage'] ?? '0',
    shortAccessModes(spec.accessModes),
    spec.persistentVolumeReclaimPolicy ?? '',
    metadata.deletionTimestamp ? 'Terminating' : (status.phase ?? ''),
    spec.claimRef ? `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '',
    storageClassOf(metadata, spec.storageClassName),
    spec.volumeAttributesClassName ?? '<unset>',
    status.reason ?? '',
    age({ metadata, ...rest }, now),
    spec.volumeMode ?? '<unset>',
  ],
});
