// Environment variables of containers. Models kubernetes/pkg/apis/core/validation/validation.go
import type { EnvFromSource, EnvVar, FileKeySelector } from '../../../../kube/api/core-v1.ts';
import { invalidValue, invalidValues, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateConfigMapKey, validateDnsSubdomain, validateEnvVarName } from '../../../../kube/machinery/names.ts';
import { validateDnsLabelField } from '../../validation/rules.ts';
import { ENV_FIELDS, validateObjectFieldSelector, validateResourceFieldSelector } from './field-selector.ts';
import { validatePathNoBacksteps } from './volume-paths.ts';

function validateKeySelector({ name = '', key }: { readonly name?: string; readonly key: string }, field: string): FieldError[] {
  return [
    ...invalidValues(`${field}.name`, name, validateDnsSubdomain(name)),
    ...(key ? invalidValues(`${field}.key`, key, validateConfigMapKey(key)) : [requiredValue(`${field}.key`)]),
  ];
}

function validateFileKeySelector({ key, volumeName, path }: FileKeySelector, field: string): FieldError[] {
  return [
    ...(key ? invalidValues(`${field}.key`, key, validateEnvVarName(key)) : [requiredValue(`${field}.key`)]),
    ...(volumeName ? validateDnsLabelField(volumeName, `${field}.volumeName`) : [requiredValue(`${field}.volumeName`)]),
    ...(path ? validatePathNoBacksteps(path, `${field}.path`) : [requiredValue(`${field}.path`)]),
  ];
}

function validateValueFrom({ value, valueFrom }: EnvVar, field: string): FieldError[] {
  if (!valueFrom) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateObjectFieldSelector(fieldRef, ENV_FIELDS, `${field}.fieldRef`));
  if (resourceFieldRef) errors.push(...validateResourceFieldSelector(resourceFieldRef, `${field}.resourceFieldRef`, false));
  if (configMapKeyRef) errors.push(...validateKeySelector(configMapKeyRef, `${field}.configMapKeyRef`));
  if (secretKeyRef) errors.push(...validateKeySelector(secretKeyRef, `${field}.secretKeyRef`));
  if (fileKeyRef) errors.push(...validateFileKeySelector(fileKeyRef, `${field}.fileKeyRef`));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (sources === 0)
    errors.push(invalidValue(field, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'));
  else if (value) errors.push(invalidValue(field, '', 'may not be specified when `value` is not empty'));
  else if (sources > 1) errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
  return errors;
}

export function validateEnv(variables: readonly EnvVar[], field: string): FieldError[] {
  return variables.flatMap((each, i) => {
    const at = `${field}[${i}]`;
    return [
      ...(each.name ? invalidValues(`${at}.name`, each.name, validateEnvVarName(each.name)) : [requiredValue(`${at}.name`)]),
      ...validateValueFrom(each, `${at}.valueFrom`),
    ];
  });
}

const validateSource = ({ name }: { readonly name?: string }, field: string): FieldError[] =>
  name ? invalidValues(`${field}.name`, name, validateDnsSubdomain(name)) : [requiredValue(`${field}.name`)];

export function validateEnvFrom(sources: readonly EnvFromSource[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const at = `${field}[${i}]`;
    if (prefix) errors.push(...invalidValues(`${at}.prefix`, prefix, validateEnvVarName(prefix)));
    if (configMapRef) errors.push(...validateSource(configMapRef, `${at}.configMapRef`));
    if (secretRef) errors.push(...validateSource(secretRef, `${at}.secretRef`));
    if (!configMapRef && !secretRef) errors.push(invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (configMapRef && secretRef) errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}
