// Validation of containers: names, images, ports, environment, mounts, probes, resources.
import type { Container, PodSpec, Probe, ResourceRequirements } from '../../../kube/api/core-v1.ts';
import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  invalidValues,
  notFoundValue,
  notSupported,
  requiredValue,
  type FieldError,
} from '../../../kube/machinery/field-errors.ts';
import {
  validateConfigMapKey,
  validateDnsLabel,
  validateEnvVarName,
  validateLabelKey,
  validatePortName,
  validatePortNumber,
} from '../../../kube/machinery/names.ts';
import { compareQuantity, quantityOf } from '../../../kube/machinery/quantity.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const STANDARD_RESOURCES: ReadonlySet<string> = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'storage',
  'pods',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
]);

function validatePorts(container: Container, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, port] of (container.ports ?? []).entries()) {
    const at = `${field}.ports[${i}]`;
    if (port.name) {
      errors.push(...invalidValues(`${at}.name`, port.name, validatePortName(port.name)));
      if (names.has(port.name)) errors.push(duplicateValue(`${at}.name`, port.name));
      names.add(port.name);
    }
    if (port.containerPort === 0) errors.push(requiredValue(`${at}.containerPort`));
    else errors.push(...invalidValues(`${at}.containerPort`, port.containerPort, validatePortNumber(port.containerPort)));
    if (port.hostPort) errors.push(...invalidValues(`${at}.hostPort`, port.hostPort, validatePortNumber(port.hostPort)));
    if (!port.protocol) errors.push(requiredValue(`${at}.protocol`));
    else if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${at}.protocol`, port.protocol, PROTOCOLS));
  }
  return errors;
}

function validateEnv(container: Container, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { name, value, valueFrom }] of (container.env ?? []).entries()) {
    const at = `${field}.env[${i}]`;
    if (!name) errors.push(requiredValue(`${at}.name`));
    else errors.push(...invalidValues(`${at}.name`, name, validateEnvVarName(name)));
    if (!valueFrom) continue;
    const sources = Object.keys(valueFrom);
    if (!sources.length)
      errors.push(
        invalidValue(`${at}.valueFrom`, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef`, or `fileKeyRef`'),
      );
    if (value) errors.push(invalidValue(`${at}.valueFrom`, '', 'may not be specified when `value` is not empty'));
    if (sources.length > 1) errors.push(invalidValue(`${at}.valueFrom`, '', 'may not have more than one field specified at a time'));
    for (const kind of ['configMapKeyRef', 'secretKeyRef'] as const) {
      const ref = valueFrom[kind];
      if (!ref) continue;
      if (!ref.name) errors.push(requiredValue(`${at}.valueFrom.${kind}.name`));
      if (!ref.key) errors.push(requiredValue(`${at}.valueFrom.${kind}.key`));
      else errors.push(...invalidValues(`${at}.valueFrom.${kind}.key`, ref.key, validateConfigMapKey(ref.key)));
    }
  }
  return errors;
}

function validateMounts(container: Container, volumes: ReadonlySet<string>, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    const at = `${field}.volumeMounts[${i}]`;
    if (!mount.name) errors.push(requiredValue(`${at}.name`));
    else if (!volumes.has(mount.name)) errors.push(notFoundValue(`${at}.name`, mount.name));
    if (!mount.mountPath) errors.push(requiredValue(`${at}.mountPath`));
    else if (paths.has(mount.mountPath)) errors.push(invalidValue(`${at}.mountPath`, mount.mountPath, 'must be unique'));
    paths.add(mount.mountPath);
    if (mount.subPath?.startsWith('/')) errors.push(invalidValue(`${at}.subPath`, mount.subPath, 'must be a relative path'));
  }
  return errors;
}

export function validateResources({ limits = {}, requests = {} }: ResourceRequirements, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const check = (amounts: Readonly<Record<string, string>>, at: string): void => {
    for (const [resource, amount] of Object.entries(amounts)) {
      const name = invalidValues(at, resource, validateLabelKey(resource));
      errors.push(...name);
      if (!name.length && !resource.includes('/') && !STANDARD_RESOURCES.has(resource) && !resource.startsWith('hugepages-'))
        errors.push(
          invalidValue(at, resource, 'must be a standard resource type or fully qualified'),
          invalidValue(at, resource, 'must be a standard resource for containers'),
        );
      if (quantityOf(amount).nanos < 0n) errors.push(invalidValue(`${at}[${resource}]`, amount, 'must be greater than or equal to 0'));
    }
  };
  check(limits, `${field}.limits`);
  check(requests, `${field}.requests`);
  for (const [resource, amount] of Object.entries(requests)) {
    const limit = limits[resource];
    if (limit !== undefined && compareQuantity(quantityOf(amount), quantityOf(limit)) > 0)
      errors.push(invalidValue(`${field}.requests`, amount, `must be less than or equal to ${resource} limit of ${limit}`));
  }
  return errors;
}

const PROBE_NUMBERS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;
function validateProbe(probe: Probe | undefined, field: string, mustSucceedOnce: boolean): FieldError[] {
  if (!probe) return [];
  const errors: FieldError[] = [];
  const handlers = (['exec', 'httpGet', 'tcpSocket', 'grpc'] as const).filter((each) => probe[each]);
  if (!handlers.length) errors.push(requiredValue(field, 'must specify a handler type'));
  for (const extra of handlers.slice(1)) errors.push(forbiddenValue(`${field}.${extra}`, 'may not specify more than 1 handler type'));
  if (probe.exec && !probe.exec.command?.length) errors.push(requiredValue(`${field}.exec.command`));
  for (const kind of ['httpGet', 'tcpSocket'] as const) {
    const port = probe[kind]?.port;
    if (typeof port === 'number') errors.push(...invalidValues(`${field}.${kind}.port`, port, validatePortNumber(port)));
    else if (typeof port === 'string') errors.push(...invalidValues(`${field}.${kind}.port`, port, validatePortName(port)));
  }
  for (const key of PROBE_NUMBERS) if ((probe[key] ?? 0) < 0) errors.push(invalidValue(`${field}.${key}`, probe[key], 'must be greater than or equal to 0'));
  if (mustSucceedOnce && probe.successThreshold !== undefined && probe.successThreshold !== 1)
    errors.push(invalidValue(`${field}.successThreshold`, probe.successThreshold, 'must be 1'));
  return errors;
}

function validateContainer(container: Container, volumes: ReadonlySet<string>, field: string, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(requiredValue(`${field}.name`));
  else errors.push(...invalidValues(`${field}.name`, container.name, validateDnsLabel(container.name)));
  if (names.has(container.name)) errors.push(duplicateValue(`${field}.name`, container.name));
  names.add(container.name);
  if (!container.image) errors.push(requiredValue(`${field}.image`));
  else if (container.image.trim() !== container.image)
    errors.push(invalidValue(`${field}.image`, container.image, 'must not have leading or trailing whitespace'));
  errors.push(
    ...validateProbe(container.livenessProbe, `${field}.livenessProbe`, true),
    ...validateProbe(container.readinessProbe, `${field}.readinessProbe`, false),
    ...validateProbe(container.startupProbe, `${field}.startupProbe`, true),
  );
  errors.push(...validatePorts(container, field), ...validateEnv(container, field), ...validateMounts(container, volumes, field));
  if (container.imagePullPolicy && !PULL_POLICIES.includes(container.imagePullPolicy))
    errors.push(notSupported(`${field}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES));
  if (container.resources) errors.push(...validateResources(container.resources, `${field}.resources`));
  return errors;
}

export function validateContainers(spec: PodSpec, volumes: ReadonlySet<string>, field: string): FieldError[] {
  const names = new Set<string>();
  const errors: FieldError[] = [];
  if (!spec.containers?.length) errors.push(requiredValue(`${field}.containers`));
  for (const [i, container] of (spec.containers ?? []).entries()) errors.push(...validateContainer(container, volumes, `${field}.containers[${i}]`, names));
  for (const [i, container] of (spec.initContainers ?? []).entries()) {
    errors.push(...validateContainer(container, volumes, `${field}.initContainers[${i}]`, names));
    if (container.restartPolicy === 'Always') continue;
    for (const key of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
      if (container[key])
        errors.push(forbiddenValue(`${field}.initContainers[${i}].${key}`, 'may not be set for init containers without restartPolicy=Always'));
  }
  return errors;
}
