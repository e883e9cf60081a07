// Writes a kubeconfig with one context, as kubeadm writes admin.conf. Pure.
import { stringify } from 'yaml';

export interface KubeconfigFields {
  readonly cluster: string;
  readonly context: string;
  readonly user: string;
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly token?: string;
  readonly namespace?: string;
}

const base64 = (pem: string): string => Buffer.from(pem).toString('base64');

export function renderKubeconfig({ cluster, context, user, server, ca, clientCertificate, clientKey, token, namespace }: KubeconfigFields): string {
  return stringify(
    {
      apiVersion: 'v1',
      clusters: [{ cluster: { 'certificate-authority-data': base64(ca), server }, name: cluster }],
      contexts: [{ context: { cluster, ...(namespace ? { namespace } : {}), user }, name: context }],
      'current-context': context,
      kind: 'Config',
      preferences: {},
      users: [
        {
          name: user,
          user: {
            ...(clientCertificate ? { 'client-certificate-data': base64(clientCertificate) } : {}),
            ...(clientKey ? { 'client-key-data': base64(clientKey) } : {}),
            ...(token ? { token } : {}),
          },
        },
      ],
    },
    { lineWidth: 0 },
  );
}
