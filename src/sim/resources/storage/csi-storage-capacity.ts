// CSIStorageCapacity: how much room a driver has in a part of the cluster. Models kubernetes/pkg/apis/storage/validation/validation.go
import type { CSIStorageCapacity } from '../../../kube/api/storage-v1.ts';
import { invalidValue, invalidValues, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { parseQuantity } from '../../../kube/machinery/quantity.ts';
import { defineKind } from '../descriptor.ts';
import { validateLabelSelector } from '../validation/labels.ts';
import { IMMUTABLE } from '../validation/rules.ts';

function validate({ nodeTopology, storageClassName, capacity }: CSIStorageCapacity): FieldError[] {
  const errors = [
    ...validateLabelSelector(nodeTopology, 'nodeTopology'),
    ...invalidValues('storageClassName', storageClassName, validateDnsSubdomain(storageClassName)),
  ];
  if (capacity !== undefined && (parseQuantity(capacity)?.nanos ?? 0n) < 0n)
    errors.push(invalidValue('capacity', capacity, 'must be greater than or equal to 0'));
  return errors;
}

export const csiStorageCapacities = defineKind<CSIStorageCapacity>('storage.k8s.io/v1', 'csistoragecapacities', {
  metadataChecks: ['as new', 'as changed'],
  validate,
  validateUpdate: (object, old) => [
    ...(jsonEqual(object.nodeTopology ?? null, old.nodeTopology ?? null) ? [] : [invalidValue('nodeTopology', object.nodeTopology ?? null, IMMUTABLE)]),
    ...(object.storageClassName === old.storageClassName ? [] : [invalidValue('storageClassName', object.storageClassName, IMMUTABLE)]),
  ],
  row: ({ metadata }) => [metadata.name ?? '', metadata.creationTimestamp ?? ''],
});
