// ResourceClaim, its template, ResourceSlice and DeviceClass: devices for pods. Models kubernetes/pkg/apis/resource/validation/validation.go
import { resetMetadataForStatus } from '../status-metadata.ts';
import type { DeviceClass, ResourceClaim, ResourceClaimSpec, ResourceClaimTemplate, ResourceSlice } from '../../../kube/api/resource-v1.ts';
import { duplicateValue, invalidValue, invalidValues, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateDnsLabel, validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind, type Mutable } from '../descriptor.ts';
import { IMMUTABLE } from '../validation/rules.ts';

function defaultSpec(spec: Mutable<ResourceClaimSpec> | undefined): void {
  for (const request of spec?.devices?.requests ?? [])
    for (const each of [...(request.exactly ? [request.exactly] : []), ...(request.firstAvailable ?? [])]) {
      each.allocationMode ||= 'ExactCount';
      if (each.allocationMode === 'ExactCount') each.count ||= 1;
    }
}

function validateSpec(spec: ResourceClaimSpec | undefined, field: string): FieldError[] {
  const requests = spec?.devices?.requests ?? [];
  return requests.flatMap(({ name, exactly, firstAvailable = [] }, i) => {
    const at = `${field}.devices.requests[${i}]`;
    const errors = name ? invalidValues(`${at}.name`, name, validateDnsLabel(name)) : [requiredValue(`${at}.name`)];
    if (name && requests.findIndex((each) => each.name === name) < i) errors.push(duplicateValue(at, name));
    if (!exactly && !firstAvailable.length) errors.push(requiredValue(at, 'exactly one of `exactly` or `firstAvailable` is required'));
    else if (exactly && firstAvailable.length)
      errors.push(invalidValue(at, null, 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set'));
    if (exactly && !exactly.deviceClassName) errors.push(requiredValue(`${at}.exactly.deviceClassName`));
    else if (exactly) errors.push(...invalidValues(`${at}.exactly.deviceClassName`, exactly.deviceClassName, validateDnsSubdomain(exactly.deviceClassName)));
    return errors;
  });
}

const unchanged = (next: unknown, old: unknown, field: string): FieldError[] => (jsonEqual(next, old) ? [] : [invalidValue(field, next, IMMUTABLE)]);

function stateOf({ metadata, status }: ResourceClaim): string {
  const isGoing = Boolean(metadata.deletionTimestamp);
  if (!status?.allocation) return isGoing ? 'deleted' : 'pending';
  return [...(isGoing ? ['deleted'] : []), 'allocated', ...(status.reservedFor?.length ? ['reserved'] : [])].join(',');
}

const GROUP = 'resource.k8s.io/v1';

export const resourceClaims = defineKind<ResourceClaim>(GROUP, 'resourceclaims', {
  metadataChecks: ['as new', 'as changed'],
  controller: 'resource-claim-controller',
  defaults: ({ spec }) => defaultSpec(spec),
  validate: ({ spec }) => validateSpec(spec, 'spec'),
  validateUpdate: (object, old) => [...unchanged(object.spec, old.spec, 'spec'), ...validateSpec(object.spec, 'spec')],
  subresources: { status: { prepareForUpdate: resetMetadataForStatus } },
  row: (object, { now }) => [object.metadata.name ?? '', stateOf(object), age(object, now)],
});

export const resourceClaimTemplates = defineKind<ResourceClaimTemplate>(GROUP, 'resourceclaimtemplates', {
  metadataChecks: ['as new', 'as changed'],
  controller: 'resource-claim-controller',
  defaults: ({ spec }) => defaultSpec(spec?.spec),
  validate: ({ spec }) => validateSpec(spec.spec, 'spec.spec'),
  validateUpdate: (object, old) => [...unchanged(object.spec, old.spec, 'spec'), ...validateSpec(object.spec.spec, 'spec.spec')],
  row: (object, { now }) => [object.metadata.name ?? '', age(object, now)],
});

export const resourceSlices = defineKind<ResourceSlice>(GROUP, 'resourceslices', {
  generation: true,
  validate: ({ spec }) => [
    ...(spec.driver ? invalidValues('spec.driver', spec.driver, validateDnsSubdomain(spec.driver)) : [requiredValue('spec.driver')]),
    ...(spec.pool?.name ? [] : [requiredValue('spec.pool.name')]),
  ],
  selectableFields: { 'spec.driver': ({ spec }) => spec.driver, 'spec.nodeName': ({ spec }) => spec.nodeName ?? '' },
  row: (object, { now }) => [object.metadata.name ?? '', object.spec.nodeName ?? '', object.spec.driver, object.spec.pool.name, age(object, now)],
});

export const deviceClasses = defineKind<DeviceClass>(GROUP, 'deviceclasses', {
  metadataChecks: ['as new', 'as changed'],
  generation: true,
  row: (object, { now }) => [object.metadata.name ?? '', age(object, now)],
});
