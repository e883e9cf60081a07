// What is wrong with a CustomResourceDefinition. Models apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../../../kube/api/apiextensions-v1.ts';
import { invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateDns1035Label, validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { goVersions } from './go-versions.ts';
import { validateSchema } from './schema-validation.ts';

const SCOPES = ['Cluster', 'Namespaced'];
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['int32', 'int64', 'float', 'double', 'byte', 'date', 'date-time', 'password'];
const SIMPLE_PATH = /^\.[A-Za-z0-9_\-.[\]\\/?(@=!"' )*]+$/;
const APPROVAL = 'api-approved.kubernetes.io';

export function validateDefinition(crd: CustomResourceDefinition): FieldError[] {
  const { spec, status, metadata } = crd;
  const errors: FieldError[] = [];
  if (metadata.name !== `${spec.names.plural}.${spec.group}` || !spec.names.plural)
    errors.push(invalidValue('metadata.name', metadata.name ?? '', 'must be spec.names.plural+"."+spec.group'));
  errors.push(...validateSpec(spec), ...validateStored(spec, status.storedVersions), ...validateApproval(crd));
  return errors;
}

export function validateDefinitionUpdate(next: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const errors = [...validateSpec(next.spec), ...validateStored(next.spec, next.status.storedVersions)];
  const established = old.status.conditions.some(({ type, status }) => type === 'Established' && status === 'True');
  if (established) {
    errors.push(...immutable(next.spec.scope, old.spec.scope, 'spec.scope'), ...immutable(next.spec.names.kind, old.spec.names.kind, 'spec.names.kind'));
  }
  errors.push(...immutable(next.spec.group, old.spec.group, 'spec.group'), ...immutable(next.spec.names.plural, old.spec.names.plural, 'spec.names.plural'));
  return errors;
}
const immutable = (next: unknown, old: unknown, field: string): FieldError[] => (jsonEqual(next, old) ? [] : [invalidValue(field, next, 'field is immutable')]);

/** Several versions that say the same are said once, for all. */
const isHoisted = (versions: readonly CustomResourceDefinitionVersion[]): boolean => {
  const said = ({ schema, subresources, additionalPrinterColumns, selectableFields }: CustomResourceDefinitionVersion): unknown => ({
    schema,
    subresources,
    additionalPrinterColumns,
    selectableFields,
  });
  return versions.every((each) => jsonEqual(said(each), said(versions[0] as CustomResourceDefinitionVersion)));
};

function validateSpec(spec: CustomResourceDefinitionSpec): FieldError[] {
  const errors: FieldError[] = [];
  const versions = spec.versions ?? [];
  if (!spec.group) errors.push(requiredValue('spec.group'));
  else {
    const problems = validateDnsSubdomain(spec.group);
    errors.push(...invalidValues('spec.group', spec.group, problems));
    if (!problems.length && !spec.group.includes('.')) errors.push(invalidValue('spec.group', spec.group, 'should be a domain with at least one dot'));
  }
  if (!spec.scope) errors.push(requiredValue('spec.scope'));
  else if (!SCOPES.includes(spec.scope)) errors.push(notSupported('spec.scope', spec.scope, SCOPES));
  const hoisted = versions.length > 0 && versions.every(({ schema }) => schema?.openAPIV3Schema) && isHoisted(versions);
  for (const [i, version] of versions.entries()) {
    const at = `spec.versions[${i}]`;
    if (!version.schema?.openAPIV3Schema) errors.push(requiredValue(`${at}.schema.openAPIV3Schema`));
    errors.push(...invalidValues(`${at}.name`, version.name, validateDns1035Label(version.name)));
    if (version.deprecationWarning !== undefined && !version.deprecated)
      errors.push(invalidValue(`${at}.deprecationWarning`, version.deprecationWarning, 'can only be set for deprecated versions'));
    if (!hoisted) errors.push(...validateVersion(version, at, `${at}.schema.openAPIV3Schema`, 'additionalPrinterColumns'));
  }
  if (versions[0]) errors.push(...invalidValues('spec.version', versions[0].name, validateDns1035Label(versions[0].name)));
  const shown = (): unknown => (spec.versions ? goVersions(versions, hoisted) : null);
  if (new Set(versions.map(({ name }) => name)).size !== versions.length)
    errors.push(invalidValue('spec.versions', shown(), 'must contain unique version names'));
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(invalidValue('spec.versions', shown(), 'must have exactly one version marked as storage version'));
  errors.push(...validateNames(spec.names));
  if (hoisted && versions[0]) errors.push(...validateVersion(versions[0], 'spec', 'spec.validation.openAPIV3Schema', 'additionalPrinterColumns'));
  if (spec.preserveUnknownFields === true)
    errors.push(invalidValue('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema'));
  errors.push(...validateConversion(spec));
  return errors;
}

function validateVersion(
  { schema, subresources, additionalPrinterColumns, selectableFields }: CustomResourceDefinitionVersion,
  at: string,
  schemaAt: string,
  columns: string,
): FieldError[] {
  const errors: FieldError[] = schema?.openAPIV3Schema ? validateSchema(schema.openAPIV3Schema, schemaAt) : [];
  const scale = subresources?.scale;
  if (scale) {
    const path = (name: 'specReplicasPath' | 'statusReplicasPath', prefix: string): void => {
      const field = `${at}.subresources.scale.${name}`;
      const value = scale[name];
      if (!value) errors.push(requiredValue(field));
      else if (!SIMPLE_PATH.test(value)) errors.push(invalidValue(field, value, 'must be a simple json path starting with .'));
      else if (!value.startsWith(prefix)) errors.push(invalidValue(field, value, `should be a json path under ${prefix.slice(0, -1)}`));
    };
    path('specReplicasPath', '.spec.');
    path('statusReplicasPath', '.status.');
    if (scale.labelSelectorPath && !SIMPLE_PATH.test(scale.labelSelectorPath))
      errors.push(invalidValue(`${at}.subresources.scale.labelSelectorPath`, scale.labelSelectorPath, 'must be a simple json path starting with .'));
  }
  for (const [i, { name, type, format, jsonPath }] of (additionalPrinterColumns ?? []).entries()) {
    const field = `${at}.${columns}[${i}]`;
    if (!name) errors.push(requiredValue(`${field}.name`));
    if (!type) errors.push(requiredValue(`${field}.type`, `must be one of ${COLUMN_TYPES.join(',')}`));
    else if (!COLUMN_TYPES.includes(type)) errors.push(invalidValue(`${field}.type`, type, `must be one of ${COLUMN_TYPES.join(',')}`));
    if (format && !COLUMN_FORMATS.includes(format))
      errors.push(invalidValue(`${field}.format`, format, `must be one of ${[...COLUMN_FORMATS].sort().join(',')}`));
    if (!jsonPath) errors.push(requiredValue(`${field}.JSONPath`));
    else if (!SIMPLE_PATH.test(jsonPath)) errors.push(invalidValue(`${field}.JSONPath`, jsonPath, 'must be a simple json path starting with .'));
  }
  for (const [i, { jsonPath }] of (selectableFields ?? []).entries()) if (!jsonPath) errors.push(requiredValue(`${at}.selectableFields[${i}].jsonPath`));
  return errors;
}

const MIXED_CASE = 'may have mixed case, but should otherwise match: ';
function validateNames(names: CustomResourceDefinitionNames): FieldError[] {
  const errors: FieldError[] = [];
  const lower = (field: string, value: string | undefined): void => {
    if (!value) errors.push(requiredValue(field));
    else errors.push(...invalidValues(field, value, validateDns1035Label(value)));
  };
  const mixed = (field: string, value: string | undefined): void => {
    if (!value) errors.push(requiredValue(field));
    else
      errors.push(
        ...invalidValues(
          field,
          value,
          validateDns1035Label(value.toLowerCase()).map((problem) => MIXED_CASE + problem),
        ),
      );
  };
  lower('spec.names.plural', names.plural);
  lower('spec.names.singular', names.singular);
  mixed('spec.names.kind', names.kind);
  mixed('spec.names.listKind', names.listKind);
  for (const [i, name] of (names.shortNames ?? []).entries()) errors.push(...invalidValues(`spec.names.shortNames[${i}]`, name, validateDns1035Label(name)));
  for (const [i, name] of (names.categories ?? []).entries()) errors.push(...invalidValues(`spec.names.categories[${i}]`, name, validateDns1035Label(name)));
  if (names.kind && names.kind === names.listKind) errors.push(invalidValue('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  return errors;
}

function validateConversion({ conversion }: CustomResourceDefinitionSpec): FieldError[] {
  if (!conversion || conversion.strategy === 'None') return [];
  if (conversion.strategy !== 'Webhook') return [notSupported('spec.conversion.strategy', conversion.strategy, ['None', 'Webhook'])];
  return conversion.webhook?.clientConfig ? [] : [requiredValue('spec.conversion.webhookClientConfig', 'required when strategy is set to Webhook')];
}

function validateStored({ versions }: CustomResourceDefinitionSpec, stored: readonly string[] | null | undefined): FieldError[] {
  const field = 'status.storedVersions';
  if (!stored?.length) return [invalidValue(field, null, 'must have at least one stored version')];
  const errors: FieldError[] = [];
  for (const [i, name] of stored.entries())
    if (!versions.some((each) => each.name === name))
      errors.push(
        invalidValue(
          `${field}[${i}]`,
          name,
          `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
        ),
      );
  const storage = versions.filter((each) => each.storage).map(({ name }) => name);
  const last = storage.at(-1);
  if (storage.length > 1 && last !== undefined) errors.push(invalidValue(field, stored, `must have the storage version ${last}`));
  return errors;
}

function validateApproval({ spec, metadata }: CustomResourceDefinition): FieldError[] {
  const isProtected = /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(spec.group);
  const approval = metadata.annotations?.[APPROVAL];
  if (!isProtected || (approval && (approval.startsWith('unapproved') || URL.canParse(approval)))) return [];
  const why = `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`;
  return [requiredValue(`metadata.annotations[${APPROVAL}]`, why)];
}
