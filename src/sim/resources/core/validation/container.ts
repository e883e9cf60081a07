// Containers, init containers and ephemeral ones. Models kubernetes/pkg/apis/core/validation/validation.go
import type { Container, ContainerPort, ContainerResizePolicy, EphemeralContainer, PodSpec, Volume } from '../../../../kube/api/core-v1.ts';
import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  invalidValues,
  notFoundValue,
  notSupported,
  requiredValue,
  tooLong,
  type FieldError,
} from '../../../../kube/machinery/field-errors.ts';
import { validatePortName, validatePortNumber } from '../../../../kube/machinery/names.ts';
import { validateDnsLabelField } from '../../validation/rules.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { validateLifecycle, validateProbe } from './probes.ts';
import { validatePullPolicy } from './pull-policy.ts';
import { validateResourceRequirements } from './resources.ts';
import { validateSecurityContext } from './security-context.ts';
import { validateVolumeDevices, validateVolumeMounts } from './volume-mounts.ts';

/** What containers are checked against. */
export interface PodContext {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claimNames: ReadonlySet<string>;
  readonly hostUsers: boolean;
}

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function validatePorts(ports: readonly ContainerPort[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, { name, containerPort, hostPort, protocol }] of ports.entries()) {
    const at = `${field}[${i}]`;
    if (name) {
      const problems = validatePortName(name);
      if (problems.length) errors.push(...invalidValues(`${at}.name`, name, problems));
      else if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
      else names.add(name);
    }
    if (!containerPort) errors.push(requiredValue(`${at}.containerPort`));
    else errors.push(...invalidValues(`${at}.containerPort`, containerPort, validatePortNumber(containerPort)));
    if (hostPort) errors.push(...invalidValues(`${at}.hostPort`, hostPort, validatePortNumber(hostPort)));
    if (!protocol) errors.push(requiredValue(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
  }
  return errors;
}

function validateResizePolicies(policies: readonly ContainerResizePolicy[], podRestartPolicy: string, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { resourceName, restartPolicy }] of policies.entries()) {
    if (seen.has(resourceName)) errors.push(duplicateValue(`${field}[${i}]`, resourceName));
    seen.add(resourceName);
    if (!resourceName) errors.push(requiredValue(field));
    else if (!['cpu', 'memory'].includes(resourceName)) errors.push(notSupported(field, resourceName, ['cpu', 'memory']));
    if (!restartPolicy) errors.push(requiredValue(field));
    else if (!['NotRequired', 'RestartContainer'].includes(restartPolicy)) errors.push(notSupported(field, restartPolicy, ['NotRequired', 'RestartContainer']));
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired')
      errors.push(invalidValue(field, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
  }
  return errors;
}

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];

function validateCommon(container: Container, { spec, volumes, claimNames, hostUsers }: PodContext, field: string): FieldError[] {
  const { name, image, terminationMessagePolicy: policy } = container;
  const errors = name ? validateDnsLabelField(name, `${field}.name`) : [requiredValue(`${field}.name`)];
  if (!image) errors.push(requiredValue(`${field}.image`));
  if (!policy) errors.push(requiredValue(`${field}.terminationMessagePolicy`));
  else if (!MESSAGE_POLICIES.includes(policy)) errors.push(notSupported(`${field}.terminationMessagePolicy`, policy, MESSAGE_POLICIES));
  errors.push(
    ...validatePorts(container.ports ?? [], `${field}.ports`),
    ...validateEnv(container.env ?? [], `${field}.env`),
    ...validateEnvFrom(container.envFrom ?? [], `${field}.envFrom`),
    ...validateVolumeMounts(container, volumes, `${field}.volumeMounts`),
    ...validateVolumeDevices(container.volumeDevices ?? [], container.volumeMounts ?? [], volumes, `${field}.volumeDevices`),
    ...validatePullPolicy(container.imagePullPolicy, `${field}.imagePullPolicy`),
    ...validateResourceRequirements(container.resources ?? {}, claimNames, `${field}.resources`),
    ...validateResizePolicies(container.resizePolicy ?? [], spec.restartPolicy ?? '', `${field}.resizePolicy`),
    ...validateSecurityContext(container.securityContext, `${field}.securityContext`, hostUsers),
  );
  return errors;
}

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;

function validateRestartPolicy({ restartPolicy, restartPolicyRules: rules = [] }: Container, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (restartPolicy === undefined) {
    if (!rules.length) return [];
    errors.push(requiredValue(`${field}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  } else if (!RESTART_POLICIES.includes(restartPolicy)) errors.push(notSupported(`${field}.restartPolicy`, restartPolicy, RESTART_POLICIES));
  if (rules.length > MOST_RULES) errors.push(tooLong(`${field}.restartPolicyRules`, MOST_RULES));
  for (const [i, { action, exitCodes }] of rules.entries()) {
    const at = `${field}.restartPolicyRules[${i}]`;
    if (action !== 'Restart') errors.push(notSupported(`${at}.action`, action ?? '', ['Restart']));
    if (!exitCodes) errors.push(requiredValue(`${at}.exitCodes`, 'must be specified'));
    else {
      if (!['In', 'NotIn'].includes(exitCodes.operator ?? '')) errors.push(notSupported(`${at}.exitCodes.operator`, exitCodes.operator ?? '', ['In', 'NotIn']));
      if ((exitCodes.values?.length ?? 0) > MOST_EXIT_CODES) errors.push(tooLong(`${at}.exitCodes.values`, MOST_EXIT_CODES));
    }
  }
  return errors;
}

function validateHostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { protocol = '', hostIP = '', hostPort }] of ports.entries()) {
      if (!hostPort) continue;
      const address = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(address)) errors.push(duplicateValue(`${field}[${i}].ports[${j}].hostPort`, address));
      else taken.add(address);
    }
  }
  return errors;
}

function validateProbes(container: Container, graceSeconds: number | undefined, field: string): FieldError[] {
  return [
    ...(container.lifecycle ? validateLifecycle(container.lifecycle, graceSeconds, `${field}.lifecycle`) : []),
    ...validateProbe(container.livenessProbe, 'liveness', graceSeconds, `${field}.livenessProbe`),
    ...validateProbe(container.readinessProbe, 'readiness', graceSeconds, `${field}.readinessProbe`),
    ...validateProbe(container.startupProbe, 'startup', graceSeconds, `${field}.startupProbe`),
  ];
}

export function validateContainers(context: PodContext, field: string): FieldError[] {
  const containers = context.spec.containers ?? [];
  if (!containers.length) return [requiredValue(field)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const at = `${field}[${i}]`;
    errors.push(...validateCommon(container, context, at));
    if (names.has(container.name)) errors.push(duplicateValue(`${at}.name`, container.name));
    names.add(container.name);
    errors.push(...validateProbes(container, context.spec.terminationGracePeriodSeconds, at), ...validateRestartPolicy(container, at));
  }
  return [...errors, ...validateHostPortConflicts(containers, field)];
}

const SIDECAR_ONLY = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

function validateInitRestartPolicy(container: Container, field: string): FieldError[] {
  if (container.restartPolicy === 'Always')
    return container.restartPolicyRules?.length
      ? [forbiddenValue(`${field}.restartPolicyRules`, 'restartPolicyRules are not allowed for init containers with restart policy Always')]
      : [];
  return validateRestartPolicy(container, field);
}

export function validateInitContainers(context: PodContext, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set((context.spec.containers ?? []).map((each) => each.name));
  for (const [i, container] of (context.spec.initContainers ?? []).entries()) {
    const at = `${field}[${i}]`;
    errors.push(...validateCommon(container, context, at), ...validateInitRestartPolicy(container, at));
    if (names.has(container.name)) errors.push(duplicateValue(`${at}.name`, container.name));
    else if (container.name) names.add(container.name);
    errors.push(...validateHostPortConflicts([container], field));
    if (container.restartPolicy === 'Always') errors.push(...validateProbes(container, context.spec.terminationGracePeriodSeconds, at));
    else
      for (const each of SIDECAR_ONLY)
        if (container[each]) errors.push(forbiddenValue(`${at}.${each}`, 'may not be set for init containers without restartPolicy=Always'));
  }
  return errors;
}

/** In Go's order of the struct. */
const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const isSet = (value: unknown): boolean => value !== undefined && value !== null && (typeof value !== 'object' || Object.keys(value).length > 0);

export function validateEphemeralContainers(context: PodContext, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const others = new Set([...(context.spec.containers ?? []), ...(context.spec.initContainers ?? [])].map((each) => each.name));
  const names = new Set(others);
  for (const [i, ephemeral] of (context.spec.ephemeralContainers ?? []).entries()) {
    const at = `${field}[${i}]`;
    const { name, targetContainerName } = ephemeral;
    errors.push(...validateCommon(ephemeral as Container, context, at), ...validateImagePadding(ephemeral, at));
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    if (targetContainerName && !others.has(targetContainerName)) errors.push(notFoundValue(`${at}.targetContainerName`, targetContainerName));
    for (const each of NOT_EPHEMERAL) if (isSet(ephemeral[each])) errors.push(forbiddenValue(`${at}.${each}`, 'cannot be set for an Ephemeral Container'));
    for (const [j, mount] of (ephemeral.volumeMounts ?? []).entries())
      for (const each of ['subPath', 'subPathExpr'] as const)
        if (mount[each]) errors.push(forbiddenValue(`${at}.volumeMounts[${j}].${each}`, 'cannot be set for an Ephemeral Container'));
  }
  return errors;
}

/** Of pods alone: templates may have such images. */
export function validateImagePadding({ image = '' }: Container | EphemeralContainer, field: string): FieldError[] {
  return image.trim() === image ? [] : [invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace')];
}
