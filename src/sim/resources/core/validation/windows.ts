// Pods of Windows nodes: their options, and what else they may not have. Models kubernetes/pkg/apis/core/validation/validation.go
import type { PodSpec, WindowsSecurityContextOptions } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain } from '../../../../kube/machinery/names.ts';
import { containersWithPath } from './visit-containers.ts';

const LARGEST_SPEC_KIB = 64;
const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_DOMAIN = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

function problemsOfUser(name: string): string[] {
  if (name === '') return ['cannot be an empty string'];
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) return ['cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const problems: string[] = [];
  if ((domain ?? '').length >= 256) problems.push("'s Domain length must be under 256 characters");
  if (domain !== undefined && !NET_BIOS.test(domain) && !DNS_DOMAIN.test(domain)) problems.push("'s Domain doesn't match the NetBios nor the DNS format");
  if (user === '') problems.push("'s User cannot be empty");
  else if (user.length > 104) problems.push("'s User length must not be longer than 104 characters");
  if (/^[. ]+$/.test(user)) problems.push("'s User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) problems.push('\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  return problems;
}

export function validateWindowsOptions(options: WindowsSecurityContextOptions | undefined, field: string): FieldError[] {
  if (!options) return [];
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  const errors: FieldError[] = [];
  if (specName !== undefined) errors.push(...invalidValues(`${field}.gmsaCredentialSpecName`, specName, validateDnsSubdomain(specName)));
  if (spec === '') errors.push(invalidValue(`${field}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'));
  else if (spec !== undefined && Buffer.byteLength(spec) > LARGEST_SPEC_KIB * 1024)
    errors.push(invalidValue(`${field}.gmsaCredentialSpec`, spec, `gmsaCredentialSpec size must be under ${LARGEST_SPEC_KIB} KiB`));
  if (user !== undefined)
    errors.push(...problemsOfUser(user).map((each) => invalidValue(`${field}.runAsUserName`, user, `runAsUserName${each.startsWith("'") ? '' : ' '}${each}`)));
  return errors;
}

/** All containers or none run as processes of the host. */
export function validateHostProcess(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  let all = 0;
  let onHost = 0;
  for (const [{ securityContext }, at] of containersWithPath(spec, field)) {
    const own = securityContext?.windowsOptions?.hostProcess;
    all += 1;
    if (ofPod !== undefined && own !== undefined && ofPod !== own)
      errors.push(
        invalidValue(`${at}.securityContext.windowsOptions.hostProcess`, own, `pod hostProcess value must be identical if both are specified, was ${ofPod}`),
      );
    if (own ?? ofPod) onHost += 1;
  }
  if (onHost === 0) return errors;
  if (onHost !== all) errors.push(invalidValue(field, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'));
  if (!spec.hostNetwork) errors.push(invalidValue(`${field}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'));
  return errors;
}

const POD_CONTEXT = ['fsGroup', 'fsGroupChangePolicy', 'sysctls'] as const;
const POD_CONTEXT_LATER = ['runAsUser', 'runAsGroup', 'supplementalGroups', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'] as const;
const CONTAINER_CONTEXT = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

function validateWindows(spec: PodSpec, field: string): FieldError[] {
  const forbid = (at: string): FieldError => forbiddenValue(at, 'cannot be set for a windows pod');
  const context = spec.securityContext ?? {};
  const of = (...names: readonly (keyof typeof context)[]): FieldError[] =>
    names.filter((each) => context[each] !== undefined).map((each) => forbid(`${field}.securityContext.${each}`));
  return [
    ...of('appArmorProfile', 'seLinuxOptions'),
    ...(spec.hostUsers === undefined ? [] : [forbid(`${field}.hostUsers`)]),
    ...(spec.hostPID ? [forbid(`${field}.hostPID`)] : []),
    ...(spec.hostIPC ? [forbid(`${field}.hostIPC`)] : []),
    ...of('seccompProfile', ...POD_CONTEXT),
    ...(spec.shareProcessNamespace === undefined ? [] : [forbid(`${field}.shareProcessNamespace`)]),
    ...of(...POD_CONTEXT_LATER),
    ...containersWithPath(spec, field).flatMap(([{ securityContext }, at]) =>
      CONTAINER_CONTEXT.filter((each) => securityContext?.[each] !== undefined).map((each) => forbid(`${at}.securityContext.${each}`)),
    ),
  ];
}

function validateLinux(spec: PodSpec, field: string): FieldError[] {
  const places: readonly (readonly [{ readonly windowsOptions?: unknown } | undefined, string])[] = [
    [spec.securityContext, field],
    ...containersWithPath(spec, field).map(([{ securityContext }, at]) => [securityContext, at] as const),
  ];
  return places
    .filter(([context]) => context?.windowsOptions)
    .map(([, at]) => forbiddenValue(`${at}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod'));
}

export function validateOs(spec: PodSpec, field: string): FieldError[] {
  if (!spec.os) return [];
  const { name } = spec.os;
  if (!name) return [requiredValue(`${field}.os.name`)];
  if (name === 'linux') return validateLinux(spec, field);
  return name === 'windows' ? validateWindows(spec, field) : [notSupported(`${field}.os`, name, ['linux', 'windows'])];
}
