// Who may approve and sign requests of a signer, and whom nobody may pretend to be. Models kubernetes/plugin/pkg/admission/certificates
import type { CertificateSigningRequest } from '../../../kube/api/certificates-v1.ts';
import { jsonEqual } from '../../../kube/machinery/json.ts';
import { DerSyntaxError } from '../../../kube/machinery/der.ts';
import { parseRequest } from '../../resources/certificates/signing-request.ts';
import type { UserInfo } from '../authentication/user.ts';
import { resourceAttributes } from '../authorization/attributes.ts';
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts';
import { refused } from './refusal.ts';

const REQUESTS = 'certificatesigningrequests.certificates.k8s.io';
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
const MASTERS = 'system:masters';

/** By the signer's name, or by all names of its domain. */
function mayUse({ authorize }: AdmissionContext, user: UserInfo, verb: string, signer: string): boolean {
  const asked = (name: string): boolean => authorize(resourceAttributes(user, { verb, group: 'certificates.k8s.io', resource: 'signers', name })).allowed;
  return asked(signer) || asked(`${signer.split('/')[0] ?? ''}/*`);
}

export const certificateApproval = (context: AdmissionContext): AdmissionPlugin => ({
  name: 'CertificateApproval',
  operations: ['UPDATE'],
  resources: [`${REQUESTS}/approval`],
  validate(request) {
    const { signerName } = (request.old as CertificateSigningRequest).spec;
    if (!mayUse(context, request.call.user, 'approve', signerName))
      throw refused(request, `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`);
  },
});

export const certificateSigning = (context: AdmissionContext): AdmissionPlugin => ({
  name: 'CertificateSigning',
  operations: ['UPDATE'],
  resources: [`${REQUESTS}/status`],
  validate(request) {
    const { status: before, spec } = request.old as CertificateSigningRequest;
    const { status } = request.object as unknown as CertificateSigningRequest;
    if (before.certificate === status.certificate && jsonEqual(before.conditions ?? [], status.conditions ?? [])) return;
    if (!mayUse(context, request.call.user, 'sign', spec.signerName))
      throw refused(request, `user not permitted to sign requests with signerName ${JSON.stringify(spec.signerName)}`);
  },
});

export const certificateSubjectRestriction = (): AdmissionPlugin => ({
  name: 'CertificateSubjectRestriction',
  operations: ['CREATE'],
  resources: [REQUESTS],
  validate(request) {
    const { spec } = request.object as unknown as CertificateSigningRequest;
    if (spec.signerName !== CLIENT_SIGNER) return;
    try {
      if (!parseRequest(spec.request).organizations.includes(MASTERS)) return;
    } catch (error) {
      if (error instanceof DerSyntaxError) throw refused(request, `failed to parse CSR: ${error.message}`);
      throw error;
    }
    throw refused(request, `use of ${CLIENT_SIGNER} signer with ${MASTERS} group is not allowed`);
  },
});
