// The cluster's certificates and the key of its service-account tokens, made once and kept.
import 'reflect-metadata';
import { generateKeyPair, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as never);
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEAR_MS = 365 * 24 * 3_600_000;

export interface KeyAndCertificate {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
}
export interface Pki {
  readonly ca: KeyAndCertificate;
  readonly server: KeyAndCertificate;
  readonly admin: KeyAndCertificate;
  readonly serviceAccountKey: string;
}

type Keys = webcrypto.CryptoKeyPair;
const newKeys = (): Promise<Keys> => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<Keys>;

async function keyPem({ privateKey }: Keys): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
}
const serial = (): string =>
  Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
    .toString('hex')
    .replace(/^[89a-f]/, '7');

export interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}
const nameOf = ({ commonName, organizations = [] }: Subject): x509.JsonName => [...organizations.map((each) => ({ O: [each] })), { CN: [commonName] }];

async function issue(
  ca: { readonly keys: Keys; readonly certificate: x509.X509Certificate },
  subject: Subject,
  usage: string,
  addresses: readonly x509.JsonGeneralName[],
  now: number,
): Promise<KeyAndCertificate> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: nameOf(subject),
    issuer: ca.certificate.subject,
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + YEAR_MS),
    publicKey: keys.publicKey as never,
    signingKey: ca.keys.privateKey as never,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      ...(addresses.length ? [new x509.SubjectAlternativeNameExtension([...addresses])] : []),
    ],
  });
  return { key: await keyPem(keys), certificate: certificate.toString('pem') };
}

const SERVER_NAMES = ['controlplane', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local', 'localhost'];
const SERVER_ADDRESSES = ['127.0.0.1', '10.96.0.1', '192.168.56.10'];

/** Makes a cluster's certificates: CA for ten years, the others for one; user `kubernetes-admin` as kubeadm makes it. */
export async function createPki(now: number): Promise<Pki> {
  const tokenKey = promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: ['kubernetes'] }],
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + 10 * YEAR_MS),
    keys: keys as never,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment | x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as never),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'kubernetes' }]),
    ],
  });
  const ca = { keys, certificate };
  const addresses: x509.JsonGeneralName[] = [
    ...SERVER_NAMES.map((value) => ({ type: 'dns' as const, value })),
    ...SERVER_ADDRESSES.map((value) => ({ type: 'ip' as const, value })),
  ];
  const [server, admin] = await Promise.all([
    issue(ca, { commonName: 'kube-apiserver' }, x509.ExtendedKeyUsage.serverAuth, addresses, now),
    issue(ca, { commonName: 'kubernetes-admin', organizations: ['kubeadm:cluster-admins'] }, x509.ExtendedKeyUsage.clientAuth, [], now),
  ]);
  return {
    ca: { key: await keyPem(keys), certificate: certificate.toString('pem') },
    server,
    admin,
    serviceAccountKey: (await tokenKey).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
