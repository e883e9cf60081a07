// Endpoints. Models kubernetes/pkg/apis/core/validation/validation.go
import type { EndpointAddress, EndpointPort, Endpoints } from '../../../../kube/api/core-v1.ts';
import { invalidValues, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../../kube/machinery/json.ts';
import { validateDnsSubdomain, validatePortNumber } from '../../../../kube/machinery/names.ts';
import { validateLegacyIp } from '../../validation/ip.ts';
import { validateDnsLabelField, validateQualifiedName } from '../../validation/rules.ts';
import { PROTOCOLS } from './container.ts';
import { validateEndpointIp } from './endpoint-ip.ts';

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, field: string): FieldError[] {
  return [
    ...validateLegacyIp(ip, `${field}.ip`),
    ...(hostname ? validateDnsLabelField(hostname, `${field}.hostname`) : []),
    ...(nodeName === undefined ? [] : invalidValues(`${field}.nodeName`, nodeName, validateDnsSubdomain(nodeName))),
    ...validateEndpointIp(ip, `${field}.ip`),
  ];
}

function validatePort({ name, port, protocol, appProtocol }: EndpointPort, requireName: boolean, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (requireName && !name) errors.push(requiredValue(`${field}.name`));
  else if (name) errors.push(...validateDnsLabelField(name, `${field}.name`));
  errors.push(...invalidValues(`${field}.port`, port, validatePortNumber(port)));
  if (!protocol) errors.push(requiredValue(`${field}.protocol`));
  else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS));
  if (appProtocol !== undefined) errors.push(...validateQualifiedName(appProtocol, `${field}.appProtocol`));
  return errors;
}

/** What an older object has already stays allowed. */
export function validateEndpoints({ subsets = [] }: Endpoints, old?: Endpoints): FieldError[] {
  if (old && jsonEqual(subsets, old.subsets ?? [])) return [];
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const at = `subsets[${i}]`;
    return [
      ...(addresses.length || notReadyAddresses.length ? [] : [requiredValue(at, 'must specify `addresses` or `notReadyAddresses`')]),
      ...addresses.flatMap((each, j) => validateAddress(each, `${at}.addresses[${j}]`)),
      ...notReadyAddresses.flatMap((each, j) => validateAddress(each, `${at}.notReadyAddresses[${j}]`)),
      ...ports.flatMap((each, j) => validatePort(each, ports.length > 1, `${at}.ports[${j}]`)),
    ];
  });
}
