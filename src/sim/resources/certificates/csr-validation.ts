// Validation of certificate signing requests. Models kubernetes/pkg/apis/certificates/validation/validation.go
import type { CertificateSigningRequest, CertificateSigningRequestCondition as Condition } from '../../../kube/api/certificates-v1.ts';
import { duplicateValue, forbiddenValue, invalidValue, notSupported, requiredValue, tooLong, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDnsLabel, validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { unifiedDiff } from '../validation/diff.ts';
import { DerSyntaxError } from '../../../kube/machinery/der.ts';
import { certificateProblem, parseRequest } from './signing-request.ts';

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const SHORTEST_SECONDS = 600;
const LONGEST_DOMAIN = 253;
const LONGEST_SIGNER = LONGEST_DOMAIN + 253 + 63 + 2;
const DECISIONS = ['Approved', 'Denied'];
const FINAL = [...DECISIONS, 'Failed'];

export function validateSignerName(name: string, field: string): FieldError[] {
  if (!name) return [requiredValue(field)];
  const segments = name.split('/');
  const [domain = '', path = ''] = segments;
  if (segments.length !== 2) return [invalidValue(field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")];
  const errors: FieldError[] = [];
  const check = (text: string, rule: (label: string) => string[]): void => {
    const bad = text.split('.').find((label) => rule(label).length);
    if (bad !== undefined) errors.push(...rule(bad).map((each) => invalidValue(field, text, `validating label ${JSON.stringify(bad)}: ${each}`)));
  };
  if (domain.length > LONGEST_DOMAIN) errors.push(tooLong(field, LONGEST_DOMAIN));
  check(domain, validateDnsLabel);
  if (!domain.includes('.')) errors.push(invalidValue(field, domain, 'should be a domain with at least two segments separated by dots'));
  check(path, validateDnsSubdomain);
  if (name.length > LONGEST_SIGNER) errors.push(tooLong(field, LONGEST_SIGNER));
  return errors;
}

function validateRequest(request: string): FieldError[] {
  try {
    return parseRequest(request).isSigned() ? [] : [invalidValue('spec.request', request, 'x509: ECDSA verification failure')];
  } catch (error) {
    if (!(error instanceof DerSyntaxError)) throw error;
    return [invalidValue('spec.request', request || null, error.message)];
  }
}

const doubled = <T>(items: readonly T[]): number[] => items.flatMap((each, i) => (items.indexOf(each) < i ? [i] : []));
const typesOf = ({ status }: CertificateSigningRequest): string[] => (status.conditions ?? []).map(({ type }) => type);

function validateConditions({ status }: CertificateSigningRequest, old: CertificateSigningRequest | undefined): FieldError[] {
  const at = 'status.conditions';
  const errors: FieldError[] = [];
  const before = old ? typesOf(old) : [];
  const seen = new Set<string>();
  for (const [i, condition] of (status.conditions ?? []).entries()) {
    const { type } = condition;
    if (!type && !before.includes('')) errors.push(requiredValue(`${at}[${i}].type`));
    const allowed = FINAL.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (!condition.status) errors.push(requiredValue(`${at}[${i}].status`));
    else if (!allowed.includes(condition.status)) errors.push(notSupported(`${at}[${i}].status`, condition.status, allowed));
    const opposite = DECISIONS.find((each) => DECISIONS.includes(type) && each !== type);
    if (opposite && seen.has(opposite) && !DECISIONS.every((each) => before.includes(each)))
      errors.push(invalidValue(at, type, 'Approved and Denied conditions are mutually exclusive'));
    if (seen.has(type) && !doubled(before).length) errors.push(duplicateValue(`${at}[${i}].type`, type));
    seen.add(type);
  }
  return errors;
}

export function validateSigningRequest(object: CertificateSigningRequest, old?: CertificateSigningRequest): FieldError[] {
  const { spec, status } = object;
  const usages: readonly string[] = spec.usages ?? [];
  const errors = validateRequest(spec.request);
  if (!usages.length) errors.push(requiredValue('spec.usages'));
  const oldUsages: readonly string[] = old?.spec.usages ?? [];
  if (oldUsages.every((each) => USAGES.includes(each)))
    for (const [i, usage] of usages.entries()) if (!USAGES.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, USAGES));
  if (!doubled(oldUsages).length) for (const i of doubled(usages)) errors.push(duplicateValue(`spec.usages[${i}]`, usages[i]));
  if (spec.signerName === 'kubernetes.io/legacy-unknown' && old?.spec.signerName !== spec.signerName)
    errors.push(invalidValue('spec.signerName', spec.signerName, 'the legacy signerName is not allowed via this API version'));
  else errors.push(...validateSignerName(spec.signerName, 'spec.signerName'));
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < SHORTEST_SECONDS)
    errors.push(invalidValue('spec.expirationSeconds', spec.expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)'));
  errors.push(...validateConditions(object, old));
  const isNew = Boolean(status.certificate) && status.certificate !== old?.status.certificate;
  const problem = isNew ? certificateProblem(status.certificate ?? '') : undefined;
  if (problem) errors.push(invalidValue('status.certificate', '<certificate data>', problem));
  return errors;
}

/** As Go shows conditions. */
const shownCondition = ({ type, status, reason, message, lastUpdateTime, lastTransitionTime }: Condition): Record<string, string | null> => ({
  Type: type,
  Status: status,
  Reason: reason ?? '',
  Message: message ?? '',
  LastUpdateTime: lastUpdateTime ?? null,
  LastTransitionTime: lastTransitionTime ?? null,
});

/** `subresource` is what the update came through: each may change another part. */
export function validateSigningRequestUpdate(
  object: CertificateSigningRequest,
  old: CertificateSigningRequest,
  subresource: '' | 'status' | 'approval',
): FieldError[] {
  const errors = validateSigningRequest(object, old);
  const of = ({ status }: CertificateSigningRequest, type: string): readonly Condition[] => (status.conditions ?? []).filter((each) => each.type === type);
  for (const type of FINAL)
    if (of(object, type).length < of(old, type).length)
      errors.push(forbiddenValue('status.conditions', `updates may not remove a condition of type ${JSON.stringify(type)}`));
  if (subresource !== 'approval')
    for (const type of DECISIONS) {
      const [next, before] = [of(object, type).map(shownCondition), of(old, type).map(shownCondition)];
      if (next.length > before.length) errors.push(forbiddenValue('status.conditions', `updates may not add a condition of type ${JSON.stringify(type)}`));
      else if (next.length === before.length && JSON.stringify(next) !== JSON.stringify(before))
        errors.push(forbiddenValue('status.conditions', `updates may not modify a condition of type ${JSON.stringify(type)}\n${unifiedDiff(before, next)}`));
    }
  if ((object.status.certificate ?? '') !== (old.status.certificate ?? '')) {
    if (subresource !== 'status') errors.push(forbiddenValue('status.certificate', 'updates may not set certificate content'));
    else if (old.status.certificate) errors.push(forbiddenValue('status.certificate', 'updates may not modify existing certificate content'));
  }
  return errors;
}
