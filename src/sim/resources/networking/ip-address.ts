// IPAddress: one address that something has; its name is the address. Models kubernetes/pkg/apis/networking/validation/validation.go
import type { IPAddress, ParentReference } from '../../../kube/api/networking-v1.ts';
import { invalidValue, invalidValues, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { formatAddress, parseAddress } from '../validation/ip.ts';
import { validatePathSegment } from '../validation/path-segment.ts';
import { IMMUTABLE } from '../validation/rules.ts';

/** Only canonical addresses are names. */
function validateName(name: string): FieldError[] {
  const address = parseAddress(name);
  if (!address) return [invalidValue('metadata.name', name, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  const canonical = formatAddress(address);
  return canonical === name ? [] : [invalidValue('metadata.name', name, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

function validateParent(parent: ParentReference | undefined): FieldError[] {
  const at = 'spec.parentRef';
  if (!parent) return [requiredValue(at)];
  const { group, resource, name, namespace } = parent;
  const segment = (value: string | undefined, field: string): FieldError[] =>
    value ? invalidValues(field, value, validatePathSegment(value)) : [requiredValue(field)];
  return [
    ...(group ? invalidValues(`${at}.group`, group, validateDnsSubdomain(group)) : []),
    ...segment(resource, `${at}.resource`),
    ...segment(name, `${at}.name`),
    ...(namespace ? segment(namespace, `${at}.namespace`) : []),
  ];
}

/** Parents in Go's words. */
const shownParent = ({ group = '', resource = '', namespace = '', name = '' }: ParentReference): Record<string, string> => ({
  Group: group,
  Resource: resource,
  Namespace: namespace,
  Name: name,
});

export const ipAddresses = defineKind<IPAddress>('networking.k8s.io/v1', 'ipaddresses', {
  metadataChecks: ['as new', 'as changed'],
  names: 'path-segment',
  validate: ({ metadata, spec }) => [...validateName(metadata.name ?? ''), ...validateParent(spec.parentRef)],
  validateUpdate(object, old) {
    const [next, before] = [object.spec.parentRef, old.spec.parentRef].map((each) => (each ? shownParent(each) : null));
    return JSON.stringify(next) === JSON.stringify(before) ? [] : [invalidValue('spec.parentRef', next, IMMUTABLE)];
  },
  selectableFields: {
    'spec.parentRef.group': ({ spec }) => spec.parentRef?.group ?? '',
    'spec.parentRef.name': ({ spec }) => spec.parentRef?.name ?? '',
    'spec.parentRef.namespace': ({ spec }) => spec.parentRef?.namespace ?? '',
    'spec.parentRef.resource': ({ spec }) => spec.parentRef?.resource ?? '',
  },
  row(object, { now }) {
    const parent = object.spec.parentRef;
    const kind = parent ? `${parent.resource ?? ''}${parent.group ? `.${parent.group}` : ''}`.toLowerCase() : '';
    const text = parent ? `${kind}${parent.namespace ? `/${parent.namespace}` : ''}/${parent.name ?? ''}` : '<none>';
    return [object.metadata.name ?? '', text, age(object, now)];
  },
});
