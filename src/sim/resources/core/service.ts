// Service. Models kubernetes/pkg/apis/core/v1/defaults.go and pkg/apis/core/validation/validation.go
import type { Service } from '../../../kube/api/core-v1.ts';
import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  invalidValues,
  notSupported,
  requiredValue,
  type FieldError,
} from '../../../kube/machinery/field-errors.ts';
import { validateDnsLabel, validateDnsSubdomain, validatePortName, validatePortNumber } from '../../../kube/machinery/names.ts';
import { age, labelsCell } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { validateLabels } from '../metadata.ts';

const LOAD_BALANCER_WIDTH = 16;
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function externalIp({ spec, status }: Service): string {
  const external = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>';
    case 'LoadBalancer': {
      const balancers = [...new Set((status.loadBalancer?.ingress ?? []).map((each) => each.ip || each.hostname || '').filter(Boolean))].sort().join(',');
      const shown = balancers.length > LOAD_BALANCER_WIDTH ? `${balancers.slice(0, LOAD_BALANCER_WIDTH - 3)}...` : balancers;
      return [...(shown ? [shown] : []), ...external].join(',') || '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

function validatePorts({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const ports = spec.ports ?? [];
  const names = new Set<string>();
  const seen = new Set<string>();
  const nodePorts = new Set<string>();
  if (!ports.length && spec.clusterIP !== 'None' && spec.type !== 'ExternalName') errors.push(requiredValue('spec.ports'));
  for (const [i, port] of ports.entries()) {
    const at = `spec.ports[${i}]`;
    if (ports.length > 1 && !port.name) errors.push(requiredValue(`${at}.name`));
    else if (port.name) {
      errors.push(...invalidValues(`${at}.name`, port.name, validateDnsLabel(port.name)));
      if (names.has(port.name)) errors.push(duplicateValue(`${at}.name`, port.name));
      names.add(port.name);
    }
    errors.push(...invalidValues(`${at}.port`, port.port, validatePortNumber(port.port)));
    if (port.protocol && !['TCP', 'UDP', 'SCTP'].includes(port.protocol)) errors.push(notSupported(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']));
    if (typeof port.targetPort === 'number') errors.push(...invalidValues(`${at}.targetPort`, port.targetPort, validatePortNumber(port.targetPort)));
    else if (port.targetPort !== undefined) errors.push(...invalidValues(`${at}.targetPort`, port.targetPort, validatePortName(port.targetPort)));
    const key = `${port.protocol ?? 'TCP'}/${port.port}`;
    if (seen.has(key))
      errors.push({
        field: at,
        reason: 'FieldValueDuplicate',
        detail: `Duplicate value: {"Name":"","Protocol":${JSON.stringify(port.protocol)},"AppProtocol":null,"Port":${port.port},"TargetPort":0,"NodePort":0}`,
      });
    seen.add(key);
    if (port.nodePort) {
      if (spec.type === 'ClusterIP') errors.push(forbiddenValue(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
      const nodeKey = `${port.protocol ?? 'TCP'}/${port.nodePort}`;
      if (nodePorts.has(nodeKey)) errors.push(duplicateValue(`${at}.nodePort`, port.nodePort));
      nodePorts.add(nodeKey);
    }
  }
  return errors;
}

function validate(service: Service): FieldError[] {
  const { spec } = service;
  const errors = validatePorts(service);
  if (!spec.type || !TYPES.includes(spec.type)) errors.push(notSupported('spec.type', spec.type ?? '', TYPES));
  if (spec.type === 'ExternalName') {
    if (!spec.externalName) errors.push(requiredValue('spec.externalName'));
    else errors.push(...invalidValues('spec.externalName', spec.externalName, validateDnsSubdomain(spec.externalName.toLowerCase().replace(/\.$/, ''))));
    if (spec.clusterIP) errors.push(forbiddenValue('spec.clusterIPs', 'may not be set for ExternalName services'));
  }
  if (spec.clusterIP === 'None' && (spec.type === 'NodePort' || spec.type === 'LoadBalancer'))
    errors.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  errors.push(...validateLabels(spec.selector, 'spec.selector'));
  if (spec.sessionAffinity && !['None', 'ClientIP'].includes(spec.sessionAffinity))
    errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']));
  return errors;
}

export const services = defineKind<Service>('v1', 'services', {
  controller: 'endpointslice-controller',
  names: 'dns-1035-label',
  defaults({ spec }) {
    spec.sessionAffinity ||= 'None';
    if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
    else spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: 10800 } };
    spec.type ||= 'ClusterIP';
    for (const port of spec.ports ?? []) {
      port.protocol ||= 'TCP';
      if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
    }
    const reachable = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && Boolean(spec.externalIPs?.length));
    if (reachable) spec.externalTrafficPolicy ||= 'Cluster';
    if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
    if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  },
  prepareForCreate: (draft) => {
    draft.status = { loadBalancer: {} };
  },
  prepareForUpdate({ spec }, old) {
    if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer' && (old.spec.type === 'NodePort' || old.spec.type === 'LoadBalancer')) {
      for (const port of spec.ports ?? []) {
        const before = old.spec.ports?.find((each) => each.port === port.port && each.protocol === port.protocol);
        if (port.nodePort !== undefined && port.nodePort === before?.nodePort) delete port.nodePort;
      }
      delete spec.externalTrafficPolicy;
      delete spec.allocateLoadBalancerNodePorts;
    }
    spec.ipFamilies ??= old.spec.ipFamilies ? [...old.spec.ipFamilies] : (undefined as never);
    spec.ipFamilyPolicy ??= old.spec.ipFamilyPolicy as never;
    if (spec.ipFamilies === undefined) delete (spec as { ipFamilies?: unknown }).ipFamilies;
    if (spec.ipFamilyPolicy === undefined) delete (spec as { ipFamilyPolicy?: unknown }).ipFamilyPolicy;
  },
  validate,
  validateUpdate(next, old) {
    const errors: FieldError[] = [];
    if (old.spec.type !== 'ExternalName' && next.spec.type !== 'ExternalName' && old.spec.clusterIP && next.spec.clusterIP !== old.spec.clusterIP)
      errors.push(invalidValue('spec.clusterIPs[0]', [next.spec.clusterIP ?? ''], 'may not change once set'));
    return [...errors, ...validate(next)];
  },
  selectableFields: { 'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '', 'spec.type': ({ spec }) => spec.type ?? '' },
  row: (service, { now }) => [
    service.metadata.name ?? '',
    service.spec.type ?? '',
    service.spec.clusterIPs?.[0] ?? '<none>',
    externalIp(service),
    (service.spec.ports ?? [])
      .map((each) => (each.nodePort ? `${each.port}:${each.nodePort}/${each.protocol ?? ''}` : `${each.port}/${each.protocol ?? ''}`))
      .join(',') || '<none>',
    age(service, now),
    labelsCell(service.spec.selector),
  ],
});
