// Names inside a domain. Models kubernetes/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go
import { invalidValue, invalidValues, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain } from '../../../kube/machinery/names.ts';

const PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** `example.com/ingress-controller`. */
export function validateDomainPrefixedPath(value: string, field: string): FieldError[] {
  if (!value) return [requiredValue(field)];
  const slash = value.indexOf('/');
  const [domain, path] = slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)];
  if (!domain || !path) return [invalidValue(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = invalidValues(field, domain, validateDnsSubdomain(domain));
  if (!PATH.test(path)) errors.push(invalidValue(field, path, `Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`));
  return errors;
}
