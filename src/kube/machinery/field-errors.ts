// Validation errors as upstream words them. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go

export interface FieldError {
  readonly field: string;
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound'
    | 'FieldValueTypeInvalid'
    | 'InternalError';
  /** What follows the field in the message: `Required value: must …`. */
  readonly detail: string;
}

/** A value as the messages show it: strings quoted, numbers plain, the rest as Go writes JSON. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'object' ? JSON.stringify(value).replaceAll(/[<>&]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`) : String(value);
}
const quoted = (text: string): string => JSON.stringify(text);

export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  reason: 'FieldValueInvalid',
  detail: `Invalid value: ${shown(value)}${detail ? `: ${detail}` : ''}`,
});
export const requiredValue = (field: string, detail = ''): FieldError => ({
  field,
  reason: 'FieldValueRequired',
  detail: `Required value${detail ? `: ${detail}` : ''}`,
});
export const forbiddenValue = (field: string, detail: string): FieldError => ({ field, reason: 'FieldValueForbidden', detail: `Forbidden: ${detail}` });
export const duplicateValue = (field: string, value: unknown): FieldError => ({
  field,
  reason: 'FieldValueDuplicate',
  detail: `Duplicate value: ${shown(value)}`,
});
export const notFoundValue = (field: string, value: unknown): FieldError => ({ field, reason: 'FieldValueNotFound', detail: `Not found: ${shown(value)}` });
export const tooLong = (field: string, limitBytes: number): FieldError => ({
  field,
  reason: 'FieldValueTooLong',
  detail: `Too long: may not be more than ${limitBytes} bytes`,
});
export const tooMany = (field: string, actual: number, limit: number): FieldError => ({
  field,
  reason: 'FieldValueTooMany',
  detail: `Too many: ${actual}: must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`,
});
/** An invalid value that the message does not repeat. */
export const invalidWithoutValue = (field: string, detail: string): FieldError => ({ field, reason: 'FieldValueInvalid', detail: `Invalid value: ${detail}` });
/** `supported` in the order that upstream lists them: sorted where it keeps a set. */
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  field,
  reason: 'FieldValueNotSupported',
  detail: `Unsupported value: ${shown(value)}: supported values: ${supported.map(quoted).join(', ')}`,
});

/** Each message as one invalid-value error. */
export const invalidValues = (field: string, value: unknown, messages: readonly string[]): FieldError[] =>
  messages.map((message) => invalidValue(field, value, message));
