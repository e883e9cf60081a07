// kubectl describe networkpolicy
import type { NetworkPolicyPeer, NetworkPolicyPort } from '../../kube/api/networking-v1.ts';
import { networkPolicies } from '../../kube/api/resources.ts';
import { describerOf } from './describer.ts';
import { NONE, selectorOrNone, writeLabelsAndAnnotations } from './metadata.ts';
import { plainTime } from './times.ts';
import type { DescribeWriter } from './writer.ts';

export const describer = describerOf(
  networkPolicies,
  (w, { metadata, spec }) => {
    w.field(0, 'Name', metadata.name ?? '');
    w.field(0, 'Namespace', metadata.namespace ?? '');
    w.field(0, 'Created on', plainTime(metadata.creationTimestamp));
    writeLabelsAndAnnotations(w, metadata);
    w.line(0, 'Spec:');
    const { podSelector = {}, policyTypes = [], ingress, egress } = spec ?? {};
    const isOfAll = !Object.keys(podSelector.matchLabels ?? {}).length && !podSelector.matchExpressions?.length;
    w.write(1, 'PodSelector: ');
    w.line(2, isOfAll ? `${NONE} (Allowing the specific traffic to all pods in this namespace)` : selectorOrNone(podSelector));
    writeDirection(w, { name: 'ingress', isAffected: policyTypes.includes('Ingress'), rules: ingress?.map(({ ports, from }) => ({ ports, peers: from })) });
    writeDirection(w, { name: 'egress', isAffected: policyTypes.includes('Egress'), rules: egress?.map(({ ports, to }) => ({ ports, peers: to })) });
    w.line(1, `Policy Types: ${policyTypes.join(', ') || NONE}`);
  },
  { withEvents: false },
);

interface Rule {
  readonly ports: readonly NetworkPolicyPort[] | undefined;
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
}
interface Direction {
  readonly name: 'ingress' | 'egress';
  readonly isAffected: boolean;
  readonly rules: readonly Rule[] | undefined;
}

function writeDirection(w: DescribeWriter, { name, isAffected, rules = [] }: Direction): void {
  if (!isAffected) {
    w.line(1, `Not affecting ${name} traffic`);
    return;
  }
  w.line(1, `Allowing ${name} traffic:`);
  if (!rules.length) w.line(2, `${NONE} (Selected pods are isolated for ${name} connectivity)`);
  const [title, end] = name === 'ingress' ? ['From', 'source'] : ['To', 'destination'];
  rules.forEach(({ ports = [], peers = [] }, i) => {
    if (!ports.length) w.line(2, 'To Port: <any> (traffic allowed to all ports)');
    for (const port of ports) w.line(2, portText(port));
    if (!peers.length) w.line(2, `${title}: <any> (traffic not restricted by ${end})`);
    for (const peer of peers) {
      w.line(2, `${title}:`);
      writePeer(w, peer);
    }
    if (i < rules.length - 1) w.line(2, '----------');
  });
}

function portText({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort): string {
  // An absent port is printed as Go prints a nil.
  const first = port ?? '<nil>';
  return endPort === undefined ? `To Port: ${first}/${protocol}` : `To Port Range: ${first}-${endPort}/${protocol}`;
}

function writePeer(w: DescribeWriter, { namespaceSelector, podSelector, ipBlock }: NetworkPolicyPeer): void {
  if (namespaceSelector) w.line(3, `NamespaceSelector: ${selectorOrNone(namespaceSelector)}`);
  if (podSelector) w.line(3, `PodSelector: ${selectorOrNone(podSelector)}`);
  if (namespaceSelector || podSelector || !ipBlock) return;
  w.line(3, 'IPBlock:');
  w.line(4, `CIDR: ${ipBlock.cidr}`);
  w.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`);
}
