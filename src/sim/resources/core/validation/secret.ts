// Secrets: what a type demands of the data. Models kubernetes/pkg/apis/core/validation/validation.go
import type { Secret } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, requiredValue, tooLong, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../../kube/machinery/json.ts';
import { validateConfigMapKey } from '../../../../kube/machinery/names.ts';
import { validateUnchanged } from '../../validation/rules.ts';
import { goJsonObjectProblem } from './go-json.ts';

export const LARGEST_BYTES = 1024 * 1024;
type Data = Readonly<Record<string, string>>;

const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = { 'kubernetes.io/tls': ['tls.crt', 'tls.key'] };
const DOCKER_KEYS: Readonly<Record<string, string>> = { 'kubernetes.io/dockercfg': '.dockercfg', 'kubernetes.io/dockerconfigjson': '.dockerconfigjson' };
const ACCOUNT = 'kubernetes.io/service-account.name';

function validateType(type: string, data: Data, { annotations }: Secret['metadata']): FieldError[] {
  const missing = (...names: readonly string[]): FieldError[] => names.filter((each) => data[each] === undefined).map((each) => requiredValue(`data[${each}]`));
  const docker = DOCKER_KEYS[type];
  if (docker !== undefined) {
    const text = data[docker];
    if (text === undefined) return missing(docker);
    const problem = goJsonObjectProblem(Buffer.from(text, 'base64').toString());
    return problem === undefined ? [] : [invalidValue(`data[${docker}]`, '<secret contents redacted>', problem)];
  }
  if (type === 'kubernetes.io/service-account-token') return annotations?.[ACCOUNT] ? [] : [requiredValue(`metadata.annotations[${ACCOUNT}]`)];
  if (type === 'kubernetes.io/basic-auth') return data['username'] === undefined && data['password'] === undefined ? missing('username', 'password') : [];
  if (type === 'kubernetes.io/ssh-auth') return data['ssh-privatekey'] ? [] : [requiredValue('data[ssh-privatekey]')];
  return missing(...(REQUIRED_KEYS[type] ?? []));
}

export function validateSecret({ data = {}, type = '', metadata }: Secret): FieldError[] {
  const errors = Object.keys(data).flatMap((key) => invalidValues(`data[${key}]`, key, validateConfigMapKey(key)));
  if (Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0) > LARGEST_BYTES) errors.push(tooLong('data', LARGEST_BYTES));
  return [...errors, ...validateType(type, data, metadata)];
}

const SET = 'field is immutable when `immutable` is set';
/** Of secrets and config maps. */
export function validateImmutability<T extends { readonly immutable?: boolean }>(next: T, old: T, names: readonly (keyof T & string)[]): FieldError[] {
  if (!old.immutable) return [];
  return [
    ...(next.immutable ? [] : [forbiddenValue('immutable', SET)]),
    ...names.filter((each) => !jsonEqual(next[each] ?? {}, old[each] ?? {})).map((each) => forbiddenValue(each, SET)),
  ];
}

export const validateSecretUpdate = (next: Secret, old: Secret): FieldError[] => [
  ...validateUnchanged(next.type, old.type, 'type'),
  ...validateImmutability(next, old, ['data']),
  ...validateSecret(next),
];
