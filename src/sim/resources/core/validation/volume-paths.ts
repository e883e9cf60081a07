// Paths inside volumes, file modes and keys that become files. Models kubernetes/pkg/apis/core/validation/validation.go
import type { KeyToPath } from '../../../../kube/api/core-v1.ts';
import { invalidValue, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';

export function validatePathNoBacksteps(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];
}

export function validateLocalDescendingPath(path: string, field: string): FieldError[] {
  return [...(path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : []), ...validatePathNoBacksteps(path, field)];
}

export function validateLocalNonReservedPath(path: string, field: string): FieldError[] {
  const errors = validateLocalDescendingPath(path, field);
  if (path.startsWith('..') && !path.startsWith('../')) errors.push(invalidValue(field, path, "must not start with '..'"));
  return errors;
}

export function validateFileMode(mode: number | undefined, field: string): FieldError[] {
  return mode !== undefined && (mode > 0o777 || mode < 0) ? [invalidValue(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')] : [];
}

export function validateKeyToPath({ key, path = '', mode }: KeyToPath, field: string): FieldError[] {
  return [
    ...(key ? [] : [requiredValue(`${field}.key`)]),
    ...(path ? [] : [requiredValue(`${field}.path`)]),
    ...validateLocalNonReservedPath(path, `${field}.path`),
    ...validateFileMode(mode, `${field}.mode`),
  ];
}

export const validateItems = (items: readonly KeyToPath[] | undefined, field: string): FieldError[] =>
  (items ?? []).flatMap((each, i) => validateKeyToPath(each, `${field}[${i}]`));
