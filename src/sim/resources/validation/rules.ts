// Rules that many kinds share: numbers, what never changes, one of several. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/api/validation/generic.go
import { invalidValue, invalidValues, type FieldError } from '../../../kube/machinery/field-errors.ts';
import type { JsonValue } from '../../../kube/machinery/json.ts';
import { validateDnsLabel, validateDnsSubdomain, validateLabelKey } from '../../../kube/machinery/names.ts';
import { internalForm, sameInternally } from './internal-form.ts';

export const IMMUTABLE = 'field is immutable';
export const inclusiveRange = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

export const validateNonnegative = (value: number | null | undefined, field: string): FieldError[] =>
  (value ?? 0) < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
export const validatePositive = (value: number | null | undefined, field: string): FieldError[] =>
  (value ?? 0) <= 0 ? [invalidValue(field, value ?? 0, 'must be greater than zero')] : [];

/** `type` as in the internal facts; what differs is shown in that form. */
export function validateImmutable(type: string, next: unknown, old: unknown, field: string): FieldError[] {
  return sameInternally(type, next, old) ? [] : [invalidValue(field, internalForm(type, next), IMMUTABLE)];
}
/** For values without structs inside. */
export function validateUnchanged(next: JsonValue | undefined, old: JsonValue | undefined, field: string): FieldError[] {
  return JSON.stringify(next ?? null) === JSON.stringify(old ?? null) ? [] : [invalidValue(field, next ?? null, IMMUTABLE)];
}

export const validateDnsLabelField = (value: string, field: string): FieldError[] => invalidValues(field, value, validateDnsLabel(value));
export const validateDnsSubdomainField = (value: string, field: string): FieldError[] => invalidValues(field, value, validateDnsSubdomain(value));
export const validateQualifiedName = (value: string, field: string): FieldError[] => invalidValues(field, value, validateLabelKey(value));
