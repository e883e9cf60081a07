// VolumeAttachment: its spec never changes. Models kubernetes/pkg/apis/storage/validation/validation.go and pkg/registry/storage/volumeattachment
import { resetMetadataForStatus } from '../status-metadata.ts';
import type { VolumeAttachment, VolumeError } from '../../../kube/api/storage-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, requiredValue, tooLong, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { IMMUTABLE } from '../validation/rules.ts';
import { validateCsiDriverName } from './csi-names.ts';

const MOST_METADATA_BYTES = 256 * 1024;
const LONGEST_ERROR = 1024;
const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

function validateError(error: VolumeError | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  // The limit in the message is upstream's.
  if ((error?.message ?? '').length > LONGEST_ERROR) errors.push(tooLong(`${field}.message`, MOST_METADATA_BYTES));
  if ((error?.errorCode ?? 0) < 0) errors.push(invalidValue(`${field}.errorCode`, error?.errorCode, 'must be between 0 and 2147483647, inclusive'));
  return errors;
}

function validateSpec({ spec, status }: VolumeAttachment): FieldError[] {
  const { attacher, source, nodeName } = spec;
  const errors = attacher ? [] : [requiredValue('spec.attacher')];
  const { inlineVolumeSpec, persistentVolumeName } = source;
  if (!inlineVolumeSpec && persistentVolumeName === undefined) errors.push(requiredValue('spec.source', ONE_SOURCE));
  else if (inlineVolumeSpec && persistentVolumeName !== undefined) errors.push(forbiddenValue('spec.source', ONE_SOURCE));
  else if (persistentVolumeName === '') errors.push(requiredValue('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'));
  errors.push(...invalidValues('spec.nodeName', nodeName, validateDnsSubdomain(nodeName)));
  const bytes = Object.entries(status?.attachmentMetadata ?? {}).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (bytes > MOST_METADATA_BYTES) errors.push(tooLong('status.attachmentMetadata', MOST_METADATA_BYTES));
  return [...errors, ...validateError(status?.attachError, 'status.attachError'), ...validateError(status?.detachError, 'status.detachError')];
}

/** The spec in Go's words. */
const shownSpec = ({ spec }: VolumeAttachment): unknown => ({
  Attacher: spec.attacher,
  Source: { PersistentVolumeName: spec.source.persistentVolumeName ?? null, InlineVolumeSpec: spec.source.inlineVolumeSpec ?? null },
  NodeName: spec.nodeName,
});
const validateUpdate = (object: VolumeAttachment, old: VolumeAttachment): FieldError[] => [
  ...validateSpec(object),
  ...(jsonEqual(object.spec, old.spec) ? [] : [invalidValue('spec', shownSpec(object), IMMUTABLE)]),
];

export const volumeAttachments = defineKind<VolumeAttachment>('storage.k8s.io/v1', 'volumeattachments', {
  metadataChecks: ['as new'],
  controller: 'persistentvolume-attach-detach-controller',
  validate(object) {
    const name = object.spec.source.persistentVolumeName;
    return [
      ...validateSpec(object),
      ...validateCsiDriverName(object.spec.attacher, 'spec.attacher'),
      ...(name === undefined ? [] : invalidValues('spec.source.persistentVolumeName', name, validateDnsSubdomain(name))),
    ];
  },
  validateUpdate,
  subresources: { status: { metadataChecks: [], prepareForUpdate: resetMetadataForStatus, validateUpdate } },
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.spec.attacher,
    object.spec.source.persistentVolumeName ?? '',
    object.spec.nodeName,
    object.status.attached,
    age(object, now),
  ],
});
