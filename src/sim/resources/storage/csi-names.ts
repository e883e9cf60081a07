// Names and parameters that storage kinds share. Models kubernetes/pkg/apis/storage/validation/validation.go
import { forbiddenValue, invalidValue, invalidValues, requiredValue, tooLong, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateDnsSubdomain, validateLabelKey } from '../../../kube/machinery/names.ts';

const MOST_PARAMETERS = 512;
const MOST_PARAMETER_BYTES = 256 * 1024;
const LONGEST_DRIVER = 63;

export const validateProvisioner = (name: string, field: string): FieldError[] =>
  name ? invalidValues(field, name.toLowerCase(), validateLabelKey(name.toLowerCase())) : [requiredValue(field)];

export function validateCsiDriverName(name: string, field: string): FieldError[] {
  if (!name) return [requiredValue(field)];
  return [...(name.length > LONGEST_DRIVER ? [tooLong(field, LONGEST_DRIVER)] : []), ...invalidValues(field, name, validateDnsSubdomain(name.toLowerCase()))];
}

export function validateParameters(parameters: Readonly<Record<string, string>> | undefined, field: string, mayBeEmpty: boolean): FieldError[] {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > MOST_PARAMETERS) return [tooLong(field, MOST_PARAMETERS)];
  const errors = entries.filter(([key]) => !key).map(([key]) => invalidValue(field, key, 'field can not be empty.'));
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > MOST_PARAMETER_BYTES) errors.push(tooLong(field, MOST_PARAMETER_BYTES));
  if (!mayBeEmpty && !entries.length) errors.push(requiredValue(field, 'must contain at least one key/value pair'));
  return errors;
}

export const forbidChange = (next: unknown, old: unknown, field: string): FieldError[] =>
  jsonEqual(next ?? {}, old ?? {}) ? [] : [forbiddenValue(field, `updates to ${field} are forbidden.`)];
