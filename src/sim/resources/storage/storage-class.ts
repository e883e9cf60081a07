// StorageClass: nothing that provisioning depends on ever changes. Models kubernetes/pkg/apis/storage/validation/validation.go
import type { TopologySelectorTerm } from '../../../kube/api/core-v1.ts';
import type { StorageClass } from '../../../kube/api/storage-v1.ts';
import { duplicateValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateLabelKey } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { IMMUTABLE } from '../validation/rules.ts';
import { forbidChange, validateParameters, validateProvisioner } from './csi-names.ts';

const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
export const isDefaultStorageClass = ({ metadata }: Pick<StorageClass, 'metadata'>): boolean =>
  DEFAULT_ANNOTATIONS.some((each) => metadata.annotations?.[each] === 'true');

type Values = Readonly<Record<string, readonly string[]>>;

function validateTerm({ matchLabelExpressions = [] }: TopologySelectorTerm, field: string): { readonly errors: FieldError[]; readonly values: Values } {
  const errors: FieldError[] = [];
  const found: Record<string, string[]> = {};
  for (const [i, { key, values = [] }] of matchLabelExpressions.entries()) {
    const at = `${field}.matchLabelExpressions[${i}]`;
    if (!values.length) errors.push(requiredValue(`${at}.values`));
    for (const [j, value] of values.entries()) if (values.indexOf(value) < j) errors.push(duplicateValue(`${at}.values[${j}]`, value));
    errors.push(...invalidValues(`${at}.key`, key, validateLabelKey(key)));
    if (found[key]) errors.push(duplicateValue(`${at}.key`, key));
    found[key] = [...new Set(values)].sort();
  }
  return { errors, values: found };
}

function validateTopologies(terms: readonly TopologySelectorTerm[] = []): FieldError[] {
  // Upstream begins with as many empty ones as there are terms.
  const seen: Values[] = terms.map(() => ({}));
  return terms.flatMap((term, i) => {
    const at = `allowedTopologies[${i}]`;
    const { errors, values } = validateTerm(term, at);
    const doubles = seen.filter((each) => jsonEqual(each, values)).map(() => duplicateValue(`${at}.matchLabelExpressions`, ''));
    seen.push(values);
    return [...errors, ...doubles];
  });
}

const RECLAIM = ['Delete', 'Retain'];
const BINDING = ['Immediate', 'WaitForFirstConsumer'];

function validate(object: StorageClass): FieldError[] {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies } = object;
  return [
    ...validateProvisioner(provisioner, 'provisioner'),
    ...validateParameters(parameters, 'parameters', true),
    ...(reclaimPolicy && !RECLAIM.includes(reclaimPolicy) ? [notSupported('reclaimPolicy', reclaimPolicy, RECLAIM)] : []),
    ...(volumeBindingMode === undefined
      ? [requiredValue('volumeBindingMode')]
      : BINDING.includes(volumeBindingMode)
        ? []
        : [notSupported('volumeBindingMode', volumeBindingMode, BINDING)]),
    ...validateTopologies(allowedTopologies),
  ];
}

export const storageClasses = defineKind<StorageClass>('storage.k8s.io/v1', 'storageclasses', {
  metadataChecks: ['as new', 'as changed'],
  defaults(draft) {
    draft.reclaimPolicy ??= 'Delete';
    draft.volumeBindingMode ??= 'Immediate';
  },
  validate,
  validateUpdate: (object, old) => [
    ...forbidChange(object.parameters, old.parameters, 'parameters'),
    ...forbidChange(object.provisioner, old.provisioner, 'provisioner'),
    ...forbidChange(object.reclaimPolicy, old.reclaimPolicy, 'reclaimPolicy'),
    ...(object.volumeBindingMode === old.volumeBindingMode ? [] : [invalidValue('volumeBindingMode', object.volumeBindingMode, IMMUTABLE)]),
  ],
  row: (object, { now }) => [
    `${object.metadata.name ?? ''}${isDefaultStorageClass(object) ? ' (default)' : ''}`,
    object.provisioner,
    object.reclaimPolicy ?? 'Delete',
    object.volumeBindingMode ?? 'Immediate',
    object.allowVolumeExpansion ?? false,
    age(object, now),
  ],
});
