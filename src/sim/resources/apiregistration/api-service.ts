// APIService: which group and version is served where. Models kubernetes/staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go
import { resetMetadataForStatus } from '../status-metadata.ts';
import type { APIService } from '../../../kube/api/apiregistration-v1.ts';
import { invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDns1035Label, validateDnsSubdomain, validatePortNumber } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

const CONDITION_STATES = ['True', 'False', 'Unknown'];

function validate({ metadata, spec }: APIService): FieldError[] {
  const { group = '', version = '', groupPriorityMinimum, versionPriority, service, caBundle, insecureSkipTLSVerify } = spec;
  const wanted = `${version}.${group}`;
  const errors: FieldError[] = [];
  if (metadata.name && metadata.name !== wanted)
    errors.push(invalidValue('metadata.name', metadata.name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`));
  if (!group && version !== 'v1') errors.push(requiredValue('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  if (group) errors.push(...invalidValues('spec.group', group, validateDnsSubdomain(group)));
  errors.push(...invalidValues('spec.version', version, validateDns1035Label(version)));
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20_000)
    errors.push(invalidValue('spec.groupPriorityMinimum', groupPriorityMinimum, 'must be positive and less than 20000'));
  if (versionPriority <= 0 || versionPriority > 1000) errors.push(invalidValue('spec.versionPriority', versionPriority, 'must be positive and less than 1000'));
  if (!service) {
    const bytes = Buffer.from(caBundle ?? '', 'base64').length;
    if (bytes) errors.push(invalidValue('spec.caBundle', `${bytes} bytes`, 'local APIServices may not have a caBundle'));
    if (insecureSkipTLSVerify) errors.push(invalidValue('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'));
    return errors;
  }
  if (!service.namespace) errors.push(requiredValue('spec.service.namespace'));
  if (!service.name) errors.push(requiredValue('spec.service.name'));
  const port = validatePortNumber(service.port ?? 0);
  if (port.length) errors.push(invalidValue('spec.service.port', service.port ?? 0, `port is not valid: ${port.join(', ')}`));
  if (insecureSkipTLSVerify && caBundle) errors.push(invalidValue('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  return errors;
}

function availability({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  if (!condition) return 'Unknown';
  return condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason ?? ''})`;
}

export const apiServices = defineKind<APIService>('apiregistration.k8s.io/v1', 'apiservices', {
  bareFinalizers: true,
  storedAsJson: true,
  metadataChecks: ['as changed', 'as new'],
  controller: 'aggregator',
  names: 'path-segment',
  defaults({ spec }) {
    if (spec.service) spec.service.port ??= 443;
  },
  validate,
  validateUpdate: validate,
  subresources: {
    status: {
      prepareForUpdate: resetMetadataForStatus,
      validateUpdate: ({ status }) =>
        (status.conditions ?? []).flatMap((each, i) =>
          CONDITION_STATES.includes(each.status) ? [] : [notSupported(`status.conditions[${i}].status`, each.status, CONDITION_STATES)],
        ),
    },
  },
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.spec.service ? `${object.spec.service.namespace ?? ''}/${object.spec.service.name ?? ''}` : 'Local',
    availability(object),
    age(object, now),
  ],
});
