// What a claim is warned about. Models kubernetes/pkg/api/persistentvolumeclaim/util.go
import type { PersistentVolumeClaimSpec } from '../../../../kube/api/core-v1.ts';
import { fractionalBytes } from './fractions.ts';

export function warningsForClaimSpec({ resources }: PersistentVolumeClaimSpec, field: string): string[] {
  return [
    ...fractionalBytes(resources?.requests?.['storage'], `${field}.resources.requests[storage]`),
    ...fractionalBytes(resources?.limits?.['storage'], `${field}.resources.limits[storage]`),
  ];
}
