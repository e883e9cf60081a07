// Limit ranges. Models kubernetes/pkg/apis/core/validation/validation.go
import type { LimitRange, LimitRangeItem } from '../../../../kube/api/core-v1.ts';
import { duplicateValue, forbiddenValue, invalidValue, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { compareQuantity, parseQuantity, quantityOf } from '../../../../kube/machinery/quantity.ts';
import { validateQualifiedName } from '../../validation/rules.ts';
import { isOvercommitAllowed } from './resource-names.ts';
import { validateContainerResourceName, validateResourceName } from './resources.ts';

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const ONE = parseQuantity('1');
const exceeds = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && compareQuantity(quantityOf(a), quantityOf(b)) > 0;

function validateType(type: string, field: string): FieldError[] {
  const errors = validateQualifiedName(type, field);
  if (errors.length) return errors;
  return !type.includes('/') && !TYPES.includes(type) ? [invalidValue(field, type, 'must be a standard limit type or fully qualified')] : [];
}

/** Bounds and defaults of one resource. */
function validateResource(limit: LimitRangeItem, name: string, field: string): FieldError[] {
  const [min, max, ratio] = [limit.min?.[name], limit.max?.[name], limit.maxLimitRequestRatio?.[name]];
  const [normal, request] = limit.type === 'Pod' ? [] : [limit.default?.[name], limit.defaultRequest?.[name]];
  const at = (list: string): string => `${field}.${list}[${name}]`;
  const errors: FieldError[] = [];
  if (exceeds(min, max)) errors.push(invalidValue(at('min'), min, `min value ${min} is greater than max value ${max}`));
  if (exceeds(min, request)) errors.push(invalidValue(at('defaultRequest'), request, `min value ${min} is greater than default request value ${request}`));
  if (exceeds(request, max)) errors.push(invalidValue(at('defaultRequest'), request, `default request value ${request} is greater than max value ${max}`));
  if (exceeds(request, normal))
    errors.push(invalidValue(at('defaultRequest'), request, `default request value ${request} is greater than default limit value ${normal}`));
  if (exceeds(min, normal)) errors.push(invalidValue(at('default'), min, `min value ${min} is greater than default value ${normal}`));
  if (exceeds(normal, max)) errors.push(invalidValue(at('default'), max, `default value ${normal} is greater than max value ${max}`));
  if (ratio !== undefined && ONE && compareQuantity(quantityOf(ratio), ONE) < 0)
    errors.push(invalidValue(at('maxLimitRequestRatio'), ratio, `ratio ${ratio} is less than 1`));
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const most = Number(quantityOf(max).nanos) / Number(quantityOf(min).nanos);
    if (Number(quantityOf(ratio).nanos) / 1e9 > most)
      errors.push(
        invalidValue(at('maxLimitRequestRatio'), ratio, `ratio ${ratio} is greater than max/min = ${Number.isFinite(most) ? most.toFixed(6) : '+Inf'}`),
      );
  }
  if (!isOvercommitAllowed(name) && normal !== undefined && request !== undefined && normal !== request)
    errors.push(invalidValue(at('defaultRequest'), request, `default value ${normal} must equal to defaultRequest value ${request} in ${name}`));
  return errors;
}

export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const errors: FieldError[] = [];
  const types = new Set<string>();
  for (const [i, limit] of (spec.limits ?? []).entries()) {
    const at = `spec.limits[${i}]`;
    const { type } = limit;
    const names = new Set<string>();
    errors.push(...validateType(type, `${at}.type`));
    if (types.has(type)) errors.push(duplicateValue(`${at}.type`, type));
    types.add(type);
    const check = (list: 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio'): void => {
      for (const name of Object.keys(limit[list] ?? {})) {
        errors.push(...(type === 'Pod' || type === 'Container' ? validateContainerResourceName : validateResourceName)(name, `${at}.${list}[${name}]`));
        names.add(name);
      }
    };
    check('max');
    check('min');
    for (const list of ['default', 'defaultRequest'] as const) {
      if (type !== 'Pod') check(list);
      else if (Object.keys(limit[list] ?? {}).length) errors.push(forbiddenValue(`${at}.${list}`, "may not be specified when `type` is 'Pod'"));
    }
    if (type === 'PersistentVolumeClaim' && limit.min?.['storage'] === undefined && limit.max?.['storage'] === undefined)
      errors.push(requiredValue(`${at}.limits`, 'either minimum or maximum storage value is required, but neither was provided'));
    check('maxLimitRequestRatio');
    for (const name of names) errors.push(...validateResource(limit, name, at));
  }
  return errors;
}
