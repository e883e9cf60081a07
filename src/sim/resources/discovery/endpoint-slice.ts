// EndpointSlice: the type of its addresses never changes. Models kubernetes/pkg/apis/discovery/{v1/defaults.go,validation/validation.go}
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../../../kube/api/discovery-v1.ts';
import { duplicateValue, invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateDnsLabel, validateDnsSubdomain, validateLabelKey, validateLabelValue } from '../../../kube/machinery/names.ts';
import { age, firstThree } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import {
  formatAddress,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isUnspecified,
  parseAddress,
  validateLegacyIp,
  type Address,
} from '../validation/ip.ts';
import { IMMUTABLE } from '../validation/rules.ts';

const ADDRESS_TYPES: readonly string[] = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP'];
const MOST: Readonly<Record<'endpoints' | 'addresses' | 'ports' | 'hints', number>> = { endpoints: 1000, addresses: 100, ports: 20_000, hints: 8 };

const tooMany = (field: string, count: number, most: number): FieldError => ({
  field,
  reason: 'FieldValueTooMany',
  detail: `Too many: ${count}: must have at most ${most} items`,
});

/** Addresses that are nobody's own. */
function reachProblems(text: string, address: Address, field: string): FieldError[] {
  const problems: readonly (readonly [boolean, string])[] = [
    [isUnspecified(address), `may not be unspecified (${text})`],
    [isLoopback(address), 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    [isLinkLocalUnicast(address), 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
    [isLinkLocalMulticast(address), 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
  ];
  return problems.flatMap(([applies, why]) => (applies ? [invalidValue(field, text, why)] : []));
}

function validateAddress(text: string, type: string, at: string, i: number): FieldError[] {
  const field = `${at}[${i}]`;
  if (type === 'FQDN') {
    if (!text) return [requiredValue(field)];
    const name = text.replace(/\.$/, '');
    const errors = invalidValues(field, name, validateDnsSubdomain(name));
    return errors.length || name.includes('.') ? errors : [invalidValue(field, name, 'should be a domain with at least two segments separated by dots')];
  }
  const address = parseAddress(text);
  if (!address) return validateLegacyIp(text, field);
  if (type === 'IPv6' && formatAddress(address) !== text)
    return [invalidValue(field, text, `must be in canonical form (${JSON.stringify(formatAddress(address))})`)];
  const family = text.includes(':') ? 'IPv6' : 'IPv4';
  return [...(family === type ? [] : [invalidValue(at, text, `must be an ${type} address`)]), ...reachProblems(text, address, field)];
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, field: string): FieldError[] {
  const check = (names: readonly { readonly name: string }[], at: string, rule: (name: string) => string[]): FieldError[] =>
    names.length > MOST.hints
      ? [tooMany(at, names.length, MOST.hints)]
      : names.flatMap(({ name }, i) => [
          ...(names.findIndex((each) => each.name === name) < i ? [duplicateValue(`${at}[${i}].name`, name)] : []),
          ...invalidValues(`${at}[${i}].name`, name, rule(name)),
        ]);
  return [...check(forZones, `${field}.forZones`, validateLabelValue), ...check(forNodes, `${field}.forNodes`, validateDnsSubdomain)];
}

function validateEndpoint({ addresses, nodeName, hostname, hints }: Endpoint, type: string, field: string): FieldError[] {
  const at = `${field}.addresses`;
  const all = addresses ?? [];
  const errors: FieldError[] = [];
  if (!all.length) errors.push(requiredValue(at, 'must contain at least 1 address'));
  else if (all.length > MOST.addresses) errors.push(tooMany(at, all.length, MOST.addresses));
  errors.push(...all.flatMap((each, i) => (ADDRESS_TYPES.includes(type) ? validateAddress(each, type, at, i) : [])));
  if (nodeName !== undefined) errors.push(...invalidValues(`${field}.nodeName`, nodeName, validateDnsSubdomain(nodeName)));
  if (hostname !== undefined) errors.push(...invalidValues(`${field}.hostname`, hostname, validateDnsLabel(hostname)));
  return hints ? [...errors, ...validateHints(hints, `${field}.hints`)] : errors;
}

function validatePorts(ports: readonly EndpointPort[]): FieldError[] {
  if (ports.length > MOST.ports) return [tooMany('ports', ports.length, MOST.ports)];
  return ports.flatMap(({ name = '', protocol, appProtocol }, i) => {
    const at = `ports[${i}]`;
    return [
      ...(name ? invalidValues(`${at}.name`, name, validateDnsLabel(name)) : []),
      ...(ports.findIndex((each) => (each.name ?? '') === name) < i ? [duplicateValue(`${at}.name`, name)] : []),
      ...(protocol === undefined
        ? [requiredValue(`${at}.protocol`)]
        : PROTOCOLS.includes(protocol)
          ? []
          : [notSupported(`${at}.protocol`, protocol, PROTOCOLS)]),
      ...(appProtocol === undefined ? [] : invalidValues(`${at}.appProtocol`, appProtocol, validateLabelKey(appProtocol))),
    ];
  });
}

function validate({ addressType, ports, endpoints }: EndpointSlice, old?: EndpointSlice): FieldError[] {
  const all = endpoints ?? [];
  const ofType = !addressType
    ? [requiredValue('addressType')]
    : ADDRESS_TYPES.includes(addressType)
      ? []
      : [notSupported('addressType', addressType, ADDRESS_TYPES)];
  // Endpoints that are there already stay allowed.
  const isKept = old !== undefined && jsonEqual(old.endpoints ?? [], all);
  const ofEndpoints =
    all.length > MOST.endpoints
      ? [tooMany('endpoints', all.length, MOST.endpoints)]
      : all.flatMap((each, i) => validateEndpoint(each, addressType, `endpoints[${i}]`));
  return [...ofType, ...validatePorts(ports ?? []), ...(isKept ? [] : ofEndpoints)];
}

export const endpointSlices = defineKind<EndpointSlice>('discovery.k8s.io/v1', 'endpointslices', {
  metadataChecks: ['as new'],
  controller: 'endpointslice-controller',
  generation: true,
  defaults(draft) {
    for (const port of draft.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  validate: (object) => validate(object),
  validateUpdate: (object, old) => [
    ...validate(object, old),
    ...(object.addressType === old.addressType ? [] : [invalidValue('addressType', object.addressType, IMMUTABLE)]),
  ],
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.addressType,
    firstThree((object.ports ?? []).map((each) => String(each.port ?? each.name ?? '*'))),
    firstThree((object.endpoints ?? []).flatMap((each) => each.addresses ?? [])),
    age(object, now),
  ],
});
