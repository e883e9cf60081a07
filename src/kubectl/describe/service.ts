// kubectl describe service
import type { LoadBalancerIngress } from '../../kube/api/core-v1.ts';
import { endpointSlices, services } from '../../kube/api/resources.ts';
import { describerOf } from './describer.ts';
import { endpointsText } from './endpoints-text.ts';
import { NONE, pairsText, UNSET, writeLabelsAndAnnotations } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';
import type { Service } from '../../kube/api/core-v1.ts';

export const describer = describerOf(services, async (w, { metadata, spec, status }, means) => {
  const slices = await means
    .list(endpointSlices, metadata.namespace ?? '', { labelSelector: `kubernetes.io/service-name=${metadata.name ?? ''}` })
    .catch(() => []); // who may not see them sees none
  w.field(0, 'Name', metadata.name ?? '');
  w.field(0, 'Namespace', metadata.namespace ?? '');
  writeLabelsAndAnnotations(w, metadata);
  writeAddresses(w, spec);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length) w.field(0, 'LoadBalancer Ingress', ingress.map(ingressText).join(', '));
  for (const { name = '', port, protocol = '', targetPort = 0, nodePort = 0 } of spec.ports ?? []) {
    const shown = name || UNSET;
    w.field(0, 'Port', `${shown}\t${port}/${protocol}`);
    w.field(0, 'TargetPort', `${targetPort}/${protocol}`);
    if (nodePort) w.field(0, 'NodePort', `${shown}\t${nodePort}/${protocol}`);
    w.field(0, 'Endpoints', endpointsText(slices, name));
  }
  w.field(0, 'Session Affinity', spec.sessionAffinity ?? '');
  if (spec.externalTrafficPolicy) w.field(0, 'External Traffic Policy', spec.externalTrafficPolicy);
  if (spec.internalTrafficPolicy !== undefined) w.field(0, 'Internal Traffic Policy', spec.internalTrafficPolicy);
  if (spec.healthCheckNodePort) w.field(0, 'HealthCheck NodePort', spec.healthCheckNodePort);
  if (spec.loadBalancerSourceRanges?.length) w.field(0, 'LoadBalancer Source Ranges', spec.loadBalancerSourceRanges.join(','));
  if (spec.trafficDistribution !== undefined) w.field(0, 'Traffic Distribution', spec.trafficDistribution);
});

function writeAddresses(w: DescribeWriter, spec: Service['spec']): void {
  w.field(0, 'Selector', pairsText(spec.selector));
  w.field(0, 'Type', spec.type ?? '');
  if (spec.ipFamilyPolicy !== undefined) w.field(0, 'IP Family Policy', spec.ipFamilyPolicy);
  w.field(0, 'IP Families', spec.ipFamilies?.join(',') || NONE);
  w.field(0, 'IP', spec.clusterIP ?? '');
  w.field(0, 'IPs', spec.clusterIPs?.length ? spec.clusterIPs.join(',') : NONE);
  if (spec.externalIPs?.length) w.field(0, 'External IPs', spec.externalIPs.join(','));
  if (spec.loadBalancerIP) w.field(0, 'Desired LoadBalancer IP', spec.loadBalancerIP);
  if (spec.externalName) w.field(0, 'External Name', spec.externalName);
}

const ingressText = ({ ip, ipMode, hostname = '' }: LoadBalancerIngress): string => (ip ? `${ip}${ipMode ? ` (${ipMode})` : ''}` : hostname);
