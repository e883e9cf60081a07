// EndpointSlice.
import type { EndpointSlice } from '../../../kube/api/discovery-v1.ts';
import { invalidValue, notSupported, requiredValue } from '../../../kube/machinery/field-errors.ts';
import { age, firstThree } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

export const endpointSlices = defineKind<EndpointSlice>('discovery.k8s.io/v1', 'endpointslices', {
  controller: 'endpointslice-controller',
  generation: true,
  defaults(draft) {
    for (const port of draft.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  validate: ({ addressType }) =>
    !addressType ? [requiredValue('addressType')] : ADDRESS_TYPES.includes(addressType) ? [] : [notSupported('addressType', addressType, ADDRESS_TYPES)],
  validateUpdate: (next, old) => (next.addressType === old.addressType ? [] : [invalidValue('addressType', next.addressType, 'field is immutable')]),
  row: (object, { now }) => [
    object.metadata.name ?? '',
    object.addressType,
    firstThree((object.ports ?? []).map((each) => String(each.port ?? each.name ?? '*'))),
    firstThree((object.endpoints ?? []).flatMap((each) => each.addresses ?? [])),
    age(object, now),
  ],
});
