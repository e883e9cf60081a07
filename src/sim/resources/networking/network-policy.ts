// NetworkPolicy. Models kubernetes/pkg/apis/networking/{v1/defaults.go,validation/validation.go}
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../../kube/api/networking-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validatePortName, validatePortNumber } from '../../../kube/machinery/names.ts';
import { age, selectorCell } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { formatAddress, parseCidr, validateLegacyCidr, warningsForCidr } from '../validation/ip.ts';
import { hasInvalidLabelValue, validateLabelSelector, type SelectorOptions } from '../validation/labels.ts';

interface Tolerated extends SelectorOptions {
  readonly cidrs: readonly string[];
}

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !['TCP', 'UDP', 'SCTP'].includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, ['TCP', 'UDP', 'SCTP']));
  const at = `${field}.endPort`;
  if (typeof port === 'number') {
    errors.push(...invalidValues(`${field}.port`, port, validatePortNumber(port)));
    if (endPort !== undefined && endPort < port) errors.push(invalidValue(at, port, 'must be greater than or equal to `port`'));
    if (endPort !== undefined) errors.push(...invalidValues(at, endPort, validatePortNumber(endPort)));
  } else if (port !== undefined) {
    if (endPort !== undefined) errors.push(invalidValue(at, endPort, 'may not be specified when `port` is non-numeric'));
    errors.push(...invalidValues(`${field}.port`, port, validatePortName(port)));
  } else if (endPort !== undefined) errors.push(invalidValue(at, endPort, 'may not be specified when `port` is not specified'));
  return errors;
}

function validateBlock({ cidr, except = [] }: IPBlock, field: string, { cidrs }: Tolerated): FieldError[] {
  if (!cidr) return [requiredValue(`${field}.cidr`)];
  const errors = validateLegacyCidr(cidr, `${field}.cidr`, cidrs);
  const whole = parseCidr(cidr);
  if (!whole) return errors;
  for (const [i, text] of except.entries()) {
    const at = `${field}.except[${i}]`;
    errors.push(...validateLegacyCidr(text, at, cidrs));
    const part = parseCidr(text);
    if (!part) continue;
    const inside =
      part.v4 === whole.v4 && parseCidr(`${formatAddress(part.network)}/${whole.length}`)?.network.bytes.every((each, n) => each === whole.network.bytes[n]);
    if (!inside || whole.length >= part.length) errors.push(invalidValue(at, text, 'must be a strict subset of `cidr`'));
  }
  return errors;
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, field: string, tolerated: Tolerated): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, `${field}.podSelector`, tolerated),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`, tolerated),
    ...(ipBlock ? validateBlock(ipBlock, `${field}.ipBlock`, tolerated) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(requiredValue(field, 'must specify a peer'));
  else if (ipBlock && (podSelector || namespaceSelector)) errors.push(forbiddenValue(field, 'may not specify both ipBlock and another peer'));
  return errors;
}

function validate({ spec }: NetworkPolicy, tolerated: Tolerated = { cidrs: [] }): FieldError[] {
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = spec;
  const rule = (ports: readonly NetworkPolicyPort[] = [], peers: readonly NetworkPolicyPeer[] = [], at: string, direction: string): FieldError[] => [
    ...ports.flatMap((each, i) => validatePort(each, `${at}.ports[${i}]`)),
    ...peers.flatMap((each, i) => validatePeer(each, `${at}.${direction}[${i}]`, tolerated)),
  ];
  const errors = [
    ...validateLabelSelector(podSelector, 'spec.podSelector', tolerated),
    ...ingress.flatMap(({ ports, from }, i) => rule(ports, from, `spec.ingress[${i}]`, 'from')),
    ...egress.flatMap(({ ports, to }, i) => rule(ports, to, `spec.egress[${i}]`, 'to')),
  ];
  if (policyTypes.length > 2) return [...errors, invalidValue('spec.policyTypes', policyTypes, 'may not specify more than two policyTypes')];
  for (const [i, type] of policyTypes.entries())
    if (type !== 'Ingress' && type !== 'Egress') errors.push(notSupported(`spec.policyTypes[${i}]`, type, ['Ingress', 'Egress']));
  return errors;
}

function warnings({ spec }: NetworkPolicy): string[] {
  const ofPeers = (peers: readonly NetworkPolicyPeer[] = [], at: string): string[] =>
    peers.flatMap(({ ipBlock }, i) =>
      ipBlock
        ? [
            ...warningsForCidr(`${at}[${i}].ipBlock.cidr`, ipBlock.cidr),
            ...(ipBlock.except ?? []).flatMap((each, j) => warningsForCidr(`${at}[${i}].ipBlock.except[${j}]`, each)),
          ]
        : [],
    );
  return [
    ...(spec.ingress ?? []).flatMap(({ from }, i) => ofPeers(from, `spec.ingress[${i}].from`)),
    ...(spec.egress ?? []).flatMap(({ to }, i) => ofPeers(to, `spec.egress[${i}].to`)),
  ];
}

const peersOf = ({ spec }: NetworkPolicy): readonly NetworkPolicyPeer[] => [
  ...(spec.ingress ?? []).flatMap(({ from = [] }) => from),
  ...(spec.egress ?? []).flatMap(({ to = [] }) => to),
];

export const networkPolicies = defineKind<NetworkPolicy>('networking.k8s.io/v1', 'networkpolicies', {
  metadataChecks: ['as new', 'as changed'],
  controller: 'network-policy',
  generation: true,
  defaults({ spec }) {
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
    for (const { ports = [] } of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of ports) port.protocol ??= 'TCP';
  },
  validate: (object) => validate(object),
  validateUpdate: (object, old) =>
    validate(object, {
      cidrs: peersOf(old).flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : [])),
      allowInvalidValues: hasInvalidLabelValue(old.spec.podSelector),
    }),
  warningsOnCreate: warnings,
  warningsOnUpdate: (object) => warnings(object),
  row: (object, { now }) => [object.metadata.name ?? '', selectorCell(object.spec.podSelector ?? {}), age(object, now)],
});
