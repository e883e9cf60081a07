// Checks of metadata that hold for every kind. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
import type { ObjectMeta } from '../../kube/api/meta-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, requiredValue, tooLong, type FieldError } from '../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../kube/machinery/json.ts';
import type { KubeObject } from '../../kube/machinery/object.ts';
import { validateDns1035Label, validateDnsLabel, validateDnsSubdomain, validateLabelKey, validateLabelValue } from '../../kube/machinery/names.ts';
import type { NameRule } from './descriptor.ts';

const TOTAL_ANNOTATION_BYTES = 256 * 1024;

/** Names of roles and the like: what may stand in a URL path. */
function validatePathSegment(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((each) => name.includes(each)).map((each) => `may not contain '${each}'`);
}

const NAME_RULES: Readonly<Record<NameRule, (name: string) => string[]>> = {
  'dns-subdomain': validateDnsSubdomain,
  'dns-label': validateDnsLabel,
  'dns-1035-label': validateDns1035Label,
  'path-segment': validatePathSegment,
};

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, field: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...invalidValues(field, key, validateLabelKey(key)),
    ...invalidValues(field, value, validateLabelValue(value)),
  ]);
}

export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, field: string): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const errors = entries.flatMap(([key]) => invalidValues(field, key, validateLabelKey(key.toLowerCase())));
  const total = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (total > TOTAL_ANNOTATION_BYTES) errors.push(tooLong(field, TOTAL_ANNOTATION_BYTES));
  return errors;
}

/** Of a new object, its name already generated where it was to be. */
export function validateMetadata(metadata: ObjectMeta, namespaced: boolean, rule: NameRule, bareFinalizers = false): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', generateName, namespace } = metadata;
  if (generateName) errors.push(...invalidValues('metadata.generateName', generateName, NAME_RULES[rule](generateName.replace(/-$/, 'a'))));
  if (name === '') errors.push(requiredValue('metadata.name', 'name or generateName is required'));
  else errors.push(...invalidValues('metadata.name', name, NAME_RULES[rule](name)));
  if (namespaced) {
    if (!namespace) errors.push(requiredValue('metadata.namespace'));
    else errors.push(...invalidValues('metadata.namespace', namespace, validateDnsLabel(namespace)));
  } else if (namespace) errors.push(forbiddenValue('metadata.namespace', 'not allowed on this type'));
  errors.push(
    ...validateLabels(metadata.labels, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations, 'metadata.annotations'),
    ...validateOwners(metadata),
    ...validateFinalizers(metadata, bareFinalizers),
  );
  return errors;
}

function validateOwners({ ownerReferences = [] }: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  for (const owner of ownerReferences) {
    if (!owner.apiVersion) errors.push(invalidValue('metadata.ownerReferences.apiVersion', owner.apiVersion ?? '', 'version must not be empty'));
    if (!owner.kind) errors.push(invalidValue('metadata.ownerReferences.kind', owner.kind, 'must not be empty'));
    if (!owner.name) errors.push(invalidValue('metadata.ownerReferences.name', owner.name, 'must not be empty'));
    if (!owner.uid) errors.push(invalidValue('metadata.ownerReferences.uid', owner.uid, 'must not be empty'));
  }
  const controllers = ownerReferences.filter((owner) => owner.controller);
  if (controllers.length > 1)
    errors.push(
      invalidValue(
        'metadata.ownerReferences',
        ownerReferences,
        `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]?.name ?? ''} and ${controllers[1]?.name ?? ''}`,
      ),
    );
  return errors;
}

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);
function validateFinalizers({ finalizers = [] }: ObjectMeta, bare: boolean): FieldError[] {
  const errors: FieldError[] = [];
  for (const finalizer of finalizers) {
    const problems = validateLabelKey(finalizer);
    errors.push(...invalidValues('metadata.finalizers', finalizer, problems));
    if (!bare && !problems.length && !finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer))
      errors.push(invalidValue('metadata.finalizers', finalizer, 'name is neither a standard finalizer name nor is it fully qualified'));
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalidValue('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  return errors;
}

/** Of a changed object: what never changes did not, and no finalizer came once deletion began. */
export function validateMetadataUpdate(next: KubeObject, old: KubeObject, bareFinalizers = false): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata } = next;
  if (old.metadata.deletionTimestamp) {
    const added = (metadata.finalizers ?? []).filter((each) => !old.metadata.finalizers?.includes(each));
    if (added.length)
      errors.push(
        forbiddenValue(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((each) => JSON.stringify(each)).join(', ')}}`,
        ),
      );
  }
  for (const key of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (!jsonEqual(metadata[key] ?? null, old.metadata[key] ?? null)) errors.push(invalidValue(`metadata.${key}`, metadata[key] ?? '', 'field is immutable'));
  }
  errors.push(
    ...validateLabels(metadata.labels, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations, 'metadata.annotations'),
    ...validateOwners(metadata),
    ...validateFinalizers(metadata, bareFinalizers),
  );
  return errors;
}
