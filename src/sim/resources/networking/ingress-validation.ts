// Validation of ingresses. Models kubernetes/pkg/apis/networking/validation/validation.go
import type { HTTPIngressPath, Ingress, IngressBackend, IngressSpec } from '../../../kube/api/networking-v1.ts';
import type { TypedLocalObjectReference } from '../../../kube/api/core-v1.ts';
import { invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDns1035Label, validateDnsLabel, validateDnsSubdomain, validatePortName, validatePortNumber } from '../../../kube/machinery/names.ts';
import { parseAddress, validateLegacyIp } from '../validation/ip.ts';
import { validatePathSegment } from '../validation/path-segment.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const NOT_AN_ADDRESS = 'must be a DNS name, not an IP address';

/** `*.example.com`, or a plain name. */
function validateHost(host: string): string[] {
  if (!host.includes('*')) return validateDnsSubdomain(host);
  return /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(host)
    ? []
    : [
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ];
}

export function validateLocalReference({ apiGroup, kind, name }: TypedLocalObjectReference, field: string): FieldError[] {
  const segment = (value: string, at: string): FieldError[] => (value ? invalidValues(at, value, validatePathSegment(value)) : [requiredValue(at)]);
  return [
    ...(apiGroup === undefined ? [] : invalidValues(`${field}.apiGroup`, apiGroup, validateDnsSubdomain(apiGroup))),
    ...segment(kind, `${field}.kind`),
    ...segment(name, `${field}.name`),
  ];
}

type NameRule = (name: string) => string[];

function validateBackend({ resource, service }: IngressBackend, field: string, rule: NameRule): FieldError[] {
  if (resource && service) return [invalidValue(field, '', 'cannot set both resource and service backends')];
  if (resource) return validateLocalReference(resource, `${field}.resource`);
  if (!service) return [invalidValue(field, '', 'resource or service backend is required')];
  const at = `${field}.service`;
  const errors = service.name ? invalidValues(`${at}.name`, service.name, rule(service.name)) : [requiredValue(`${at}.name`)];
  const { name, number } = service.port ?? {};
  if (name && number) errors.push(invalidValue(field, '', 'cannot set both port name & port number'));
  else if (name) errors.push(...invalidValues(`${at}.port.name`, name, validatePortName(name)));
  else if (number) errors.push(...invalidValues(`${at}.port.number`, number, validatePortNumber(number)));
  else errors.push(requiredValue(field, 'port name or number is required'));
  return errors;
}

function validatePath({ path = '', pathType, backend }: HTTPIngressPath, field: string, rule: NameRule): FieldError[] {
  if (!pathType) return [requiredValue(`${field}.pathType`, 'pathType must be specified')];
  const errors: FieldError[] = [];
  const isFree = pathType === 'ImplementationSpecific';
  if (!PATH_TYPES.includes(pathType)) errors.push(notSupported(`${field}.pathType`, pathType, PATH_TYPES));
  else if (!path.startsWith('/') && !(isFree && !path)) errors.push(invalidValue(`${field}.path`, path, 'must be an absolute path'));
  if (pathType === 'Exact' || pathType === 'Prefix') {
    for (const each of BAD_SEQUENCES) if (path.includes(each)) errors.push(invalidValue(`${field}.path`, path, `must not contain '${each}'`));
    for (const each of BAD_ENDS) if (path.endsWith(each)) errors.push(invalidValue(`${field}.path`, path, `cannot end with '${each}'`));
  }
  return [...errors, ...validateBackend(backend, `${field}.backend`, rule)];
}

const serviceNames = ({ defaultBackend, rules = [] }: IngressSpec): string[] =>
  [defaultBackend, ...rules.flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))].flatMap((each) => each?.service?.name ?? []);

function validateSpec({ defaultBackend, rules: given, tls = [], ingressClassName }: IngressSpec, old: IngressSpec | undefined): FieldError[] {
  const rules = given ?? [];
  // Names of services that are labels, if not those of services, stay allowed where one is there already.
  const keepsNames = old && serviceNames(old).some((each) => !validateDnsLabel(each).length && validateDns1035Label(each).length);
  const rule = keepsNames ? validateDnsLabel : validateDns1035Label;
  const errors: FieldError[] = [];
  if (!rules.length && !defaultBackend) errors.push(invalidValue('spec', given ?? null, 'either `defaultBackend` or `rules` must be specified'));
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend', rule));
  for (const [i, { host = '', http }] of rules.entries()) {
    const at = `spec.rules[${i}]`;
    if (host && parseAddress(host)) errors.push(invalidValue(`${at}.host`, host, NOT_AN_ADDRESS));
    if (host) errors.push(...invalidValues(`${at}.host`, host, validateHost(host)));
    if (!http) continue;
    if (!http.paths?.length) errors.push(requiredValue(`${at}.http.paths`));
    for (const [j, path] of (http.paths ?? []).entries()) errors.push(...validatePath(path, `${at}.http.paths[${j}]`, rule));
  }
  const keepsSecrets = old?.tls?.some(({ secretName }) => secretName && validateDnsSubdomain(secretName).length) ?? false;
  for (const [i, { hosts = [], secretName }] of tls.entries()) {
    for (const [j, host] of hosts.entries()) errors.push(...invalidValues(`spec.tls[${i}].hosts[${j}]`, host, validateHost(host)));
    if (secretName && !keepsSecrets) errors.push(...invalidValues(`spec.tls[${i}].secretName`, secretName, validateDnsSubdomain(secretName)));
  }
  if (ingressClassName !== undefined) errors.push(...invalidValues('spec.ingressClassName', ingressClassName, validateDnsSubdomain(ingressClassName)));
  return errors;
}

export function validateIngress({ spec, metadata }: Ingress): FieldError[] {
  const errors = validateSpec(spec, undefined);
  const annotated = metadata.annotations?.[CLASS_ANNOTATION];
  if (annotated !== undefined && spec.ingressClassName !== undefined && annotated !== spec.ingressClassName)
    errors.push(invalidValue(`annotations.${CLASS_ANNOTATION}`, annotated, 'must match `ingressClassName` when both are specified'));
  return errors;
}
export const validateIngressUpdate = ({ spec }: Ingress, old: Ingress): FieldError[] => validateSpec(spec, old.spec);

export function validateIngressStatus({ status }: Ingress, old: Ingress): FieldError[] {
  const before = (old.status.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return (status.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => {
    const at = `status.loadBalancer.ingress[${i}]`;
    return [
      ...(ip ? validateLegacyIp(ip, `${at}.ip`, before) : []),
      ...(hostname ? invalidValues(`${at}.hostname`, hostname, validateDnsSubdomain(hostname)) : []),
      ...(hostname && parseAddress(hostname) ? [invalidValue(`${at}.hostname`, hostname, NOT_AN_ADDRESS)] : []),
    ];
  });
}

export const ingressWarnings = ({ metadata, spec }: Ingress): string[] =>
  metadata.annotations?.[CLASS_ANNOTATION] !== undefined && spec.ingressClassName === undefined
    ? [`annotation ${JSON.stringify(CLASS_ANNOTATION)} is deprecated, please use 'spec.ingressClassName' instead`]
    : [];
