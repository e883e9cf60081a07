// Resource quotas: amounts and scopes. Models kubernetes/pkg/apis/core/validation/validation.go
import type { ResourceQuota, ResourceQuotaSpec } from '../../../../kube/api/core-v1.ts';
import { invalidValue, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { internalForm } from '../../validation/internal-form.ts';
import { IMMUTABLE } from '../../validation/rules.ts';
import { isStandardQuotaName } from './resource-names.ts';
import { validateQuotaResourceName, validateResourceQuantity, type Amounts } from './resources.ts';

const POD_SCOPES = ['Terminating', 'NotTerminating', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity'];
const SCOPES = [...POD_SCOPES, 'BestEffort', 'VolumeAttributesClass'];
/** Scopes that exist or do not; others have values. */
const EXISTING = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
const COMPUTE = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const CONFLICTS: readonly (readonly [string, string])[] = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

function scopeFits(scope: string, resource: string): boolean {
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass') return resource === 'persistentvolumeclaims' || resource === 'requests.storage';
  return !POD_SCOPES.includes(scope) || resource === 'pods' || COMPUTE.includes(resource);
}

export const validateQuotaAmounts = (amounts: Amounts, field: string): FieldError[] =>
  Object.entries(amounts ?? {}).flatMap(([name, amount]) => [
    ...validateQuotaResourceName(name, `${field}[${name}]`),
    ...validateResourceQuantity(name, amount, `${field}[${name}]`),
  ]);

const misfits = (scope: string, { hard }: ResourceQuotaSpec): string[] =>
  Object.keys(hard ?? {})
    .sort()
    .filter((each) => isStandardQuotaName(each) && !scopeFits(scope, each));

function validateConflicts(scopes: readonly string[], shown: unknown, field: string): FieldError[] {
  return CONFLICTS.filter((pair) => pair.every((each) => scopes.includes(each))).map(() => invalidValue(field, shown, 'conflicting scopes'));
}

function validateScopes(spec: ResourceQuotaSpec): FieldError[] {
  const scopes: readonly string[] = spec.scopes ?? [];
  const field = 'spec.scopes';
  return [
    ...scopes.flatMap((scope) => [
      ...(SCOPES.includes(scope) ? [] : [invalidValue(field, scopes, 'unsupported scope')]),
      ...misfits(scope, spec).map(() => invalidValue(field, scopes, 'unsupported scope applied to resource')),
    ]),
    ...validateConflicts(scopes, scopes, field),
  ];
}

const MUST_EXIST =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function validateScopeSelector(spec: ResourceQuotaSpec): FieldError[] {
  if (!spec.scopeSelector) return [];
  const field = 'spec.scopeSelector.matchExpressions';
  const requirements = spec.scopeSelector.matchExpressions ?? [];
  const errors: FieldError[] = [];
  for (const { scopeName, operator, values = [] } of requirements) {
    if (!SCOPES.includes(scopeName)) errors.push(invalidValue(`${field}.scopeName`, scopeName, 'unsupported scope'));
    errors.push(
      ...misfits(scopeName, spec).map(() => invalidValue(field, internalForm('ScopeSelector', spec.scopeSelector), 'unsupported scope applied to resource')),
    );
    if (EXISTING.includes(scopeName) && operator !== 'Exists') errors.push(invalidValue(`${field}.operator`, operator, MUST_EXIST));
    if (operator === 'In' || operator === 'NotIn') {
      if (!values.length) errors.push(requiredValue(`${field}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length)
        errors.push(invalidValue(`${field}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"));
    } else errors.push(invalidValue(`${field}.operator`, operator ?? '', 'not a valid selector operator'));
  }
  return [
    ...errors,
    ...validateConflicts(
      requirements.map((each) => each.scopeName),
      spec.scopes?.length ? spec.scopes : null,
      field,
    ),
  ];
}

export function validateResourceQuotaSpec(spec: ResourceQuotaSpec): FieldError[] {
  return [...validateQuotaAmounts(spec.hard, 'spec.hard'), ...validateScopes(spec), ...validateScopeSelector(spec)];
}

export function validateResourceQuotaUpdate(next: ResourceQuota, old: ResourceQuota): FieldError[] {
  const set = (quota: ResourceQuota): string => [...new Set<string>(quota.spec.scopes ?? [])].sort().join(',');
  const errors = validateResourceQuotaSpec(next.spec);
  if (set(next) !== set(old)) errors.push(invalidValue('spec.scopes', next.spec.scopes?.length ? next.spec.scopes : null, IMMUTABLE));
  return errors;
}
