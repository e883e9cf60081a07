// kubectl describe ingress and ingressclass
import type { IngressBackend, IngressServiceBackend } from '../../kube/api/networking-v1.ts';
import { endpointSlices, ingressClasses, ingresses, services } from '../../kube/api/resources.ts';
import { messageOf } from '../../errors/app-error.ts';
import { describerOf, type DescribeMeans } from './describer.ts';
import { endpointsText } from './endpoints-text.ts';
import { NONE, writeAnnotations, writeLabelsAndAnnotations, writePairs } from './metadata.ts';

export const ingress = describerOf(ingresses, async (w, { metadata, spec = {}, status }, means) => {
  const namespace = metadata.namespace ?? '';
  w.field(0, 'Name', metadata.name ?? '');
  writePairs(w, 'Labels', metadata.labels);
  w.field(0, 'Namespace', namespace);
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').filter(Boolean);
  w.field(0, 'Address', [...new Set(addresses)].sort().join(','));
  w.field(0, 'Ingress Class', spec.ingressClassName ?? NONE);
  const otherwise = spec.defaultBackend ? await backendText(spec.defaultBackend, namespace, means) : '<default>';
  w.field(0, 'Default backend', otherwise);
  if (spec.tls?.length) w.line(0, 'TLS:');
  for (const { secretName, hosts = [] } of spec.tls ?? [])
    w.line(1, secretName ? `${secretName} terminates ${hosts.join(',')}` : `SNI routes ${hosts.join(',')}`);
  w.line(0, 'Rules:');
  w.row(1, ['Host', 'Path', 'Backends']);
  w.row(1, ['----', '----', '--------']);
  const rules = (spec.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of rules) {
    w.row(1, [host || '*', '']);
    for (const { path = '', backend } of http?.paths ?? []) w.row(2, ['', `${path} `, await backendText(backend, namespace, means)]);
  }
  if (!rules.length) w.row(1, ['*', '*', otherwise]);
  writeAnnotations(w, 'Annotations', metadata.annotations);
});

async function backendText({ service, resource }: IngressBackend, namespace: string, means: DescribeMeans): Promise<string> {
  if (service) return `${service.name}:${service.port?.number || service.port?.name || ''} (${await endpointsOf(service, namespace, means)})`;
  return resource ? `APIGroup: ${resource.apiGroup ?? NONE}, Kind: ${resource.kind}, Name: ${resource.name}` : '';
}

async function endpointsOf({ name, port }: IngressServiceBackend, namespace: string, means: DescribeMeans): Promise<string> {
  try {
    const slices = await means.list(endpointSlices, namespace, { labelSelector: `kubernetes.io/service-name=${name}` });
    const { spec } = await means.get(services, { namespace, name });
    const found = (spec.ports ?? []).findLast((each) => (port?.number ? each.port === port.number : Boolean(port?.name) && each.name === port?.name));
    return endpointsText(slices, found?.name ?? '');
  } catch (error) {
    return `<error: ${messageOf(error)}>`;
  }
}

export const ingressClass = describerOf(ingressClasses, (w, { metadata, spec = {} }) => {
  w.field(0, 'Name', metadata.name ?? '');
  writeLabelsAndAnnotations(w, metadata);
  w.field(0, 'Controller', spec.controller ?? '');
  const { parameters } = spec;
  if (!parameters) return;
  w.line(0, 'Parameters:');
  if (typeof parameters.apiGroup === 'string') w.field(1, 'APIGroup', parameters.apiGroup);
  w.field(1, 'Kind', parameters.kind);
  w.field(1, 'Name', parameters.name);
});
