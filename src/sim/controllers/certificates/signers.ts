// What each of the cluster's signers demands of a request. Models kubernetes/pkg/controller/certificates/signer/signer.go and pkg/apis/certificates/helpers.go
import type { RequestedIdentity } from './signer.ts';

export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
const SERVING = ['digital signature', 'key encipherment', 'server auth'];
const CLIENT = ['client auth', 'digital signature', 'key encipherment'];

const same = (usages: readonly string[], wanted: readonly string[]): boolean => {
  const given = new Set(usages);
  const without = wanted.filter((each) => each !== 'key encipherment');
  return [wanted, without].some((list) => given.size === list.length && list.every((each) => given.has(each)));
};
const mismatch = (wanted: readonly string[]): string => `usages did not match [${wanted.join(' ')}]`;
const isOfNodes = ({ organizations }: RequestedIdentity): boolean => organizations.length === 1 && organizations[0] === 'system:nodes';

function kubeletServing(identity: RequestedIdentity, usages: readonly string[]): string | undefined {
  if (!isOfNodes(identity)) return 'subject organization is not system:nodes';
  if (identity.dns + identity.addresses === 0) return 'DNS or IP subjectAltName is required';
  if (identity.emails) return 'Email subjectAltNames are not allowed';
  if (identity.uris) return 'URI subjectAltNames are not allowed';
  if (!same(usages, SERVING)) return mismatch(SERVING);
  return identity.commonName.startsWith('system:node:') ? undefined : 'subject common name does not begin with system:node:';
}

export function kubeletClient(identity: RequestedIdentity, usages: readonly string[]): string | undefined {
  if (!isOfNodes(identity)) return 'subject organization is not system:nodes';
  if (identity.dns) return 'DNS subjectAltNames are not allowed';
  if (identity.emails) return 'Email subjectAltNames are not allowed';
  if (identity.addresses) return 'IP subjectAltNames are not allowed';
  if (identity.uris) return 'URI subjectAltNames are not allowed';
  if (!identity.commonName.startsWith('system:node:')) return 'subject common name does not begin with system:node:';
  return same(usages, CLIENT) ? undefined : mismatch(CLIENT);
}

function apiServerClient(_identity: RequestedIdentity, usages: readonly string[]): string | undefined {
  const wrong = usages.find((usage) => !CLIENT.includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

/** By the signer's name: why it refuses, undefined where it signs. Names that are not here are signed by others. */
export const SIGNERS: Readonly<Record<string, (identity: RequestedIdentity, usages: readonly string[]) => string | undefined>> = {
  'kubernetes.io/kubelet-serving': kubeletServing,
  [KUBELET_CLIENT]: kubeletClient,
  'kubernetes.io/kube-apiserver-client': apiServerClient,
  'kubernetes.io/legacy-unknown': () => undefined,
};
