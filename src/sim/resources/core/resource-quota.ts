// ResourceQuota. Models kubernetes/pkg/registry/core/resourcequota/strategy.go
import type { ResourceQuota } from '../../../kube/api/core-v1.ts';
import { compareQuantity, quantityOf } from '../../../kube/machinery/quantity.ts';
import { age } from '../cells.ts';
import { defineKind } from '../descriptor.ts';
import { roundAmounts } from './volume-defaults.ts';
import { validateQuotaAmounts, validateResourceQuotaSpec, validateResourceQuotaUpdate } from './validation/resource-quota.ts';

const COMPARED = ['cpu', 'memory', 'storage', 'ephemeral-storage'];

function warnings({ spec }: ResourceQuota): string[] {
  const hard = spec.hard ?? {};
  return COMPARED.flatMap((resource) => {
    const plain = resource === 'cpu' || resource === 'memory' ? [resource] : [];
    const request = [`requests.${resource}`, ...plain].find((each) => hard[each] !== undefined);
    const limit = `limits.${resource}`;
    const [asked, most] = [hard[request ?? ''], hard[limit]];
    if (asked === undefined || most === undefined || compareQuantity(quantityOf(asked), quantityOf(most)) <= 0) return [];
    return [`ResourceQuota ${request} (${asked}) should be less than ${limit} (${most})`];
  });
}

export const resourceQuotas = defineKind<ResourceQuota>('v1', 'resourcequotas', {
  controller: 'resourcequota-controller',
  defaults: ({ spec, status }) => roundAmounts(spec.hard, status.hard, status.used),
  validate: ({ spec }) => validateResourceQuotaSpec(spec),
  validateUpdate: validateResourceQuotaUpdate,
  warningsOnCreate: warnings,
  subresources: {
    status: { validateUpdate: ({ status }) => [...validateQuotaAmounts(status.hard, 'status.hard'), ...validateQuotaAmounts(status.used, 'status.used')] },
  },
  row(quota, { now }) {
    const { hard = {}, used = {} } = quota.status;
    const cell = (limits: boolean): string =>
      Object.keys(hard)
        .sort()
        .filter((each) => each.startsWith('limits.') === limits)
        .map((each) => `${each}: ${used[each] ?? '0'}/${hard[each] ?? '0'}`)
        .join(', ');
    return [quota.metadata.name ?? '', cell(false), cell(true), age(quota, now)];
  },
});
