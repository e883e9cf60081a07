// VolumeAttributesClass: never changes. Models kubernetes/pkg/apis/storage/validation/validation.go
import type { VolumeAttributesClass } from '../../../kube/api/storage-v1.ts';
import type { FieldError } from '../../../kube/machinery/field-errors.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { forbidChange, validateParameters, validateProvisioner } from './csi-names.ts';

const validate = ({ driverName, parameters }: VolumeAttributesClass): FieldError[] => [
  ...validateProvisioner(driverName, 'driverName'),
  ...validateParameters(parameters, 'parameters', false),
];

export const volumeAttributesClasses = defineKind<VolumeAttributesClass>('storage.k8s.io/v1', 'volumeattributesclasses', {
  metadataChecks: ['as changed', 'as new'],
  validate,
  validateUpdate: (object, old) => [
    ...forbidChange(object.driverName, old.driverName, 'driverName'),
    ...forbidChange(object.parameters, old.parameters, 'parameters'),
    ...validate(object),
  ],
  row: (object, { now }) => [object.metadata.name ?? '', object.driverName, age(object, now)],
});
