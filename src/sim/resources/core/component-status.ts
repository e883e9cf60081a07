// ComponentStatus: read only, and deprecated. Models kubernetes/pkg/registry/core/componentstatus
import type { ComponentStatus } from '../../../kube/api/core-v1.ts';
import { defineKind } from '../descriptor.ts';

export const componentStatuses = defineKind<ComponentStatus>('v1', 'componentstatuses', {
  deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
  row({ metadata, conditions = [] }) {
    const healthy = conditions.find(({ type }) => type === 'Healthy');
    const state = healthy ? (healthy.status === 'True' ? 'Healthy' : 'Unhealthy') : 'Unknown';
    return [metadata.name ?? '', state, healthy?.message ?? '', healthy?.error ?? ''];
  },
});
