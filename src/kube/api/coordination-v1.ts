// Types of coordination-v1: written by scripts/generate-facts.ts.
import type { ListMeta, ObjectMeta } from './meta-v1.ts';

export interface Lease {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: LeaseSpec;
}

export interface LeaseList {
  readonly apiVersion: string;
  readonly items: readonly Lease[];
  readonly kind: string;
  readonly metadata: ListMeta;
}

export interface LeaseSpec {
  readonly acquireTime?: string;
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly leaseTransitions?: number;
  readonly preferredHolder?: string;
  readonly renewTime?: string;
  readonly strategy?: string;
}
