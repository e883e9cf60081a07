// Values such as `25%` or 3 of rolling updates. Models kubernetes/pkg/apis/apps/validation/validation.go
import { invalidValue, invalidValues, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateNonnegative } from './rules.ts';

type IntOrPercent = number | string | null | undefined;
const PERCENT = /^[0-9]+%$/;

export const validatePercent = (text: string): string[] =>
  PERCENT.test(text)
    ? []
    : ["a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"];

export function validatePositiveIntOrPercent(value: IntOrPercent, field: string): FieldError[] {
  return typeof value === 'string' ? invalidValues(field, value, validatePercent(value)) : validateNonnegative(value, field);
}

const percentOf = (value: IntOrPercent): number | undefined => (typeof value === 'string' && PERCENT.test(value) ? Number.parseInt(value, 10) : undefined);

/** The number alone, of percentages too. */
export function numberOf(value: IntOrPercent): number {
  if (typeof value === 'number') return value;
  return percentOf(value) ?? (/^[+-]?\d+$/.test(value ?? '') ? Number(value) : 0);
}

export function validateNotMoreThan100Percent(value: IntOrPercent, field: string): FieldError[] {
  return (percentOf(value) ?? 0) > 100 ? [invalidValue(field, value, 'must not be greater than 100%')] : [];
}
