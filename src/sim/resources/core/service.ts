// Service. Models kubernetes/pkg/registry/core/service/strategy.go, pkg/apis/core/v1/defaults.go and pkg/api/service/warnings.go
import type { Service } from '../../../kube/api/core-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { age, labelsCell } from '../cells.ts';
import { defineKind, type Mutable } from '../descriptor.ts';
import { warningsForCidr, warningsForIp } from '../validation/ip.ts';
import { isExternallyAccessible, needsHealthCheck, validateLoadBalancerStatus, validateService, validateServiceUpdate } from './validation/service.ts';

const LOAD_BALANCER_WIDTH = 16;
const DEFAULT_AFFINITY_SECONDS = 10800;

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

function defaultService({ spec, status }: Mutable<Service>): void {
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: DEFAULT_AFFINITY_SECONDS } };
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  }
  if (isExternallyAccessible({ spec })) spec.externalTrafficPolicy ||= 'Cluster';
  if (['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type)) spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type !== 'LoadBalancer') return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const each of status?.loadBalancer?.ingress ?? []) if (each.ip) each.ipMode ??= 'VIP';
}

const needsNodePort = ({ spec }: Service): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer';

/** What only the old type could have goes with it, unless it was changed in the same breath. */
function dropTypeDependentFields(draft: Mutable<Service>, old: Service): void {
  const { spec } = draft;
  const before = old.spec;
  const drop = (...names: readonly (keyof Mutable<Service>['spec'])[]): void => {
    for (const name of names) delete spec[name];
  };
  if (before.type !== 'ExternalName' && spec.type === 'ExternalName') {
    if ((spec.clusterIP ?? '') === (before.clusterIP ?? '') && jsonEqual(spec.clusterIPs ?? [], before.clusterIPs ?? [])) drop('clusterIP', 'clusterIPs');
    if (jsonEqual(spec.ipFamilies ?? [], before.ipFamilies ?? [])) drop('ipFamilies');
    if (spec.ipFamilyPolicy === before.ipFamilyPolicy) drop('ipFamilyPolicy');
  }
  if (needsNodePort(old) && !needsNodePort(draft)) {
    const known = new Set((before.ports ?? []).map((each) => each.nodePort));
    if ((spec.ports ?? []).every((each) => !each.nodePort || known.has(each.nodePort))) for (const each of spec.ports ?? []) delete each.nodePort;
  }
  if (needsHealthCheck(old) && !needsHealthCheck(draft) && spec.healthCheckNodePort === before.healthCheckNodePort) drop('healthCheckNodePort');
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts) drop('allocateLoadBalancerNodePorts');
    if (spec.loadBalancerClass === before.loadBalancerClass) drop('loadBalancerClass');
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(draft) && spec.externalTrafficPolicy === before.externalTrafficPolicy)
    drop('externalTrafficPolicy');
  if (spec.type !== 'LoadBalancer') draft.status = { ...draft.status, loadBalancer: {} };
}

function warnings({ metadata, spec }: Service): string[] {
  const headless = spec.type === 'ClusterIP' && spec.clusterIP === 'None';
  const { externalIPs = [], loadBalancerIP, loadBalancerSourceRanges = [], externalName, type } = spec;
  const found: string[] = [];
  if (metadata.annotations?.['service.kubernetes.io/topology-aware-hints'] !== undefined)
    found.push('annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead');
  if (spec.clusterIP && spec.clusterIP !== 'None') found.push(...(spec.clusterIPs ?? []).flatMap((each, i) => warningsForIp(`spec.clusterIPs[${i}]`, each)));
  if (headless && loadBalancerIP) found.push('spec.loadBalancerIP is ignored for headless services');
  if (headless && externalIPs.length) found.push('spec.externalIPs is ignored for headless services');
  if (headless && spec.sessionAffinity !== 'None') found.push('spec.SessionAffinity is ignored for headless services');
  found.push(
    ...externalIPs.flatMap((each, i) => warningsForIp(`spec.externalIPs[${i}]`, each)),
    ...(loadBalancerIP ? warningsForIp('spec.loadBalancerIP', loadBalancerIP) : []),
    ...loadBalancerSourceRanges.flatMap((each, i) => warningsForCidr(`spec.loadBalancerSourceRanges[${i}]`, each)),
  );
  if (type === 'ExternalName' && externalIPs.length) found.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (type !== 'ExternalName' && externalName) found.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === 'PreferClose') found.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return found;
}

export const services = defineKind<Service>('v1', 'services', {
  controller: 'endpointslice-controller',
  names: 'dns-1035-label',
  createOnUpdate: true,
  defaults: defaultService,
  prepareForCreate: (draft) => {
    draft.status = { loadBalancer: {} };
  },
  prepareForUpdate(draft, old) {
    dropTypeDependentFields(draft, old);
  },
  validate: (service) => validateService(service),
  validateUpdate: validateServiceUpdate,
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
  subresources: {
    status: {
      validateUpdate: (next, old) => validateLoadBalancerStatus(next.status.loadBalancer, old.status.loadBalancer, 'status.loadBalancer', next.spec.type),
      warningsOnUpdate: ({ status }) =>
        (status.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) => (ip ? warningsForIp(`status.loadBalancer.ingress[${i}]`, ip) : [])),
    },
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
