// RoleBinding and ClusterRoleBinding: the role they refer to never changes.
import type { ClusterRoleBinding, RoleBinding, Subject } from '../../../kube/api/rbac-v1.ts';
import { invalidValue, invalidValues, notSupported, requiredValue, type FieldError } from '../../../kube/machinery/field-errors.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { validateDnsSubdomain } from '../../../kube/machinery/names.ts';
import { age } from '../cells.ts';
import { validatePathSegment } from '../validation/path-segment.ts';
import { defineKind, type Cell, type Mutable, type RowContext } from '../descriptor.ts';

type Binding = RoleBinding | ClusterRoleBinding;
const GROUP = 'rbac.authorization.k8s.io';

function defaults(draft: Mutable<Binding>): void {
  draft.roleRef.apiGroup ||= GROUP;
  for (const subject of draft.subjects ?? []) if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group')) subject.apiGroup = GROUP;
}

function validateSubject(subject: Subject, namespaced: boolean, at: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!subject.name) errors.push(requiredValue(`${at}.name`));
  switch (subject.kind) {
    case 'ServiceAccount':
      if (subject.name) errors.push(...invalidValues(`${at}.name`, subject.name, validateDnsSubdomain(subject.name)));
      if (subject.apiGroup) errors.push(notSupported(`${at}.apiGroup`, subject.apiGroup, ['']));
      if (!namespaced && !subject.namespace) errors.push(requiredValue(`${at}.namespace`));
      break;
    case 'User':
    case 'Group':
      if (subject.apiGroup !== GROUP) errors.push(notSupported(`${at}.apiGroup`, subject.apiGroup ?? '', [GROUP]));
      break;
    default:
      errors.push(notSupported(`${at}.kind`, subject.kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}

function validate({ roleRef, subjects }: Binding, kinds: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  if (roleRef.apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', roleRef.apiGroup, [GROUP]));
  if (!kinds.includes(roleRef.kind)) errors.push(notSupported('roleRef.kind', roleRef.kind, kinds));
  if (!roleRef.name) errors.push(requiredValue('roleRef.name'));
  else errors.push(...invalidValues('roleRef.name', roleRef.name, validatePathSegment(roleRef.name)));
  for (const [i, subject] of (subjects ?? []).entries()) errors.push(...validateSubject(subject, kinds.includes('Role'), `subjects[${i}]`));
  return errors;
}

/** The reference in Go's words. */
const shownRole = ({ roleRef: { apiGroup, kind, name } }: Binding): Readonly<Record<string, string>> => ({ APIGroup: apiGroup, Kind: kind, Name: name });
const sameRole = (next: Binding, old: Binding): FieldError[] =>
  jsonEqual(next.roleRef, old.roleRef) ? [] : [invalidValue('roleRef', shownRole(next), 'cannot change roleRef')];

function row(object: Binding, { now }: RowContext): readonly Cell[] {
  const names = (kind: string): string =>
    (object.subjects ?? [])
      .filter((each) => each.kind === kind)
      .map((each) => (kind === 'ServiceAccount' && each.namespace ? `${each.namespace}/${each.name}` : each.name))
      .join(', ');
  return [
    object.metadata.name ?? '',
    `${object.roleRef.kind}/${object.roleRef.name}`,
    age(object, now),
    names('User'),
    names('Group'),
    names('ServiceAccount'),
  ];
}

export const roleBindings = defineKind<RoleBinding>(`${GROUP}/v1`, 'rolebindings', {
  metadataChecks: ['as new', 'as changed'],
  names: 'path-segment',
  defaults,
  row,
  validate: (object) => validate(object, ['Role', 'ClusterRole']),
  validateUpdate: (next, old) => [...validate(next, ['Role', 'ClusterRole']), ...sameRole(next, old)],
});

export const clusterRoleBindings = defineKind<ClusterRoleBinding>(`${GROUP}/v1`, 'clusterrolebindings', {
  metadataChecks: ['as new', 'as changed'],
  names: 'path-segment',
  defaults,
  row,
  validate: (object) => validate(object, ['ClusterRole']),
  validateUpdate: (next, old) => [...validate(next, ['ClusterRole']), ...sameRole(next, old)],
});
