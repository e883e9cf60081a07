// Names of and for pods: DNS policy and configuration, host aliases, host names. Models kubernetes/pkg/apis/core/validation/validation.go
import type { HostAlias, PodDNSConfig, PodSpec } from '../../../../kube/api/core-v1.ts';
import { forbiddenValue, invalidValue, invalidValues, notSupported, requiredValue, tooLong, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomainWithUnderscore } from '../../../../kube/machinery/names.ts';
import { validateLegacyIp } from '../../validation/ip.ts';
import { validateDnsSubdomainField } from '../../validation/rules.ts';

const POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 32;
const LONGEST_SEARCH_LIST = 2048;
const LONGEST_HOST_NAME = 64;

export function validateDnsPolicy(policy: string | undefined, field: string): FieldError[] {
  if (!policy) return [requiredValue(field)];
  return POLICIES.includes(policy) ? [] : [notSupported(field, policy, POLICIES)];
}

export function validateDnsConfig(config: PodDNSConfig | undefined, policy: string | undefined, field: string): FieldError[] {
  if (policy === 'None') {
    if (!config) return [requiredValue(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (!config.nameservers?.length) return [requiredValue(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  }
  if (!config) return [];
  const { nameservers = [], searches = [], options = [] } = config;
  const errors: FieldError[] = [];
  if (nameservers.length > MOST_NAMESERVERS)
    errors.push(invalidValue(`${field}.nameservers`, nameservers, `must not have more than ${MOST_NAMESERVERS} nameservers`));
  for (const [i, each] of nameservers.entries()) errors.push(...validateLegacyIp(each, `${field}.nameservers[${i}]`));
  if (searches.length > MOST_SEARCHES) errors.push(invalidValue(`${field}.searches`, searches, `must not have more than ${MOST_SEARCHES} search paths`));
  if (Buffer.byteLength(searches.join(' ')) > LONGEST_SEARCH_LIST)
    errors.push(invalidValue(`${field}.searches`, searches, `must not have more than ${LONGEST_SEARCH_LIST} characters (including spaces) in the search list`));
  for (const [i, each] of searches.entries()) {
    const name = each.replace(/\.$/, '');
    if (each !== '.') errors.push(...invalidValues(`${field}.searches[${i}]`, name, validateDnsSubdomainWithUnderscore(name)));
  }
  for (const [i, { name }] of options.entries()) if (!name) errors.push(requiredValue(`${field}.options[${i}]`, 'must not be empty'));
  return errors;
}

export function validateHostAliases(aliases: readonly HostAlias[] | undefined, field: string): FieldError[] {
  return (aliases ?? []).flatMap(({ ip, hostnames = [] }, i) => [
    ...validateLegacyIp(ip, `${field}[${i}].ip`),
    ...hostnames.flatMap((each, j) => validateDnsSubdomainField(each, `${field}[${i}].hostnames[${j}]`)),
  ]);
}

export function validateHostnameOverride({ hostnameOverride: name, setHostnameAsFQDN, hostNetwork }: PodSpec, field: string): FieldError[] {
  if (name === undefined) return [];
  const at = `${field}.hostnameOverride`;
  return [
    ...(setHostnameAsFQDN ? [forbiddenValue(at, 'may not be specified when setHostnameAsFQDN is true')] : []),
    ...(hostNetwork ? [forbiddenValue(at, 'may not be specified when hostNetwork is true')] : []),
    ...(name.length > LONGEST_HOST_NAME ? [tooLong(at, LONGEST_HOST_NAME)] : []),
    ...validateDnsSubdomainField(name, at),
  ];
}
