// What joining hosts are given: made on the first control plane when somebody joins, short-lived, never written into a plan.
import type { ClusterSpec, HostSpec } from '../cluster-file/cluster-spec.ts';
import type { ValueSpec } from '../plan/action.ts';
import { valueRef } from '../plan/values.ts';
import { INIT_CONFIG } from './config.ts';

const TOKEN = 'join-token';
const CA_HASH = 'ca-hash';
const CERTIFICATE_KEY = 'certificate-key';

export const joinSecrets = { token: valueRef(TOKEN), caHash: `sha256:${valueRef(CA_HASH)}`, certificateKey: valueRef(CERTIFICATE_KEY) } as const;

/** None where nobody joins; the certificate key where a control plane does. */
export const joinValues = ({ first, controlPlanes, workers }: ClusterSpec): readonly ValueSpec[] => [
  ...(controlPlanes.length + workers.length > 1 ? tokenValues(first) : []),
  ...(controlPlanes.length > 1 ? [certificateKeyValue(first)] : []),
];

const tokenValues = (first: HostSpec): readonly ValueSpec[] => [
  {
    name: TOKEN,
    says: 'a token to join with, valid for 30 minutes',
    host: first.name,
    script: 'kubeadm token create --ttl 30m',
    secret: true,
    placeholder: 'abcdef.0123456789abcdef',
  },
  {
    name: CA_HASH,
    says: "the hash of the cluster's certificate authority, by which a joining host knows it",
    host: first.name,
    script: "openssl x509 -pubkey -noout -in /etc/kubernetes/pki/ca.crt | openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1",
    secret: false,
    // Not the zeros of the key: whoever fills them in must tell them apart.
    placeholder: '0123456789abcdef'.repeat(4),
  },
];

const certificateKeyValue = (first: HostSpec): ValueSpec => ({
  name: CERTIFICATE_KEY,
  says: 'the key that encrypts the certificates which control planes share, valid for 2 hours',
  host: first.name,
  // Without its configuration kubeadm would leave out the certificates of an external etcd.
  script: `said=$(kubeadm init phase upload-certs --upload-certs --config ${INIT_CONFIG}) && printf '%s\\n' "$said" | grep -xE "[0-9a-f]{64}"`,
  secret: true,
  placeholder: '0'.repeat(64),
});

const PKI = '/etc/kubernetes/pki';
const pkiName = (host: HostSpec): string => `etcd-pki-${host.name}`;
export const etcdPki = (host: HostSpec): string => valueRef(pkiName(host));

/** Certificates for the other hosts of an external etcd and for the control planes, made where its authority is: the authority's key stays there. */
export function etcdValues({ etcd, controlPlanes }: ClusterSpec): readonly ValueSpec[] {
  const [authority] = etcd;
  if (!authority) return [];
  // By a file, because a pipe would hide that tar failed.
  const inFolder = (script: string): string => `set -e
work=$(mktemp -d /run/ckadet-pki.XXXXXX); trap 'rm -rf "$work"' EXIT; trap 'exit 1' HUP INT TERM
${script}`;
  const packed = (files: readonly string[], from: string): string => `tar -C ${from} -cf "$work/packed.tar" ${files.join(' ')}; base64 -w0 "$work/packed.tar"`;
  const members = etcd.slice(1).map((host) => ({
    name: pkiName(host),
    says: `the etcd certificates of ${host.name}`,
    host: authority.name,
    script: inFolder(`mkdir -p "$work/etcd"; cp ${PKI}/etcd/ca.crt ${PKI}/etcd/ca.key "$work/etcd/"
sed "s#^certificatesDir:.*##" /etc/kubernetes/ckadet/etcd-${host.name}.yaml | sed "/^kind: ClusterConfiguration/a certificatesDir: $work" > "$work/config.yaml"
for each in etcd-server etcd-peer etcd-healthcheck-client; do kubeadm init phase certs "$each" --config "$work/config.yaml" >&2; done
rm "$work/etcd/ca.key" "$work/config.yaml"
${packed(['etcd'], '"$work"')}`),
    secret: true,
    placeholder: '',
  }));
  const clients = controlPlanes.map((host) => ({
    name: pkiName(host),
    says: `the certificate with which ${host.name} asks etcd`,
    host: authority.name,
    script: inFolder(packed(['etcd/ca.crt', 'apiserver-etcd-client.crt', 'apiserver-etcd-client.key'], PKI)),
    secret: true,
    placeholder: '',
  }));
  return [...members, ...clients];
}
