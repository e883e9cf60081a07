// What is wrong with a CustomResourceDefinition. Models apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../../../kube/api/apiextensions-v1.ts';
import { urlProblem } from '../../../kube/machinery/go-url.ts';
import { forbiddenValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateDns1035Label, validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { validateClientConfig } from '../admissionregistration/rules.ts';
import { goVersions, type Hoisted } from './go-versions.ts';
import { validateSchema } from './schema-validation.ts';
import { validateColumns, validateScale, validateSelectableFields } from './version-validation.ts';

const SCOPES = ['Cluster', 'Namespaced'];
const APPROVAL = 'api-approved.kubernetes.io';
const REVIEW_VERSIONS = ['v1', 'v1beta1'];

export function validateDefinition(crd: CustomResourceDefinition): FieldError[] {
  const { spec, status, metadata } = crd;
  const errors: FieldError[] = [];
  if (metadata.name !== `${spec.names.plural}.${spec.group}`)
    errors.push(invalidValue('metadata.name', metadata.name ?? '', 'must be spec.names.plural+"."+spec.group'));
  errors.push(...validateSpec(spec), ...validateStored(spec, status.storedVersions), ...validateApproval(crd), ...preservationErrors(spec));
  return errors;
}

export function validateDefinitionUpdate(next: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const errors = validateSpec(next.spec, old.spec);
  const established = (old.status.conditions ?? []).some(({ type, status }) => type === 'Established' && status === 'True');
  if (established)
    errors.push(...immutable(next.spec.scope, old.spec.scope, 'spec.scope'), ...immutable(next.spec.names.kind, old.spec.names.kind, 'spec.names.kind'));
  errors.push(...immutable(next.spec.group, old.spec.group, 'spec.group'), ...immutable(next.spec.names.plural, old.spec.names.plural, 'spec.names.plural'));
  errors.push(...validateStored(next.spec, next.status.storedVersions));
  const [approval, before] = [approvalOf(next), approvalOf(old)];
  if (approval.state !== before.state) errors.push(...validateApproval(next));
  if (!old.spec.preserveUnknownFields) errors.push(...preservationErrors(next.spec));
  return errors;
}
const immutable = (next: unknown, old: unknown, field: string): FieldError[] => (jsonEqual(next, old) ? [] : [invalidValue(field, next, 'field is immutable')]);
const preservationErrors = ({ preserveUnknownFields }: CustomResourceDefinitionSpec): FieldError[] =>
  preserveUnknownFields
    ? [
        invalidValue(
          'spec.preserveUnknownFields',
          true,
          'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
        ),
      ]
    : [];

/** What several versions say alike is said once, for all. */
function hoistedOf(versions: readonly CustomResourceDefinitionVersion[]): Hoisted {
  const same = (key: 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'): boolean =>
    versions[0]?.[key] !== undefined && versions.every((each) => jsonEqual(each[key], versions[0]?.[key]));
  return {
    schema: same('schema'),
    subresources: same('subresources'),
    columns: same('additionalPrinterColumns') && (versions[0]?.additionalPrinterColumns?.length ?? 0) > 0,
    selectableFields: same('selectableFields'),
  };
}

/** `old`: what was accepted before; schemas that have not changed are not held to new limits. */
function validateSpec(spec: CustomResourceDefinitionSpec, old?: CustomResourceDefinitionSpec): FieldError[] {
  const errors: FieldError[] = [];
  const versions = spec.versions ?? [];
  if (!spec.group) errors.push(requiredValue('spec.group'));
  else {
    const problems = validateDnsSubdomain(spec.group);
    if (problems.length) errors.push(invalidValue('spec.group', spec.group, problems.join(',')));
    else if (!spec.group.includes('.')) errors.push(invalidValue('spec.group', spec.group, 'should be a domain with at least one dot'));
  }
  if (!spec.scope) errors.push(requiredValue('spec.scope'));
  else if (!SCOPES.includes(spec.scope)) errors.push(notSupported('spec.scope', spec.scope, SCOPES));
  const hoisted = hoistedOf(versions);
  for (const [i, { schema }] of versions.entries()) if (!schema?.openAPIV3Schema) errors.push(requiredValue(`spec.versions[${i}].schema.openAPIV3Schema`));
  if (spec.preserveUnknownFields && versions.some(({ schema }) => JSON.stringify(schema ?? {}).includes('"default":')))
    errors.push(invalidValue('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema'));
  for (const [i, version] of versions.entries()) errors.push(...validateVersion(version, `spec.versions[${i}]`, hoisted, known(version, old)));
  const shown = (): unknown => goVersions(versions, hoisted);
  if (new Set(versions.map(({ name }) => name)).size !== versions.length)
    errors.push(invalidValue('spec.versions', shown(), 'must contain unique version names'));
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(invalidValue('spec.versions', shown(), 'must have exactly one version marked as storage version'));
  const [first] = versions;
  if (first) errors.push(...joined('spec.version', first.name, validateDns1035Label(first.name)));
  errors.push(...requiredNames(spec.names), ...validateNames(spec.names));
  if (first) errors.push(...validateAbove(first, versions, hoisted, known(first, old)));
  return [...errors, ...validateConversion(spec)];
}
const joined = (field: string, value: string, problems: readonly string[]): FieldError[] =>
  problems.length ? [invalidValue(field, value, problems.join(','))] : [];
/** The same schema as before, undefined where it is new. */
function known(version: CustomResourceDefinitionVersion, old: CustomResourceDefinitionSpec | undefined): CustomResourceDefinitionVersion | undefined {
  const before = old?.versions.find(({ name }) => name === version.name);
  return before && jsonEqual(before.schema, version.schema) ? before : undefined;
}

function validateVersion(
  version: CustomResourceDefinitionVersion,
  at: string,
  hoisted: Hoisted,
  before: CustomResourceDefinitionVersion | undefined,
): FieldError[] {
  const { name, schema, subresources, additionalPrinterColumns, selectableFields, deprecated, deprecationWarning } = version;
  const errors = joined(`${at}.name`, name, validateDns1035Label(name));
  errors.push(...warningErrors(deprecated, deprecationWarning).map((why) => invalidValue(`${at}.deprecationWarning`, deprecationWarning, why)));
  const openApi = schema?.openAPIV3Schema;
  if (openApi && !hoisted.schema)
    errors.push(...validateSchema(openApi, `${at}.schema.openAPIV3Schema`, subresources?.status !== undefined, before?.schema?.openAPIV3Schema));
  if (!hoisted.subresources) errors.push(...validateScale(subresources?.scale, `${at}.subresources`));
  if (!hoisted.columns) errors.push(...validateColumns(additionalPrinterColumns, `${at}.additionalPrinterColumns`));
  if (!hoisted.selectableFields) errors.push(...validateSelectableFields(selectableFields, hoisted.schema ? undefined : openApi, `${at}.selectableFields`));
  return errors;
}
/** What all versions say, with the first of them. */
function validateAbove(
  { schema, subresources, additionalPrinterColumns, selectableFields }: CustomResourceDefinitionVersion,
  versions: readonly CustomResourceDefinitionVersion[],
  hoisted: Hoisted,
  before: CustomResourceDefinitionVersion | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const openApi = schema?.openAPIV3Schema;
  const hasStatus = versions.some((each) => each.subresources?.status !== undefined);
  if (openApi && hoisted.schema) errors.push(...validateSchema(openApi, 'spec.validation.openAPIV3Schema', hasStatus, before?.schema?.openAPIV3Schema));
  if (hoisted.subresources) errors.push(...validateScale(subresources?.scale, 'spec.subresources'));
  if (hoisted.columns) errors.push(...validateColumns(additionalPrinterColumns, 'spec.additionalPrinterColumns'));
  if (hoisted.selectableFields) errors.push(...validateSelectableFields(selectableFields, hoisted.schema ? openApi : undefined, 'spec.selectableFields'));
  return errors;
}

function warningErrors(deprecated: boolean | undefined, warning: string | undefined): string[] {
  if (warning === undefined) return [];
  if (!deprecated) return ['can only be set for deprecated versions'];
  const errors: string[] = [];
  if (Buffer.byteLength(warning) > 256) errors.push('must be <= 256 characters long');
  if (warning === '') errors.push('must not be an empty string');
  let index = 0;
  for (const each of warning) {
    if (/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(each))
      errors.push(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
    else if (/\p{Cc}/u.test(each)) {
      errors.push(`must only contain printable UTF-8 characters; control character found at index ${index}`);
      break;
    }
    index += Buffer.byteLength(each);
  }
  return errors;
}

const requiredNames = (names: CustomResourceDefinitionNames): FieldError[] =>
  (['plural', 'singular', 'kind', 'listKind'] as const).filter((key) => !names[key]).map((key) => requiredValue(`spec.names.${key}`));

const MIXED_CASE = 'may have mixed case, but should otherwise match: ';
function validateNames(names: CustomResourceDefinitionNames): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['plural', 'singular'] as const) if (names[key]) errors.push(...joined(`spec.names.${key}`, names[key], validateDns1035Label(names[key])));
  for (const key of ['kind', 'listKind'] as const) {
    const problems = names[key] ? validateDns1035Label(names[key].toLowerCase()) : [];
    if (problems.length) errors.push(invalidValue(`spec.names.${key}`, names[key], MIXED_CASE + problems.join(',')));
  }
  for (const [i, name] of (names.shortNames ?? []).entries()) errors.push(...joined(`spec.names.shortNames[${i}]`, name, validateDns1035Label(name)));
  if (names.kind && names.kind === names.listKind) errors.push(invalidValue('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  for (const [i, name] of (names.categories ?? []).entries()) errors.push(...joined(`spec.names.categories[${i}]`, name, validateDns1035Label(name)));
  return errors;
}

function validateConversion({ conversion, preserveUnknownFields }: CustomResourceDefinitionSpec): FieldError[] {
  if (!conversion) return [];
  const at = 'spec.conversion';
  const errors: FieldError[] = [];
  const { strategy, webhook } = conversion;
  if (strategy !== 'None' && preserveUnknownFields) errors.push(invalidValue(`${at}.strategy`, strategy, 'must be None if spec.preserveUnknownFields is true'));
  if (strategy !== 'None' && strategy !== 'Webhook') errors.push(notSupported(`${at}.strategy`, strategy, ['None', 'Webhook']));
  const versions = webhook?.conversionReviewVersions ?? [];
  if (strategy !== 'Webhook') {
    if (webhook?.clientConfig) errors.push(forbiddenValue(`${at}.webhookClientConfig`, 'should not be set when strategy is not set to Webhook'));
    if (versions.length) errors.push(forbiddenValue(`${at}.conversionReviewVersions`, 'should not be set when strategy is not set to Webhook'));
    return errors;
  }
  if (webhook?.clientConfig) errors.push(...validateClientConfig(webhook.clientConfig, `${at}.webhookClientConfig`));
  else errors.push(requiredValue(`${at}.webhookClientConfig`, 'required when strategy is set to Webhook'));
  return [...errors, ...reviewVersionErrors(versions, `${at}.conversionReviewVersions`)];
}
function reviewVersionErrors(versions: readonly string[], field: string): FieldError[] {
  if (!versions.length) return [requiredValue(field)];
  const errors: FieldError[] = [];
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) !== i) errors.push(invalidValue(`${field}[${i}]`, version, 'duplicate version'));
    else errors.push(...validateDns1035Label(version).map((why) => invalidValue(`${field}[${i}]`, version, why)));
  }
  if (!versions.some((each) => REVIEW_VERSIONS.includes(each)))
    errors.push(invalidValue(field, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`));
  return errors;
}

function validateStored({ versions }: CustomResourceDefinitionSpec, stored: readonly string[] | null | undefined): FieldError[] {
  const field = 'status.storedVersions';
  if (!stored?.length) return [invalidValue(field, null, 'must have at least one stored version')];
  const errors = (versions ?? [])
    .filter(({ name, storage }) => storage && !stored.includes(name))
    .map(({ name }) => invalidValue(field, stored, `must have the storage version ${name}`));
  for (const [i, name] of stored.entries())
    if (!versions.some((each) => each.name === name))
      errors.push(
        invalidValue(
          `${field}[${i}]`,
          name,
          `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
        ),
      );
  return errors;
}

type Approval = 'given' | 'bypassed' | 'missing' | 'invalid';
function approvalOf({ metadata }: CustomResourceDefinition): { readonly state: Approval; readonly text: string } {
  const text = metadata.annotations?.[APPROVAL] ?? '';
  if (text === '') return { state: 'missing', text };
  if (text.startsWith('unapproved')) return { state: 'bypassed', text };
  return { state: urlProblem(text, true) === undefined && /^[A-Za-z][\w+.-]*:\/\/[^/]/.test(text) ? 'given' : 'invalid', text };
}
function validateApproval(crd: CustomResourceDefinition): FieldError[] {
  if (!/(?:^|\.)(?:k8s|kubernetes)\.io$/.test(crd.spec.group)) return [];
  const { state, text } = approvalOf(crd);
  const must = `protected groups must have approval annotation "${APPROVAL}"`;
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  const field = `metadata.annotations[${APPROVAL}]`;
  if (state === 'missing') return [requiredValue(field, `${must}, ${see}`)];
  return state === 'invalid' ? [invalidValue(field, text, `${must} with either a URL or a reason starting with "unapproved", ${see}`)] : [];
}
