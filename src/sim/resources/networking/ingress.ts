// Ingress. Models kubernetes/pkg/registry/networking/ingress/strategy.go
import type { Ingress } from '../../../kube/api/networking-v1.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { ingressWarnings, validateIngress, validateIngressStatus, validateIngressUpdate } from './ingress-validation.ts';

const MOST_HOSTS = 3;

function hostsOf({ spec: { rules = [] } }: Ingress): string {
  const shown: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (shown.length === MOST_HOSTS) more = true;
    else if (host) shown.push(host);
  }
  if (!shown.length) return '*';
  return more ? `${shown.join(',')} + ${rules.length - MOST_HOSTS} more...` : shown.join(',');
}

function addressOf({ status }: Ingress): string {
  const found = new Set((status.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').filter(Boolean));
  return [...found].sort().join(',');
}

export const ingresses = defineKind<Ingress>('networking.k8s.io/v1', 'ingresses', {
  metadataChecks: ['as changed', 'as new'],
  controller: 'ingress',
  generation: true,
  validate: validateIngress,
  validateUpdate: validateIngressUpdate,
  warningsOnCreate: ingressWarnings,
  subresources: { status: { validateUpdate: validateIngressStatus } },
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.spec.ingressClassName ?? '<none>',
    hostsOf(object),
    addressOf(object),
    object.spec.tls?.length ? '80, 443' : '80',
    age(object, now),
  ],
});
