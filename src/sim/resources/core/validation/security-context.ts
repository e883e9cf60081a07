// Security contexts of pods and containers. Models kubernetes/pkg/apis/core/validation/validation.go
import type { AppArmorProfile, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext, Sysctl } from '../../../../kube/api/core-v1.ts';
import { duplicateValue, invalidValue, notSupported, requiredValue, tooLong, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { internalForm } from '../../validation/internal-form.ts';
import { inclusiveRange } from '../../validation/rules.ts';
import { validateLocalDescendingPath } from './volume-paths.ts';
import { validateWindowsOptions } from './windows.ts';

const LARGEST_ID = 2147483647;
const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const LONGEST_PROFILE = 4095;

function validateId(id: number | undefined, field: string): FieldError[] {
  return id !== undefined && (id < 0 || id > LARGEST_ID) ? [invalidValue(field, id, inclusiveRange(0, LARGEST_ID))] : [];
}

function validateSeccomp(profile: SeccompProfile | undefined, field: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const errors: FieldError[] = [];
  if (!type) errors.push(requiredValue(`${field}.type`, 'type is required when seccompProfile is set'));
  else if (!PROFILE_TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, PROFILE_TYPES));
  if (type === 'Localhost') {
    if (localhostProfile === undefined) errors.push(requiredValue(`${field}.localhostProfile`, 'must be set when seccomp type is Localhost'));
    else errors.push(...validateLocalDescendingPath(localhostProfile, `${field}.localhostProfile`));
  } else if (localhostProfile !== undefined)
    errors.push(invalidValue(`${field}.localhostProfile`, internalForm('SeccompProfile', profile), 'can only be set when seccomp type is Localhost'));
  return errors;
}

function validateAppArmor(profile: AppArmorProfile | undefined, field: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile: local } = profile;
  const at = `${field}.localhostProfile`;
  if (type === 'Localhost') {
    if (local === undefined) return [requiredValue(at, 'must be set when AppArmor type is Localhost')];
    const errors: FieldError[] = [];
    if (local.trim() !== local) errors.push(invalidValue(at, local, 'must not be padded with whitespace'));
    else if (local === '') errors.push(requiredValue(at, 'must be set when AppArmor type is Localhost'));
    if (Buffer.byteLength(local) > LONGEST_PROFILE) errors.push(tooLong(at, LONGEST_PROFILE));
    return errors;
  }
  if (!type) return [requiredValue(`${field}.type`, 'type is required when appArmorProfile is set')];
  if (!PROFILE_TYPES.includes(type)) return [notSupported(`${field}.type`, type, PROFILE_TYPES)];
  return local === undefined ? [] : [invalidValue(at, local, 'can only be set when AppArmor type is Localhost')];
}

const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL = `^(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}$`;
const sysctlSyntax = new RegExp(SYSCTL);
const IPC_SYSCTL = /^(kernel\.(sem|shmall|shmmax|shmmni|shm_rmid_forced|shm|msgmax|msgmnb|msgmni|msg)|fs\.mqueue\..*)$/;

function validateSysctls(sysctls: readonly Sysctl[], { hostNetwork, hostIPC }: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { name }] of sysctls.entries()) {
    const at = `${field}[${i}].name`;
    if (!name) errors.push(requiredValue(at));
    else if (name.length > 253 || !sysctlSyntax.test(name)) errors.push(invalidValue(at, name, `must have at most 253 characters and match regex ${SYSCTL}`));
    else if (seen.has(name)) errors.push(duplicateValue(at, name));
    const dotted = name.replaceAll('/', '.');
    if (hostNetwork && dotted.startsWith('net.')) errors.push(invalidValue(at, name, "may not be specified when 'hostNetwork' is true"));
    else if (hostIPC && IPC_SYSCTL.test(dotted)) errors.push(invalidValue(at, name, "may not be specified when 'hostIPC' is true"));
    seen.add(name);
  }
  return errors;
}

function validateChoice(value: string | undefined, supported: readonly string[], field: string): FieldError[] {
  return value === undefined || supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

/** `selinuxPolicyInUse`: an older pod has a policy of its own. */
export function validatePodSecurityContext(spec: PodSpec, field: string, selinuxPolicyInUse: boolean): FieldError[] {
  const context: PodSecurityContext = spec.securityContext ?? {};
  const share = spec.shareProcessNamespace;
  return [
    ...validateId(context.fsGroup, `${field}.fsGroup`),
    ...validateId(context.runAsUser, `${field}.runAsUser`),
    ...validateId(context.runAsGroup, `${field}.runAsGroup`),
    ...(context.supplementalGroups ?? []).flatMap((each, i) => validateId(each, `${field}.supplementalGroups[${i}]`)),
    ...(share && spec.hostPID ? [invalidValue(`${field}.shareProcessNamespace`, share, 'ShareProcessNamespace and HostPID cannot both be enabled')] : []),
    ...validateSysctls(context.sysctls ?? [], spec, `${field}.sysctls`),
    ...validateChoice(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${field}.fsGroupChangePolicy`),
    ...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`),
    ...validateChoice(context.supplementalGroupsPolicy, ['Merge', 'Strict'], `${field}.supplementalGroupsPolicy`),
    ...validateChoice(context.seLinuxChangePolicy, selinuxPolicyInUse ? ['MountOption', 'Recursive'] : ['Recursive'], `${field}.seLinuxChangePolicy`),
  ];
}

const PROC_MOUNTS = ['Default', 'Unmasked'];

export function validateSecurityContext(context: SecurityContext | undefined, field: string, hostUsers: boolean): FieldError[] {
  if (!context) return [];
  const { privileged, procMount, allowPrivilegeEscalation, capabilities } = context;
  const errors = [...validateId(context.runAsUser, `${field}.runAsUser`), ...validateId(context.runAsGroup, `${field}.runAsGroup`)];
  errors.push(...validateChoice(procMount, PROC_MOUNTS, `${field}.procMount`));
  if (hostUsers && procMount === 'Unmasked') errors.push(invalidValue(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
  errors.push(...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`));
  if (allowPrivilegeEscalation === false) {
    const refuse = (what: string): FieldError =>
      invalidValue(field, internalForm('SecurityContext', context), `cannot set \`allowPrivilegeEscalation\` to false and ${what}`);
    if (privileged) errors.push(refuse('`privileged` to true'));
    for (const each of capabilities?.add ?? []) if (each === 'CAP_SYS_ADMIN') errors.push(refuse('`capabilities.Add` CAP_SYS_ADMIN'));
  }
  errors.push(
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`),
  );
  return errors;
}
