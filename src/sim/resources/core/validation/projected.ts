// Projected volumes: several sources in one directory. Models kubernetes/pkg/apis/core/validation/validation.go
import type { DownwardAPIVolumeFile, KeyToPath, ProjectedVolumeSource, VolumeProjection } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateObjectFieldSelector, validateResourceFieldSelector, VOLUME_FIELDS } from './field-selector.ts';
import { validateFileMode, validateKeyToPath, validateLocalNonReservedPath } from './volume-paths.ts';

function validateDownwardApiFile({ path, fieldRef, resourceFieldRef, mode }: DownwardAPIVolumeFile, field: string): FieldError[] {
  const errors: FieldError[] = path ? [] : [requiredValue(`${field}.path`)];
  errors.push(...validateLocalNonReservedPath(path ?? '', `${field}.path`));
  if (fieldRef) {
    errors.push(...validateObjectFieldSelector(fieldRef, VOLUME_FIELDS, `${field}.fieldRef`));
    if (resourceFieldRef) errors.push(invalidValue(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (resourceFieldRef) errors.push(...validateResourceFieldSelector(resourceFieldRef, `${field}.resourceFieldRef`, true));
  else errors.push(requiredValue(field, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...validateFileMode(mode, `${field}.mode`)];
}
export const validateDownwardApiFiles = (items: readonly DownwardAPIVolumeFile[] | undefined, field: string): FieldError[] =>
  (items ?? []).flatMap((each) => validateDownwardApiFile(each, field));

/** Paths taken already. */
class Paths {
  readonly #taken = new Set<string>();
  readonly #field: string;
  constructor(field: string) {
    this.#field = field;
  }
  /** `shown`: what the message repeats. */
  take(path: string, shown: string): FieldError[] {
    if (this.#taken.has(path)) return [invalidValue(this.#field, shown, 'conflicting duplicate paths')];
    this.#taken.add(path);
    return [];
  }
}

function validateFiles(source: { readonly name?: string; readonly items?: readonly KeyToPath[] }, field: string, paths: Paths): FieldError[] {
  const { name = '', items = [] } = source;
  return [
    ...(name ? [] : [requiredValue(`${field}.name`)]),
    ...items.flatMap((each, i) => [...validateKeyToPath(each, `${field}.items[${i}]`), ...(each.path ? paths.take(each.path, name) : [])]),
  ];
}

function validateToken({ expirationSeconds = 3600, path }: NonNullable<VolumeProjection['serviceAccountToken']>, field: string, all: string): FieldError[] {
  const errors: FieldError[] = [];
  if (expirationSeconds < 600) errors.push(invalidValue(`${field}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes'));
  if (expirationSeconds > 2 ** 32)
    errors.push(invalidValue(`${field}.expirationSeconds`, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'));
  if (!path) errors.push(requiredValue(`${all}.path`));
  else errors.push(...validateLocalNonReservedPath(path, `${all}.path`));
  return errors;
}

export function validateProjected({ defaultMode, sources }: ProjectedVolumeSource, field: string): FieldError[] {
  const errors = validateFileMode(defaultMode, `${field}.defaultMode`);
  const paths = new Paths(field);
  for (const [i, source] of (sources ?? []).entries()) {
    const at = `${field}.sources[${i}]`;
    const { secret, configMap, downwardAPI, serviceAccountToken } = source;
    if (secret) errors.push(...validateFiles(secret, `${at}.secret`, paths));
    if (configMap) errors.push(...validateFiles(configMap, `${at}.configMap`, paths));
    for (const file of downwardAPI?.items ?? [])
      errors.push(...validateDownwardApiFile(file, `${at}.downwardAPI`), ...(file.path ? paths.take(file.path, file.path) : []));
    if (serviceAccountToken) errors.push(...validateToken(serviceAccountToken, `${at}.serviceAccountToken`, field));
    if (Object.values(source).filter(Boolean).length > 1) errors.push(forbiddenValue(at, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}
