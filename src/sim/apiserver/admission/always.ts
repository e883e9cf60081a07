// The two plugins that look at nothing. Models kubernetes/plugin/pkg/admission/{admit,deny}
import type { AdmissionPlugin, AdmissionRequest } from './plugin.ts';
import { refused } from './refusal.ts';

export const alwaysAdmit = (): AdmissionPlugin => ({ name: 'AlwaysAdmit' });

export function alwaysDeny(): AdmissionPlugin {
  const deny = (request: AdmissionRequest): void => {
    throw refused(request, 'admission control is denying all modifications');
  };
  return { name: 'AlwaysDeny', operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'], admit: deny, validate: deny };
}
