// References to fields and resources of the pod itself, in variables and volumes. Models kubernetes/pkg/apis/core/validation/validation.go and pkg/fieldpath
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../../../kube/api/core-v1.ts';
import { invalidValue, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateQualifiedName } from '../../validation/rules.ts';

export const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
export const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
const KNOWN_FIELDS: ReadonlySet<string> = new Set([...ENV_FIELDS, ...VOLUME_FIELDS, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase']);
const RESOURCES = ['limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu', 'requests.ephemeral-storage', 'requests.memory'];
const HUGE_PAGES = ['limits.hugepages-', 'requests.hugepages-'];
const SIZES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** `metadata.labels['app']` as path and subscript. */
const subscripted = (text: string): readonly [string, string] | undefined => {
  const match = /^(.*)\['(.+)'\]$/s.exec(text);
  return match && match[1] ? [match[1], match[2] ?? ''] : undefined;
};

export function validateObjectFieldSelector({ apiVersion, fieldPath }: ObjectFieldSelector, allowed: readonly string[], field: string): FieldError[] {
  if (!apiVersion) return [requiredValue(`${field}.apiVersion`)];
  if (!fieldPath) return [requiredValue(`${field}.fieldPath`)];
  const fail = (why: string): FieldError[] => [invalidValue(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`)];
  if (apiVersion !== 'v1') return fail(`unsupported pod version: ${apiVersion}`);
  const parts = subscripted(fieldPath);
  if (parts) {
    const [path, subscript] = parts;
    if (path === 'metadata.annotations') return validateQualifiedName(subscript.toLowerCase(), field);
    if (path === 'metadata.labels') return validateQualifiedName(subscript, field);
    return fail(`field label does not support subscript: ${fieldPath}`);
  }
  const known = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!KNOWN_FIELDS.has(known)) return fail(`field label not supported: ${fieldPath}`);
  return allowed.includes(known) ? [] : [notSupported(`${field}.fieldPath`, known, allowed)];
}

function validateDivisor(resource: string, divisor: string, field: string): FieldError[] {
  if (divisor === '' || divisor === '0') return [];
  const refuse = (what: string): FieldError[] => [invalidValue(`${field}.divisor`, resource, `only divisor's values ${what}`)];
  const list = SIZES.join(', ');
  if (resource.endsWith('.cpu')) return ['1m', '1'].includes(divisor) ? [] : refuse('1m and 1 are supported with the cpu resource');
  if (SIZES.includes(divisor)) return [];
  if (resource.endsWith('.memory')) return refuse(`${list} are supported with the memory resource`);
  if (resource.endsWith('.ephemeral-storage')) return refuse(`${list} are supported with the local ephemeral storage resource`);
  return HUGE_PAGES.some((each) => resource.startsWith(each)) ? refuse(`${list} are supported with the hugepages resource`) : [];
}

export function validateResourceFieldSelector(
  { containerName, resource, divisor = '' }: ResourceFieldSelector,
  field: string,
  inVolume: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (inVolume && !containerName) errors.push(requiredValue(`${field}.containerName`));
  else if (!resource) errors.push(requiredValue(`${field}.resource`));
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.some((each) => resource.startsWith(each)))
    errors.push(notSupported(`${field}.resource`, resource, RESOURCES));
  return [...errors, ...validateDivisor(resource ?? '', divisor, field)];
}
