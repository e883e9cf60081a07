// Requests, limits and other amounts of resources. Models kubernetes/pkg/apis/core/validation/validation.go
import type { ResourceClaim, ResourceRequirements } from '../../../../kube/api/core-v1.ts';
import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  notFoundValue,
  notSupported,
  requiredValue,
  type FieldError,
} from '../../../../kube/machinery/field-errors.ts';
import { compareQuantity, quantityOf } from '../../../../kube/machinery/quantity.ts';
import { key } from '../../validation/path.ts';
import { validateDnsLabelField, validateQualifiedName } from '../../validation/rules.ts';
import {
  isExtendedName,
  isHugePageMultiple,
  isHugePageName,
  isIntegerName,
  isNativeName,
  isOvercommitAllowed,
  isStandardContainerName,
  isStandardName,
  isStandardQuotaName,
} from './resource-names.ts';

export type Amounts = Readonly<Record<string, string>> | null | undefined;
const NANO = 1_000_000_000n;

export function validateNonnegativeQuantity(amount: string, field: string): FieldError[] {
  return quantityOf(amount).nanos < 0n ? [invalidValue(field, amount, 'must be greater than or equal to 0')] : [];
}
export function validatePositiveQuantity(amount: string, field: string): FieldError[] {
  return quantityOf(amount).nanos <= 0n ? [invalidValue(field, amount, 'must be greater than zero')] : [];
}

export function validateResourceQuantity(name: string, amount: string, field: string): FieldError[] {
  const errors = validateNonnegativeQuantity(amount, field);
  if (isIntegerName(name) && quantityOf(amount).nanos % NANO !== 0n) errors.push(invalidValue(field, amount, 'must be an integer'));
  return errors;
}

export function validateResourceName(name: string, field: string): FieldError[] {
  const errors = validateQualifiedName(name, field);
  if (errors.length) return errors;
  return !name.includes('/') && !isStandardName(name) ? [invalidValue(field, name, 'must be a standard resource type or fully qualified')] : [];
}

export function validateContainerResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  if (!name.includes('/')) {
    if (!isStandardContainerName(name)) errors.push(invalidValue(field, name, 'must be a standard resource for containers'));
  } else if (!isNativeName(name) && !isExtendedName(name)) errors.push(invalidValue(field, name, "doesn't follow extended resource name standard"));
  return errors;
}

export function validateQuotaResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  if (!name.includes('/') && !isStandardQuotaName(name)) errors.push(invalidValue(field, name, 'must be a standard resource for quota'));
  return errors;
}

export function validatePodResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  if (errors.length) return errors;
  return name === 'cpu' || name === 'memory' || isHugePageName(name) ? [] : [notSupported(field, name, ['cpu', 'hugepages-', 'memory'])];
}

type ValidateName = (name: string, field: string) => FieldError[];

function validateAmount(name: string, amount: string, field: string, validateName: ValidateName): FieldError[] {
  return [...validateName(name, field), ...validateResourceQuantity(name, amount, field)];
}
function validateHugePages(name: string, amount: string, field: string): FieldError[] {
  return isHugePageName(name) && !isHugePageMultiple(name, amount)
    ? [invalidValue(field, amount, `${amount} is not positive integer multiple of ${name}`)]
    : [];
}

/** `claimNames`: of the pod's spec.resourceClaims. */
export function validateResourceRequirements(
  { limits, requests, claims }: ResourceRequirements,
  claimNames: ReadonlySet<string>,
  field: string,
  validateName: ValidateName = validateContainerResourceName,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, amount] of Object.entries(limits ?? {})) {
    const at = key(`${field}.limits`, name);
    errors.push(...validateAmount(name, amount, at, validateName), ...validateHugePages(name, amount, at));
  }
  for (const [name, amount] of Object.entries(requests ?? {})) {
    const at = key(`${field}.requests`, name);
    errors.push(...validateAmount(name, amount, at, validateName));
    const limit = limits?.[name];
    if (limit !== undefined) {
      const compared = compareQuantity(quantityOf(amount), quantityOf(limit));
      if (compared !== 0 && !isOvercommitAllowed(name)) errors.push(invalidValue(`${field}.requests`, amount, `must be equal to ${name} limit of ${limit}`));
      else if (compared > 0) errors.push(invalidValue(`${field}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`));
    } else if (!isOvercommitAllowed(name)) errors.push(requiredValue(`${field}.limits`, 'Limit must be set for non overcommitable resources'));
    errors.push(...validateHugePages(name, amount, at));
  }
  const names = [...Object.keys(limits ?? {}), ...Object.keys(requests ?? {})];
  if (names.some(isHugePageName) && !names.some((each) => each === 'cpu' || each === 'memory'))
    errors.push(forbiddenValue(field, 'HugePages require cpu or memory'));
  errors.push(...validateResourceClaimNames(claims ?? [], claimNames, `${field}.claims`));
  return errors;
}

function validateResourceClaimNames(claims: readonly ResourceClaim[], known: ReadonlySet<string>, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { name, request }] of claims.entries()) {
    const at = `${field}[${i}]`;
    if (!name) {
      errors.push(requiredValue(at));
      continue;
    }
    if (seen.has(name)) errors.push(duplicateValue(at, name));
    else {
      const full = request ? `${name}/${request}` : name;
      if (request) errors.push(...validateDnsLabelField(request, `${at}.request`));
      if (seen.has(full)) errors.push(duplicateValue(at, full));
      else if (!request) for (const each of seen) if (each.startsWith(`${name}/`)) errors.push(duplicateValue(at, name));
      seen.add(full);
    }
    if (!known.has(name)) {
      const which = known.size ? `: ${[...known].sort().join(', ')}` : ' which is empty';
      errors.push({ ...notFoundValue(at, name), detail: `Not found: ${JSON.stringify(name)}: must be one of the names in pod.spec.resourceClaims${which}` });
    }
  }
  return errors;
}
