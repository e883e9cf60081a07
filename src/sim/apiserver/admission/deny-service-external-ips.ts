// No new external addresses of services. Models kubernetes/plugin/pkg/admission/network/denyserviceexternalips
import type { Service } from '../../../kube/api/core-v1.ts';
import type { AdmissionPlugin } from './plugin.ts';
import { refused } from './refusal.ts';

export const denyServiceExternalIps = (): AdmissionPlugin => ({
  name: 'DenyServiceExternalIPs',
  resources: ['services'],
  validate(request) {
    const { spec } = request.object as unknown as Service;
    const before = (request.old as unknown as Service | undefined)?.spec.externalIPs ?? [];
    if ((spec.externalIPs ?? []).some((each) => !before.includes(each))) throw refused(request, 'Use of external IPs is denied by admission control');
  },
});
