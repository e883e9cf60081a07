// Cluster addresses and address families of services, and how they may change. Models kubernetes/pkg/apis/core/validation/validation.go
import type { Service } from '../../../../kube/api/core-v1.ts';
import { duplicateValue, invalidValue, notSupported, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { parseAddress, validateLegacyIp } from '../../validation/ip.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const IPS = 'spec.clusterIPs';

/** Absent lists show as null. */
const shownList = (list: readonly string[] | undefined): unknown => (list?.length ? list : null);

export const isHeadless = ({ spec }: Service): boolean => spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';

function validateFamilies({ ipFamilies = [], ipFamilyPolicy }: Service['spec']): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, family] of ipFamilies.entries()) {
    if (!FAMILIES.includes(family)) errors.push(notSupported(`spec.ipFamilies[${i}]`, family, FAMILIES));
    if (seen.has(family)) errors.push(duplicateValue(`spec.ipFamilies[${i}]`, family));
    seen.add(family);
  }
  if (ipFamilyPolicy !== undefined && !FAMILY_POLICIES.includes(ipFamilyPolicy))
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, FAMILY_POLICIES));
  return errors;
}

export function validateClusterIps(service: Service, old: Service | undefined): FieldError[] {
  const { spec } = service;
  if (spec.type === 'ExternalName') return [];
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = spec;
  const errors: FieldError[] = [];
  if (clusterIP) {
    if (!clusterIPs.length) errors.push(requiredValue(IPS));
    else if (clusterIPs[0] !== clusterIP) errors.push(invalidValue(IPS, clusterIPs, 'first value must match `clusterIP`'));
  } else if (clusterIPs.length) errors.push(invalidValue(IPS, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  errors.push(...validateFamilies(spec));
  let invalid = false;
  for (const [i, ip] of clusterIPs.entries()) {
    const problems =
      i === 0 && ip === 'None'
        ? clusterIPs.length > 1
          ? [invalidValue(IPS, clusterIPs, "'None' must be the first and only value")]
          : []
        : validateLegacyIp(ip, `${IPS}[${i}]`, old?.spec.clusterIPs);
    invalid ||= problems.length > 0;
    errors.push(...problems);
  }
  if (clusterIPs.length > 2) errors.push(invalidValue(IPS, clusterIPs, 'may only hold up to 2 values'));
  if (invalid) return errors;
  const families = clusterIPs.map((each) => parseAddress(each)?.family);
  if (clusterIPs.length > 1 && new Set(families).size < 2) errors.push(invalidValue(IPS, clusterIPs, 'may specify no more than one IP for each IP family'));
  if (isHeadless(service)) return errors;
  for (const [i, ip] of clusterIPs.entries()) {
    const wanted = ipFamilies[i];
    if ((wanted === 'IPv4' && families[i] === 6) || (wanted === 'IPv6' && families[i] !== 6))
      errors.push(invalidValue(`${IPS}[${i}]`, ip, `expected an ${wanted} value as indicated by \`ipFamilies[${i}]\``));
  }
  return errors;
}

export function validateClusterIpsUpdate(next: Service, old: Service): FieldError[] {
  if (next.spec.type === 'ExternalName' || old.spec.type === 'ExternalName' || (isHeadless(next) && isHeadless(old))) return [];
  const before = old.spec.clusterIPs ?? [];
  const after = next.spec.clusterIPs ?? [];
  const changed = (i: number): FieldError => invalidValue(`${IPS}[${i}]`, shownList(after), 'may not change once set');
  if (before.length === after.length) return before.flatMap((ip, i) => (ip === after[i] ? [] : [changed(i)]));
  const errors: FieldError[] = [];
  if (after.length === 0) errors.push(invalidValue(`${IPS}[0]`, null, 'primary clusterIP can not be unset'));
  if (before.length > 0 && after.length > 0 && before[0] !== after[0]) errors.push(changed(0));
  if (before.length > after.length && after.length === 1 && next.spec.ipFamilyPolicy !== 'SingleStack')
    errors.push(invalidValue('spec.ipFamilyPolicy', next.spec.ipFamilyPolicy ?? null, "must be set to 'SingleStack' when releasing the secondary clusterIP"));
  return errors;
}

export function validateFamiliesUpdate(next: Service, old: Service): FieldError[] {
  if (next.spec.type === 'ExternalName' || old.spec.type === 'ExternalName' || isHeadless(next) || isHeadless(old)) return [];
  const field = 'spec.ipFamilies[0]';
  const before = old.spec.ipFamilies ?? [];
  const after = next.spec.ipFamilies ?? [];
  if (before.length === after.length) return before.flatMap((each, i) => (each === after[i] ? [] : [invalidValue(field, after, 'may not change once set')]));
  const errors: FieldError[] = [];
  // Upstream looks at the addresses here, and shows them.
  if (before.length > after.length && !next.spec.clusterIPs?.length) errors.push(invalidValue(field, shownList(after), 'primary ipFamily can not be unset'));
  if (before.length > 0 && after.length > 0 && before[0] !== after[0])
    errors.push(invalidValue(field, shownList(next.spec.clusterIPs), 'may not change once set'));
  if (before.length > after.length && after.length === 1 && next.spec.ipFamilyPolicy !== 'SingleStack')
    errors.push(invalidValue('spec.ipFamilyPolicy', next.spec.ipFamilyPolicy ?? null, "must be set to 'SingleStack' when releasing the secondary ipFamily"));
  return errors;
}
