// Addresses that traffic may be sent to. Models kubernetes/pkg/apis/core/validation/validation.go (ValidateEndpointIP)
import { invalidValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { isLinkLocalMulticast, isLinkLocalUnicast, isLoopback, isUnspecified, parseAddress } from '../../validation/ip.ts';

export function validateEndpointIp(text: string, field: string): FieldError[] {
  const address = parseAddress(text);
  if (!address) return [invalidValue(field, text, 'must be a valid IP address')];
  const errors: FieldError[] = [];
  if (isUnspecified(address)) errors.push(invalidValue(field, text, `may not be unspecified (${text})`));
  if (isLoopback(address)) errors.push(invalidValue(field, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  if (isLinkLocalUnicast(address)) errors.push(invalidValue(field, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  if (isLinkLocalMulticast(address)) errors.push(invalidValue(field, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'));
  return errors;
}
