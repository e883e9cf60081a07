// Events as core/v1 and events.k8s.io/v1 take them. Models kubernetes/pkg/apis/core/validation/events.go
import type { Event } from '../../../../kube/api/core-v1.ts';
import { invalidValue, invalidValues, requiredValue, type FieldError } from '../../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain } from '../../../../kube/machinery/names.ts';
import { validateQualifiedName } from '../../validation/rules.ts';

const LONGEST = 128;
const LONGEST_NOTE = 1024;

/** `reporting`: how the version names its field. */
export function validateEvent(event: Event, reporting: 'reportingComponent' | 'reportingController' = 'reportingComponent'): FieldError[] {
  const { metadata, involvedObject, eventTime, reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
  const namespace = metadata.namespace ?? '';
  const about = involvedObject.namespace ?? '';
  const errors: FieldError[] = [];
  const elsewhere = invalidValue('involvedObject.namespace', about, 'does not match event.namespace');
  const limit = (text: string, field: string, most: number): void => {
    if (Buffer.byteLength(text) > most) errors.push(invalidValue(field, '', `can have at most ${most} characters`));
  };
  if (!eventTime) {
    if (about === '' ? namespace !== '' && namespace !== 'default' : about !== namespace) errors.push(elsewhere);
  } else {
    if (about === '' && namespace !== 'default' && namespace !== 'kube-system') errors.push(elsewhere);
    if (!reportingComponent) errors.push(requiredValue(reporting));
    errors.push(...validateQualifiedName(reportingComponent, reporting));
    if (!reportingInstance) errors.push(requiredValue('reportingInstance'));
    limit(reportingInstance, 'reportingInstance', LONGEST);
    if (!action) errors.push(requiredValue('action'));
    limit(action, 'action', LONGEST);
    if (!reason) errors.push(requiredValue('reason'));
    limit(reason, 'reason', LONGEST);
    limit(message, 'message', LONGEST_NOTE);
  }
  return [...errors, ...invalidValues('namespace', namespace, validateDnsSubdomain(namespace))];
}
