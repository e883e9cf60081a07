// Who a binding is for: users, groups and service accounts by flags.
import type { JsonObject } from '../../../kube/machinery/json.ts';
import { CommandError } from '../../failures.ts';
import { array } from '../../flags/flag.ts';

export const SUBJECT_FLAGS = {
  user: array('User who is bound; can be given several times.'),
  group: array('Group that is bound; can be given several times.'),
  serviceaccount: array('Service account that is bound, as NAMESPACE:NAME; can be given several times.'),
} as const;

export const RBAC = 'rbac.authorization.k8s.io';
export const userSubject = (name: string): JsonObject => ({ kind: 'User', apiGroup: RBAC, name });
export const groupSubject = (name: string): JsonObject => ({ kind: 'Group', apiGroup: RBAC, name });
export const accountSubject = (namespace: string, name: string): JsonObject => ({ kind: 'ServiceAccount', name, namespace });

/** Throws kubectl's sentence for a service account that is not written in full. */
export function subjectsOf(flags: {
  readonly user: readonly string[];
  readonly group: readonly string[];
  readonly serviceaccount: readonly string[];
}): Readonly<Record<string, readonly JsonObject[]>> {
  const accounts = flags.serviceaccount.map((word) => {
    const [namespace, name, ...more] = word.split(':');
    if (!namespace || !name || more.length) throw new CommandError('serviceaccount must be <namespace>:<name>');
    return accountSubject(namespace, name);
  });
  const subjects = [...flags.user.map(userSubject), ...flags.group.map(groupSubject), ...accounts];
  return subjects.length ? { subjects } : {};
}
