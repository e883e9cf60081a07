// Services. Models kubernetes/pkg/apis/core/validation/validation.go
import type { LoadBalancerStatus, Service, ServicePort } from '../../../../kube/api/core-v1.ts';
import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  invalidValues,
  notSupported,
  requiredValue,
  type FieldError,
} from '../../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain, validatePortNumber } from '../../../../kube/machinery/names.ts';
import { internalForm } from '../../validation/internal-form.ts';
import { parseAddress, validateLegacyCidr, validateLegacyIp } from '../../validation/ip.ts';
import { validateLabels } from '../../validation/labels.ts';
import { validateDnsLabelField, validateDnsSubdomainField, validateQualifiedName } from '../../validation/rules.ts';
import { PROTOCOLS } from './container.ts';
import { validateEndpointIp } from './endpoint-ip.ts';
import { validatePortNumberOrName } from './probes.ts';
import { isHeadless, validateClusterIps, validateClusterIpsUpdate, validateFamiliesUpdate } from './service-addresses.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const LONGEST_AFFINITY_SECONDS = 86400;
const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

export const isExternallyAccessible = ({ spec }: Pick<Service, 'spec'>): boolean =>
  spec.type === 'LoadBalancer' || spec.type === 'NodePort' || (spec.type === 'ClusterIP' && Boolean(spec.externalIPs?.length));
export const needsHealthCheck = ({ spec }: Pick<Service, 'spec'>): boolean => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

function validatePort({ name, port, protocol, targetPort, appProtocol }: ServicePort, requireName: boolean, names: Set<string>, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (requireName && !name) errors.push(requiredValue(`${field}.name`));
  else if (name) {
    errors.push(...validateDnsLabelField(name, `${field}.name`));
    if (names.has(name)) errors.push(duplicateValue(`${field}.name`, name));
    names.add(name);
  }
  errors.push(...invalidValues(`${field}.port`, port, validatePortNumber(port)));
  if (!protocol) errors.push(requiredValue(`${field}.protocol`));
  else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS));
  errors.push(...validatePortNumberOrName(targetPort, `${field}.targetPort`));
  if (appProtocol !== undefined) errors.push(...validateQualifiedName(appProtocol, `${field}.appProtocol`));
  return errors;
}

function validateExternalName({ spec }: Service): FieldError[] {
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  return [
    ...(spec.clusterIPs?.length ? [forbiddenValue('spec.clusterIPs', 'may not be set for ExternalName services')] : []),
    ...(spec.ipFamilies?.length ? [forbiddenValue('spec.ipFamilies', 'may not be set for ExternalName services')] : []),
    ...(spec.ipFamilyPolicy === undefined ? [] : [forbiddenValue('spec.ipFamilyPolicy', 'may not be set for ExternalName services')]),
    ...(name ? validateDnsSubdomainField(name, 'spec.externalName') : [requiredValue('spec.externalName')]),
  ];
}

function validateAffinity({ sessionAffinity: affinity, sessionAffinityConfig: config }: Service['spec']): FieldError[] {
  if (!affinity) return [requiredValue('spec.sessionAffinity')];
  const field = 'spec.sessionAffinityConfig';
  const errors = AFFINITIES.includes(affinity) ? [] : [notSupported('spec.sessionAffinity', affinity, AFFINITIES)];
  if (affinity === 'ClientIP') {
    const seconds = config?.clientIP?.timeoutSeconds;
    const need = 'when session affinity type is ClientIP';
    if (!config) errors.push(requiredValue(field, need));
    else if (!config.clientIP) errors.push(requiredValue(`${field}.clientIP`, need));
    else if (seconds === undefined) errors.push(requiredValue(`${field}.clientIP.timeoutSeconds`, need));
    else if (seconds <= 0 || seconds > LONGEST_AFFINITY_SECONDS)
      errors.push(invalidValue(`${field}.clientIP.timeoutSeconds`, seconds, `must be greater than 0 and less than ${LONGEST_AFFINITY_SECONDS}`));
  } else if (affinity === 'None' && config) errors.push(forbiddenValue(field, 'must not be set when session affinity is None'));
  return errors;
}

function validateUniquePorts({ type, ports = [] }: Service['spec']): FieldError[] {
  const errors: FieldError[] = [];
  if (type === 'ClusterIP')
    for (const [i, { nodePort }] of ports.entries())
      if (nodePort) errors.push(forbiddenValue(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
  const nodePorts = new Set<string>();
  for (const [i, { protocol = '', nodePort }] of ports.entries()) {
    if (!nodePort) continue;
    if (nodePorts.has(`${protocol}/${nodePort}`)) errors.push(duplicateValue(`spec.ports[${i}].nodePort`, nodePort));
    nodePorts.add(`${protocol}/${nodePort}`);
  }
  const numbers = new Set<string>();
  for (const [i, { protocol = '', port }] of ports.entries()) {
    if (numbers.has(`${protocol}/${port}`)) errors.push(duplicateValue(`spec.ports[${i}]`, internalForm('ServicePort', { protocol, port })));
    numbers.add(`${protocol}/${port}`);
  }
  return errors;
}

function validateSourceRanges({ spec, metadata }: Service, old: Service | undefined): FieldError[] {
  const { loadBalancerSourceRanges: ranges = [], type } = spec;
  const notHere = (field: string): FieldError[] => (type === 'LoadBalancer' ? [] : [forbiddenValue(field, "may only be used when `type` is 'LoadBalancer'")]);
  if (ranges.length) {
    const field = 'spec.LoadBalancerSourceRanges';
    const before = old?.spec.loadBalancerSourceRanges?.map((each) => each.trim());
    return [...notHere(field), ...ranges.flatMap((each, i) => validateLegacyCidr(each.trim(), `${field}[${i}]`, before))];
  }
  const annotation = metadata.annotations?.[SOURCE_RANGES];
  if (annotation === undefined) return [];
  const field = `metadata.annotations[${SOURCE_RANGES}]`;
  const unchanged = old?.metadata.annotations?.[SOURCE_RANGES] === annotation;
  return [...notHere(field), ...(unchanged || !annotation.trim() ? [] : annotation.split(',').flatMap((each) => validateLegacyCidr(each.trim(), field)))];
}

function validateLoadBalancerClass(next: Service, old: Service | undefined): FieldError[] {
  const field = 'spec.loadBalancerClass';
  const { type, loadBalancerClass: name } = next.spec;
  const errors: FieldError[] = [];
  if (old?.spec.type === 'LoadBalancer' && type === 'LoadBalancer' && old.spec.loadBalancerClass !== name)
    errors.push(invalidValue(field, name ?? null, 'may not change once set'));
  if (name === undefined) return errors;
  return [
    ...errors,
    ...(type === 'LoadBalancer' ? validateQualifiedName(name, field) : [forbiddenValue(field, "may only be used when `type` is 'LoadBalancer'")]),
  ];
}

function validateTrafficPolicies(service: Service): FieldError[] {
  const { type, externalTrafficPolicy: external, healthCheckNodePort: healthPort = 0, internalTrafficPolicy: internal, trafficDistribution } = service.spec;
  const errors: FieldError[] = [];
  if (!isExternallyAccessible(service)) {
    if (external) errors.push(invalidValue('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services'));
  } else if (!external) errors.push(requiredValue('spec.externalTrafficPolicy'));
  else if (!TRAFFIC_POLICIES.includes(external)) errors.push(notSupported('spec.externalTrafficPolicy', external, TRAFFIC_POLICIES));
  if (!needsHealthCheck(service)) {
    if (healthPort)
      errors.push(invalidValue('spec.healthCheckNodePort', healthPort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"));
  } else if (!healthPort) errors.push(requiredValue('spec.healthCheckNodePort'));
  else errors.push(...invalidValues('spec.healthCheckNodePort', healthPort, validatePortNumber(healthPort)));
  if (internal === undefined) {
    if (type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP') errors.push(requiredValue('spec.internalTrafficPolicy'));
  } else if (!TRAFFIC_POLICIES.includes(internal)) errors.push(notSupported('spec.internalTrafficPolicy', internal, TRAFFIC_POLICIES));
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution))
    errors.push(notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS));
  return errors;
}

export function validateService(service: Service, old?: Service): FieldError[] {
  const { spec, metadata } = service;
  const { type = '', ports = [], externalIPs = [] } = spec;
  const errors: FieldError[] = [];
  const hints = metadata.annotations?.[HINTS];
  const mode = metadata.annotations?.[MODE];
  if (hints !== undefined && mode !== undefined && hints !== mode)
    errors.push(invalidValue(`metadata.annotations[${MODE}]`, mode, `must match annotations[${HINTS}] when both are specified`));
  const headless = isHeadless(service);
  if (!ports.length && !headless && type !== 'ExternalName') errors.push(requiredValue('spec.ports'));
  if (headless && (type === 'LoadBalancer' || type === 'NodePort'))
    errors.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  if (type === 'ExternalName') errors.push(...validateExternalName(service));
  const names = new Set<string>();
  errors.push(
    ...ports.flatMap((each, i) => validatePort(each, ports.length > 1, names, `spec.ports[${i}]`)),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateAffinity(spec),
    ...validateClusterIps(service, old),
    ...externalIPs.flatMap((ip, i) => {
      const problems = validateLegacyIp(ip, `spec.externalIPs[${i}]`, old?.spec.externalIPs);
      return problems.length ? problems : validateEndpointIp(ip, `spec.externalIPs[${i}]`);
    }),
  );
  if (!type) errors.push(requiredValue('spec.type'));
  else if (!TYPES.includes(type)) errors.push(notSupported('spec.type', type, TYPES));
  errors.push(...validateUniquePorts(spec), ...validateSourceRanges(service, old));
  const allocate = spec.allocateLoadBalancerNodePorts;
  if (allocate !== undefined && type !== 'LoadBalancer')
    errors.push(forbiddenValue('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'"));
  if (allocate === undefined && type === 'LoadBalancer') errors.push(requiredValue('allocateLoadBalancerNodePorts'));
  return [...errors, ...validateLoadBalancerClass(service, undefined), ...validateTrafficPolicies(service)];
}

export function validateServiceUpdate(next: Service, old: Service): FieldError[] {
  const healthPortChanged = needsHealthCheck(old) && needsHealthCheck(next) && next.spec.healthCheckNodePort !== old.spec.healthCheckNodePort;
  return [
    ...validateClusterIpsUpdate(next, old),
    ...validateFamiliesUpdate(next, old),
    ...validateLoadBalancerClass(next, old),
    ...(healthPortChanged ? [forbiddenValue('spec.healthCheckNodePort', 'field is immutable')] : []),
    ...validateService(next, old),
  ];
}

const IP_MODES = ['Proxy', 'VIP'];

/** Of services and ingresses; `type` is that of the service. */
export function validateLoadBalancerStatus(
  status: LoadBalancerStatus | undefined,
  old: LoadBalancerStatus | undefined,
  field: string,
  type: string | undefined,
): FieldError[] {
  const ingress = status?.ingress ?? [];
  if (type !== 'LoadBalancer') return ingress.length ? [forbiddenValue(`${field}.ingress`, "may only be used when `spec.type` is 'LoadBalancer'")] : [];
  const before = (old?.ingress ?? []).map(({ ip = '' }) => ip).filter(Boolean);
  return ingress.flatMap(({ ip, ipMode, hostname }, i) => {
    const at = `${field}.ingress[${i}]`;
    const errors = ip ? validateLegacyIp(ip, `${at}.ip`, before) : [];
    if (ipMode === undefined) errors.push(...(ip ? [requiredValue(`${at}.ipMode`, 'must be specified when `ip` is set')] : []));
    else if (!ip) errors.push(forbiddenValue(`${at}.ipMode`, 'may not be specified when `ip` is not set'));
    else if (!IP_MODES.includes(ipMode)) errors.push(notSupported(`${at}.ipMode`, ipMode, IP_MODES));
    if (!hostname) return errors;
    errors.push(...invalidValues(`${at}.hostname`, hostname, validateDnsSubdomain(hostname)));
    if (parseAddress(hostname)) errors.push(invalidValue(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    return errors;
  });
}
