// Specs of pods and of pod templates. Models kubernetes/pkg/apis/core/validation/validation.go (ValidatePodSpec)
import type { PodResourceClaim, PodSpec } from '../../../../kube/api/core-v1.ts';
import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  notFoundValue,
  notSupported,
  requiredValue,
  type FieldError,
} from '../../../../kube/machinery/field-errors.ts';
import { internalForm } from '../../validation/internal-form.ts';
import { validateLabels } from '../../validation/labels.ts';
import { inclusiveRange, validateDnsLabelField, validateDnsSubdomainField } from '../../validation/rules.ts';
import { affinityOptionsOf, validateAffinity } from './affinity.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers, type PodContext } from './container.ts';
import { spreadOptionsOf, validateReadinessGates, validateSchedulingGates, validateSpreadConstraints, validateTolerations } from './placement.ts';
import { MIRROR } from './pod-annotations.ts';
import { validateDnsConfig, validateDnsPolicy, validateHostAliases, validateHostnameOverride } from './pod-dns.ts';
import { validatePodResources } from './pod-resources.ts';
import { validateResourceRequirements } from './resources.ts';
import { validatePodSecurityContext } from './security-context.ts';
import { containersWithPath } from './visit-containers.ts';
import { validateVolumes, type PodMeta } from './volume.ts';
import { validateHostProcess, validateOs } from './windows.ts';

export interface PodSpecOptions {
  /** Of a pod, not of a template. */
  readonly isPod?: boolean;
  /** The spec before this change: what it has already stays allowed. */
  readonly old?: PodSpec | undefined;
}

const LARGEST_INT32 = 2147483647;
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];

function validateChoice(value: string | undefined, supported: readonly string[], field: string): FieldError[] {
  if (!value) return [requiredValue(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

function validateResourceClaims(claims: readonly PodResourceClaim[], meta: PodMeta | undefined, field: string): FieldError[] {
  const seen = new Set<string>();
  return claims.flatMap((claim, i) => {
    const at = `${field}[${i}]`;
    if (meta?.annotations?.[MIRROR] !== undefined) return [forbiddenValue('', 'static pods do not support resource claims')];
    const { name, resourceClaimName: direct, resourceClaimTemplateName: template } = claim;
    const errors: FieldError[] = [];
    if (!name) errors.push(requiredValue(`${at}.name`));
    else if (seen.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    else {
      errors.push(...validateDnsLabelField(name, `${at}.name`));
      seen.add(name);
    }
    const shown = internalForm('PodResourceClaim', claim);
    if (direct !== undefined && template !== undefined)
      errors.push(invalidValue(at, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'));
    if (direct === undefined && template === undefined)
      errors.push(invalidValue(at, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
    if (direct !== undefined) errors.push(...validateDnsSubdomainField(direct, `${at}.resourceClaimName`));
    if (template !== undefined) errors.push(...validateDnsSubdomainField(template, `${at}.resourceClaimTemplateName`));
    return errors;
  });
}

function validateHostNetworkPorts({ hostNetwork, containers }: PodSpec, isPod: boolean, field: string): FieldError[] {
  if (!hostNetwork) return [];
  return (containers ?? []).flatMap(({ ports = [] }, i) =>
    ports
      .map((each, j) => [each, j] as const)
      .filter(([{ hostPort = 0, containerPort }]) => (isPod || hostPort !== 0) && hostPort !== containerPort)
      .map(([{ hostPort = 0 }, j]) => invalidValue(`${field}[${i}].ports[${j}].hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true')),
  );
}

/** `devicesInUse`: an older pod has such devices already. */
function validateHostUsers(spec: PodSpec, devicesInUse: boolean, field: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const forbid = (at: string): FieldError => forbiddenValue(at, 'when `hostUsers` is false');
  return [
    ...(spec.hostNetwork ? [forbid(`${field}.hostNetwork`)] : []),
    ...(spec.hostPID ? [forbid(`${field}.HostPID`)] : []),
    ...(spec.hostIPC ? [forbid(`${field}.HostIPC`)] : []),
    ...(devicesInUse
      ? []
      : containersWithPath(spec, field)
          .filter(([{ volumeDevices }]) => volumeDevices?.length)
          .map(([, at]) => forbid(`${at}.volumeDevices`))),
  ];
}

function validateFileKeyVolumes(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [{ env = [] }, at] of containersWithPath(spec, field))
    for (const [i, { valueFrom }] of env.entries()) {
      const name = valueFrom?.fileKeyRef?.volumeName;
      if (name === undefined) continue;
      const where = `${at}.env[${i}].valueFrom.fileKeyRef.volumeName`;
      const volume = spec.volumes?.findLast((each) => each.name === name);
      if (!volume) errors.push(notFoundValue(where, name));
      else if (!volume.emptyDir) errors.push(invalidValue(where, name, 'referenced volume must be of type emptyDir'));
    }
  return errors;
}

/** `meta` is of pods only; `field` is `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: PodSpec, meta: PodMeta | undefined, field: string, { isPod = false, old }: PodSpecOptions = {}): FieldError[] {
  const { volumes, errors } = validateVolumes(spec.volumes ?? [], meta, `${field}.volumes`, { isPod });
  const claimNames = new Set((spec.resourceClaims ?? []).map((each) => each.name).filter(Boolean));
  const context: PodContext = { spec, volumes, claimNames, hostUsers: spec.hostUsers !== false };
  errors.push(
    ...validateResourceClaims(spec.resourceClaims ?? [], meta, `${field}.resourceClaims`),
    ...validateContainers(context, `${field}.containers`),
    ...validateInitContainers(context, `${field}.initContainers`),
    ...validateEphemeralContainers(context, `${field}.ephemeralContainers`),
    ...validatePodResources(spec, claimNames, field),
    ...validateHostNetworkPorts(spec, isPod, `${field}.containers`),
    ...validateChoice(spec.restartPolicy, RESTART_POLICIES, `${field}.restartPolicy`),
    ...validateDnsPolicy(spec.dnsPolicy, `${field}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${field}.securityContext`, old?.securityContext?.seLinuxChangePolicy !== undefined),
    ...(spec.affinity ? validateAffinity(spec.affinity, affinityOptionsOf(old), `${field}.affinity`) : []),
    ...validateDnsConfig(spec.dnsConfig, spec.dnsPolicy, `${field}.dnsConfig`),
    ...validateReadinessGates(spec.readinessGates, `${field}.readinessGates`),
    ...validateSchedulingGates(spec.schedulingGates, `${field}.schedulingGates`),
    ...validateSpreadConstraints(spec.topologySpreadConstraints, spreadOptionsOf(old?.topologySpreadConstraints), `${field}.topologySpreadConstraints`),
    ...validateHostProcess(spec, field),
    ...validateHostUsers(spec, old?.hostUsers === false && containersWithPath(old, '').some(([{ volumeDevices }]) => volumeDevices?.length), field),
    ...validateHostnameOverride(spec, field),
    ...validateNames(spec, field),
    ...(spec.overhead ? validateResourceRequirements({ limits: spec.overhead }, new Set(), `${field}.overhead`) : []),
    ...validateOs(spec, field),
    ...validateFileKeyVolumes(spec, field),
  );
  return errors;
}

function validateNames(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.serviceAccountName) errors.push(...validateDnsSubdomainField(spec.serviceAccountName, `${field}.serviceAccountName`));
  if (spec.nodeName) errors.push(...validateDnsSubdomainField(spec.nodeName, `${field}.nodeName`));
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > LARGEST_INT32))
    errors.push(invalidValue(`${field}.activeDeadlineSeconds`, deadline, inclusiveRange(1, LARGEST_INT32)));
  if (spec.hostname) errors.push(...validateDnsLabelField(spec.hostname, `${field}.hostname`));
  if (spec.subdomain) errors.push(...validateDnsLabelField(spec.subdomain, `${field}.subdomain`));
  errors.push(...validateTolerations(spec.tolerations, `${field}.tolerations`), ...validateHostAliases(spec.hostAliases, `${field}.hostAliases`));
  if (spec.priorityClassName) errors.push(...validateDnsSubdomainField(spec.priorityClassName, `${field}.priorityClassName`));
  if (spec.runtimeClassName !== undefined) errors.push(...validateDnsSubdomainField(spec.runtimeClassName, `${field}.runtimeClassName`));
  if (spec.preemptionPolicy !== undefined) errors.push(...validateChoice(spec.preemptionPolicy, PREEMPTION_POLICIES, `${field}.preemptionPolicy`));
  return errors;
}
