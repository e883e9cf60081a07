// Which address families a service gets, and whether the cluster has them. Models kubernetes/pkg/registry/core/service/storage/alloc.go (initIPFamilyFields)
import type { Service } from '../../../kube/api/core-v1.ts';
import { invalidValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import type { Mutable } from '../../resources/descriptor.ts';
import { parseAddress } from '../../resources/validation/ip.ts';
import { familyOf, type Family } from './service-ranges.ts';

const other = (family: string): Family => (family === 'IPv4' ? 'IPv6' : 'IPv4');
const same = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean => jsonEqual(a ?? [], b ?? []);

/** A service that prefers two and has what it had keeps it, whatever has become of the cluster. */
const keepsPreference = ({ spec }: Service, old: Service | undefined): boolean =>
  old !== undefined &&
  old.spec.type !== 'ExternalName' &&
  spec.ipFamilyPolicy === 'PreferDualStack' &&
  old.spec.ipFamilyPolicy === 'PreferDualStack' &&
  same(spec.clusterIPs, old.spec.clusterIPs) &&
  same(spec.ipFamilies, old.spec.ipFamilies);

/** Before anything else is looked at: without a policy, an update has the one from before. */
export function choosePolicy({ spec }: Mutable<Service>, old: Service | undefined): void {
  if (spec.type === 'ExternalName') return;
  const isFree = spec.clusterIP === 'None' && !Object.keys(spec.selector ?? {}).length;
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (isFree ? 'RequireDualStack' : 'SingleStack');
}

/** Fills in the families. `configured`: those of the cluster, its own first. */
export function chooseFamilies(service: Mutable<Service>, old: Service | undefined, configured: readonly Family[]): FieldError[] {
  const { spec } = service;
  if (spec.type === 'ExternalName' || keepsPreference(service as Service, old)) return [];
  const policy = spec.ipFamilyPolicy;
  const isSingle = policy === 'SingleStack';
  const errors: FieldError[] = [];
  const wrongPolicy = (why: string): void => void errors.push(invalidValue('spec.ipFamilyPolicy', policy, why));
  if (old) {
    const before = old.spec;
    if (isSingle) {
      if (same(spec.clusterIPs, before.clusterIPs) && (spec.clusterIPs?.length ?? 0) > 1) spec.clusterIPs = (spec.clusterIPs ?? []).slice(0, 1);
      if (same(spec.ipFamilies, before.ipFamilies) && (spec.ipFamilies?.length ?? 0) > 1) spec.ipFamilies = (spec.ipFamilies ?? []).slice(0, 1);
    } else {
      const reduced = (next: readonly string[] | undefined, last: readonly string[] | undefined): boolean => next?.length === 1 && (last?.length ?? 0) > 1;
      if (reduced(spec.clusterIPs, before.clusterIPs)) wrongPolicy("must be 'SingleStack' to release the secondary cluster IP");
      if (reduced(spec.ipFamilies, before.ipFamilies)) wrongPolicy("must be 'SingleStack' to release the secondary IP family");
    }
  }
  if (isSingle && spec.clusterIPs?.length === 2) wrongPolicy("must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified");
  if (isSingle && spec.ipFamilies?.length === 2) wrongPolicy("must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified");
  const families = [...(spec.ipFamilies ?? [])];
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    const address = ip === 'None' ? undefined : parseAddress(ip);
    if (!address) break;
    if (i < families.length) continue;
    if (configured.includes(familyOf(address))) families.push(familyOf(address));
    else errors.push(invalidValue(`spec.clusterIPs[${i}]`, spec.clusterIPs, `${familyOf(address)} is not configured on this cluster`));
  }
  if (errors.length) return errors;
  const [own = 'IPv4'] = configured;
  if (spec.clusterIP === 'None' && !Object.keys(spec.selector ?? {}).length) {
    const [first = own] = families;
    spec.ipFamilies = families.length > 1 ? families : isSingle ? [first] : [first, other(first)];
    return [];
  }
  if (policy === 'RequireDualStack' && configured.length < 2) wrongPolicy('this cluster is not configured for dual-stack services');
  for (const [i, family] of families.entries())
    if (!configured.includes(family as Family)) errors.push(invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'));
  if (errors.length) return errors;
  if (!families.length) families.push(own);
  if (!isSingle && families.length === 1 && configured.length === 2) families.push(other(families[0] ?? own));
  spec.ipFamilies = families;
  return [];
}
