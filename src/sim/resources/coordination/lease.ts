// Lease.
import type { Lease } from '../../../kube/api/coordination-v1.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';

export const leases = defineKind<Lease>('coordination.k8s.io/v1', 'leases', {
  createOnUpdate: true,
  row: (object, { now }) => [object.metadata.name ?? '', object.spec.holderIdentity ?? '', age(object, now)],
});
