// CSINode: which drivers a node has. Models kubernetes/pkg/apis/storage/validation/validation.go
import type { CSINode, CSINodeDriver } from '../../../kube/api/storage-v1.ts';
import { duplicateValue, invalidValue, invalidValues, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateLabelKey } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { IMMUTABLE, validateNonnegative } from '../validation/rules.ts';
import { validateCsiDriverName } from './csi-names.ts';

const LONGEST_NODE_ID = 256;

function validateDriver({ name, nodeID, allocatable, topologyKeys }: CSINodeDriver, field: string, isDouble: boolean): FieldError[] {
  const keys = topologyKeys ?? [];
  const errors = validateCsiDriverName(name, `${field}.name`);
  if (!nodeID) errors.push(requiredValue(`${field}.nodeID`));
  if (nodeID.length > LONGEST_NODE_ID) errors.push(invalidValue(`${field}.nodeID`, nodeID, `must be ${LONGEST_NODE_ID} characters or less`));
  errors.push(...validateNonnegative(allocatable?.count, `${field}.allocatable.count`));
  if (isDouble) errors.push(duplicateValue(`${field}.name`, name));
  for (const [i, key] of keys.entries()) {
    if (!key) errors.push(requiredValue(field));
    if (keys.indexOf(key) < i) errors.push(duplicateValue(field, key));
    errors.push(...invalidValues(field, key, validateLabelKey(key)));
  }
  return errors;
}

const validate = ({ spec: { drivers = [] } }: CSINode): FieldError[] =>
  drivers.flatMap((each, i) => validateDriver(each, `spec.drivers[${i}]`, drivers.findIndex(({ name }) => name === each.name) < i));

/** Drivers in Go's words, without how much they can take. */
const shownDriver = ({ name, nodeID, topologyKeys }: CSINodeDriver): Record<string, unknown> => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys ?? null,
  Allocatable: null,
});

export const csiNodes = defineKind<CSINode>('storage.k8s.io/v1', 'csinodes', {
  metadataChecks: ['as new', 'as new'],
  validate,
  validateUpdate: (object, old) => [
    ...validate(object),
    ...(old.spec.drivers ?? []).flatMap((before) =>
      (object.spec.drivers ?? [])
        .filter((each) => each.name === before.name && !jsonEqual(shownDriver(each), shownDriver(before)))
        .map((each) => invalidValue('spec.drivers', shownDriver(each), IMMUTABLE)),
    ),
  ],
  row: (object, { now }) => [object.metadata.name ?? '', object.spec.drivers?.length ?? 0, age(object, now)],
});
