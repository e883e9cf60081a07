// Checks of metadata that hold for every kind. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
import type { ObjectMeta } from '../../../kube/api/meta-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import type { KubeObject } from '../../../kube/machinery/object.ts';
import { validateDns1035Label, validateDnsLabel, validateDnsSubdomain, validateLabelKey } from '../../../kube/machinery/names.ts';
import type { NameRule } from '../descriptor.ts';
import { internalForm } from './internal-form.ts';
import { validateAnnotations, validateLabels } from './labels.ts';
import { validatePathSegment } from './path-segment.ts';

const NAME_RULES: Readonly<Record<NameRule, (name: string) => string[]>> = {
  'dns-subdomain': validateDnsSubdomain,
  'dns-label': validateDnsLabel,
  'dns-1035-label': validateDns1035Label,
  'path-segment': validatePathSegment,
};

/** A generated suffix follows the dash. */
const asPrefix = (name: string): string => (name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name);

/** Of a new object, its name already generated where it was to be. */
export function validateMetadata(metadata: ObjectMeta, namespaced: boolean, rule: NameRule, bareFinalizers = false): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', generateName, namespace, generation = 0 } = metadata;
  if (generateName) errors.push(...invalidValues('metadata.generateName', generateName, NAME_RULES[rule](asPrefix(generateName))));
  if (name === '') errors.push(requiredValue('metadata.name', 'name or generateName is required'));
  else errors.push(...invalidValues('metadata.name', name, NAME_RULES[rule](name)));
  if (namespaced) {
    if (!namespace) errors.push(requiredValue('metadata.namespace'));
    else errors.push(...invalidValues('metadata.namespace', namespace, validateDnsLabel(namespace)));
  } else if (namespace) errors.push(forbiddenValue('metadata.namespace', 'not allowed on this type'));
  if (generation < 0) errors.push(invalidValue('metadata.generation', generation, 'must be greater than or equal to 0'));
  errors.push(
    ...validateLabels(metadata.labels, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations, 'metadata.annotations'),
    ...validateOwners(metadata),
    ...validateFinalizers(metadata),
    ...(bareFinalizers ? [] : validateKubeFinalizers(metadata)),
  );
  return errors;
}

const OWNERS = 'metadata.ownerReferences';
function validateOwners({ ownerReferences = [] }: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  for (const owner of ownerReferences) {
    if (!owner.apiVersion || owner.apiVersion.split('/').length > 2)
      errors.push(invalidValue(`${OWNERS}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
    if (!owner.kind) errors.push(invalidValue(`${OWNERS}.kind`, owner.kind ?? '', 'must not be empty'));
    if (!owner.name) errors.push(invalidValue(`${OWNERS}.name`, owner.name ?? '', 'must not be empty'));
    if (!owner.uid) errors.push(invalidValue(`${OWNERS}.uid`, owner.uid ?? '', 'must not be empty'));
    if (owner.apiVersion === 'v1' && owner.kind === 'Event')
      errors.push(invalidValue(OWNERS, internalForm('meta.OwnerReference', owner), '/v1, Kind=Event is disallowed from being an owner'));
    if (!owner.controller) continue;
    const current = `${owner.kind}/${owner.name}`;
    if (controller)
      errors.push(
        invalidValue(
          OWNERS,
          internalForm('l meta.OwnerReference', ownerReferences),
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`,
        ),
      );
    else controller = current;
  }
  return errors;
}

function validateFinalizers({ finalizers = [] }: ObjectMeta): FieldError[] {
  const errors = finalizers.flatMap((each) => invalidValues('metadata.finalizers', each, validateLabelKey(each)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalidValue('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  return errors;
}

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);
export function validateKubeFinalizer(finalizer: string, field: string): FieldError[] {
  return finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)
    ? []
    : [invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
}
const validateKubeFinalizers = ({ finalizers = [] }: ObjectMeta): FieldError[] =>
  finalizers.flatMap((each, i) => validateKubeFinalizer(each, `metadata.finalizers[${i}]`));

/** How a strategy looks at the metadata of a changed object: at what it may not have changed, or as if it were new. */
export type MetadataCheck = 'as changed' | 'as new';

export interface MetadataRules {
  readonly namespaced: boolean;
  readonly names: NameRule;
  readonly bareFinalizers: boolean;
  /** Of the strategy, after the generic registry has looked twice. */
  readonly checks: readonly MetadataCheck[];
}

/** Of a changed object, as often as upstream: first the generic registry, then the strategy. What is wrong is told each time. */
export function validateChangedMetadata(next: KubeObject, old: KubeObject, { namespaced, names, bareFinalizers, checks }: MetadataRules): FieldError[] {
  const errors = [...validateMetadata(next.metadata, namespaced, 'path-segment', true), ...validateMetadataUpdate(next, old, true)];
  for (const check of checks)
    errors.push(
      ...(check === 'as new' ? validateMetadata(next.metadata, namespaced, names, bareFinalizers) : validateMetadataUpdate(next, old, bareFinalizers)),
    );
  return errors;
}

/** What never changes did not, and no finalizer came once deletion began. */
function validateMetadataUpdate(next: KubeObject, old: KubeObject, bareFinalizers: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata } = next;
  if (old.metadata.deletionTimestamp) {
    const added = [...new Set(metadata.finalizers ?? [])].filter((each) => !old.metadata.finalizers?.includes(each)).sort();
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
    ...(bareFinalizers ? [] : validateKubeFinalizers(metadata)),
  );
  return errors;
}
