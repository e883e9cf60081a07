// Endpoints, the older sibling of EndpointSlice. Models kubernetes/pkg/registry/core/endpoint/strategy.go
import type { Endpoints } from '../../../kube/api/core-v1.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { warningsForIp } from '../validation/ip.ts';
import { validateEndpoints } from './validation/endpoints.ts';

function addresses({ subsets }: Endpoints): string {
  if (!subsets?.length) return '<none>';
  const all = subsets.flatMap(({ addresses: ready = [], ports = [] }) =>
    ports.length
      ? ports.flatMap((port) => ready.map((each) => `${each.ip.includes(':') ? `[${each.ip}]` : each.ip}:${port.port}`))
      : ready.map((each) => each.ip),
  );
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',');
}

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';

function warnings({ metadata, subsets = [] }: Endpoints): string[] {
  if (metadata.labels?.[MANAGED_BY] === 'endpoint-controller') return [];
  return subsets.flatMap((subset, i) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip }, j) => warningsForIp(`subsets[${i}].${list}[${j}].ip`, ip)),
    ),
  );
}

export const endpoints = defineKind<Endpoints>('v1', 'endpoints', {
  metadataChecks: ['as changed', 'as new'],
  controller: 'endpoints-controller',
  defaults(draft) {
    for (const subset of draft.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  },
  createOnUpdate: true,
  validate: (object) => validateEndpoints(object),
  validateUpdate: validateEndpoints,
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  row: (object, { now }) => [object.metadata.name ?? '', addresses(object), age(object, now)],
});
