// ServiceAccount.
import type { ServiceAccount } from '../../../kube/api/core-v1.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

export const serviceAccounts = defineKind<ServiceAccount>('v1', 'serviceaccounts', {
  controller: 'serviceaccount-controller',
  row: (object, { now }) => [object.metadata.name ?? '', age(object, now)],
});
