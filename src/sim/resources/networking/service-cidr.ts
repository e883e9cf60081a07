// ServiceCIDR: a range that addresses of services come from. Models kubernetes/pkg/apis/networking/validation/validation.go
import { resetMetadataForStatus } from '../status-metadata.ts';
import type { ServiceCIDR } from '../../../kube/api/networking-v1.ts';
import { invalidValue, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { cidrFamily, formatAddress, parseCidr } from '../validation/ip.ts';
import { IMMUTABLE } from '../validation/rules.ts';

const AT = 'spec.cidrs';

function validateCidr(text: string, field: string): FieldError[] {
  const parsed = parseCidr(text);
  if (!parsed) return [invalidValue(field, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  const { address, network, length } = parsed;
  const canonical = `${formatAddress(network)}/${length}`;
  if (formatAddress(network) !== formatAddress(address)) return [invalidValue(field, text, `must not have bits set beyond the prefix length`)];
  return canonical === text ? [] : [invalidValue(field, text, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

function validateCidrs({ spec }: ServiceCIDR): FieldError[] {
  const { cidrs = [] } = spec;
  if (!cidrs.length) return [requiredValue(AT, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalidValue(AT, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((each, i) => validateCidr(each, `${AT}[${i}]`));
  const [first, second] = cidrs.map(cidrFamily);
  if (cidrs.length === 2 && first !== undefined && first === second)
    errors.push(invalidValue(AT, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'));
  return errors;
}

export const serviceCidrs = defineKind<ServiceCIDR>('networking.k8s.io/v1', 'servicecidrs', {
  controller: 'service-cidr-controller',
  validate: validateCidrs,
  validateUpdate(object, old) {
    const [next, before] = [object.spec.cidrs ?? [], old.spec.cidrs ?? []];
    const changed = (i: number): FieldError[] => (next[i] === before[i] ? [] : [invalidValue(`${AT}[${i}]`, next[i] ?? '', IMMUTABLE)]);
    if (next.length === before.length) return next.flatMap((_, i) => changed(i));
    if (before.length === 1 && next.length === 2) return [...changed(0), ...validateCidrs(object)];
    return [invalidValue(AT, next, IMMUTABLE)];
  },
  subresources: { status: { prepareForUpdate: resetMetadataForStatus } },
  row: (object, { now }) => [object.metadata.name ?? '', (object.spec.cidrs ?? []).join(','), age(object, now)],
});
