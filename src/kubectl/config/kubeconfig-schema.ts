// What stands in a kubeconfig, in the order in which it is written as JSON, and what of it is a secret or a file. Models kubernetes/staging/src/k8s.io/client-go/tools/clientcmd/api/v1/types.go
import { isJsonObject, type JsonObject, type JsonValue } from '../../kube/machinery/json.ts';
import type { Section } from './kubeconfig-files.ts';

export type FieldKind = 'text' | 'bool' | 'bytes' | 'file' | 'other';
interface Field {
  readonly kind: FieldKind;
  /** Written although it is empty. */
  readonly always?: boolean;
  readonly isSecret?: boolean;
}
type Fields = Readonly<Record<string, Field>>;

const TEXT: Field = { kind: 'text' };
const OTHER: Field = { kind: 'other' };

export const FIELDS: Readonly<Record<Section, Fields>> = {
  clusters: {
    server: { kind: 'text', always: true },
    'tls-server-name': TEXT,
    'insecure-skip-tls-verify': { kind: 'bool' },
    'certificate-authority': { kind: 'file' },
    'certificate-authority-data': { kind: 'bytes' },
    'proxy-url': TEXT,
    'disable-compression': { kind: 'bool' },
    extensions: OTHER,
  },
  users: {
    'client-certificate': { kind: 'file' },
    'client-certificate-data': { kind: 'bytes' },
    'client-key': { kind: 'file' },
    'client-key-data': { kind: 'bytes', isSecret: true },
    token: { kind: 'text', isSecret: true },
    tokenFile: { kind: 'file' },
    as: TEXT,
    'as-uid': TEXT,
    'as-groups': OTHER,
    'as-user-extra': OTHER,
    username: TEXT,
    password: { kind: 'text', isSecret: true },
    'auth-provider': OTHER,
    exec: OTHER,
    extensions: OTHER,
  },
  contexts: { cluster: { kind: 'text', always: true }, user: { kind: 'text', always: true }, namespace: TEXT, extensions: OTHER },
};

const EXEC = ['command', 'args', 'env', 'apiVersion', 'installHint', 'provideClusterInfo', 'interactiveMode'];

/** What is a file in each section, and where its content may stand instead. */
export const FILES: Readonly<Record<Section, readonly string[]>> = {
  clusters: ['certificate-authority'],
  users: ['client-certificate', 'client-key', 'tokenFile'],
  contexts: [],
};

const isEmpty = (value: JsonValue | undefined): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && !value.length) ||
  (isJsonObject(value) && !Object.keys(value).length);

/** An entry as it is written: in order, without what is empty. Fields that nobody knows stay where `keepsUnknown`. */
export function shaped(section: Section, fields: JsonObject, keepsUnknown: boolean): JsonObject {
  const known = FIELDS[section];
  const shape: Record<string, JsonValue> = {};
  for (const [name, { always, kind }] of Object.entries(known)) {
    const value = fields[name];
    if (!isEmpty(value)) shape[name] = name === 'exec' && isJsonObject(value) ? shapedExec(value, keepsUnknown) : (value ?? null);
    else if (always && kind === 'text') shape[name] = '';
  }
  if (keepsUnknown) for (const [name, value] of Object.entries(fields)) if (!Object.hasOwn(known, name) && value !== undefined) shape[name] = value;
  return shape;
}

function shapedExec(exec: JsonObject, keepsUnknown: boolean): JsonObject {
  const whole: JsonObject = {
    ...exec,
    command: exec['command'] ?? '',
    args: isEmpty(exec['args']) ? null : exec['args'],
    env: isEmpty(exec['env']) ? null : exec['env'],
    provideClusterInfo: exec['provideClusterInfo'] === true,
  };
  const names = [...EXEC, ...(keepsUnknown ? Object.keys(whole).filter((name) => !EXEC.includes(name)) : [])];
  const optional = new Set(['apiVersion', 'installHint', 'interactiveMode']);
  return Object.fromEntries(names.filter((name) => !optional.has(name) || !isEmpty(whole[name])).map((name) => [name, whole[name] ?? null]));
}

/** What is filled in where a file is read: older plugins may always ask. */
export function withDefaults(section: Section, fields: JsonObject): JsonObject {
  const { exec } = fields;
  if (section !== 'users' || !isJsonObject(exec) || exec['interactiveMode']) return fields;
  return /\/v1(?:alpha1|beta1)$/.test(String(exec['apiVersion'])) ? { ...fields, exec: { ...exec, interactiveMode: 'IfAvailable' } } : fields;
}
