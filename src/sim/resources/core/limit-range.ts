// LimitRange. Models kubernetes/pkg/registry/core/limitrange/strategy.go and pkg/apis/core/v1/defaults.go
import type { LimitRange } from '../../../kube/api/core-v1.ts';
import { defineKind } from '../descriptor.ts';
import { roundAmounts } from './volume-defaults.ts';
import { validateLimitRange } from './validation/limit-range.ts';

export const limitRanges = defineKind<LimitRange>('v1', 'limitranges', {
  metadataChecks: ['as new'],
  createOnUpdate: true,
  defaults({ spec }) {
    for (const limit of spec.limits ?? []) {
      roundAmounts(limit.max, limit.min, limit.default, limit.defaultRequest, limit.maxLimitRequestRatio);
      if (limit.type !== 'Container') continue;
      const normal = { ...limit.max, ...limit.default };
      const request = { ...limit.min, ...normal, ...limit.defaultRequest };
      if (Object.keys(normal).length) limit.default = normal;
      if (Object.keys(request).length) limit.defaultRequest = request;
    }
  },
  prepareForCreate(draft, { random }) {
    draft.metadata.name ||= random.uuid();
  },
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
  row: ({ metadata }) => [metadata.name ?? '', metadata.creationTimestamp ?? ''],
});
