// Signs certificate requests with the cluster's authority. Models kubernetes/pkg/controller/certificates/authority
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const DAY_MS = 24 * 3_600_000;
/** Of --cluster-signing-duration: a year. */
const LONGEST_MS = 365 * DAY_MS;
const SHORTEST_MS = 600_000;
const BACKDATE_MS = 300_000;
/** Certificates that live less long get their whole time. */
const SHORT_MS = 8 * 3_600_000;

const KEY_USAGES: Readonly<Record<string, x509.KeyUsageFlags>> = {
  signing: x509.KeyUsageFlags.digitalSignature,
  'digital signature': x509.KeyUsageFlags.digitalSignature,
  'content commitment': x509.KeyUsageFlags.nonRepudiation,
  'key encipherment': x509.KeyUsageFlags.keyEncipherment,
  'key agreement': x509.KeyUsageFlags.keyAgreement,
  'data encipherment': x509.KeyUsageFlags.dataEncipherment,
  'cert sign': x509.KeyUsageFlags.keyCertSign,
  'crl sign': x509.KeyUsageFlags.cRLSign,
  'encipher only': x509.KeyUsageFlags.encipherOnly,
  'decipher only': x509.KeyUsageFlags.decipherOnly,
};
const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  's/mime': '1.3.6.1.5.5.7.3.4',
  'ipsec end system': '1.3.6.1.5.5.7.3.5',
  'ipsec tunnel': '1.3.6.1.5.5.7.3.6',
  'ipsec user': '1.3.6.1.5.5.7.3.7',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
};

export interface SigningRequest {
  /** PEM. */
  readonly request: string;
  readonly usages: readonly string[];
  readonly expirationSeconds?: number;
  readonly nowMs: number;
}

/** The port to the cluster's authority. */
export interface CertificateSigner {
  /** PEM. Rejects when the request is no request, or its signature is wrong. */
  sign(request: SigningRequest): Promise<string>;
}

export interface RequestedIdentity {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dns: number;
  readonly addresses: number;
  readonly emails: number;
  readonly uris: number;
}

/** Throws with upstream's sentence for what is no certificate request. */
export function parseRequest(pem: string): x509.Pkcs10CertificateRequest {
  if (!pem.includes('-----BEGIN CERTIFICATE REQUEST-----')) throw new Error('PEM block type must be CERTIFICATE REQUEST');
  return new x509.Pkcs10CertificateRequest(pem);
}

const namesOf = (request: x509.Pkcs10CertificateRequest): x509.SubjectAlternativeNameExtension | null =>
  request.extensions.find((each) => each instanceof x509.SubjectAlternativeNameExtension) ?? null;

export function requestedIdentity(request: x509.Pkcs10CertificateRequest): RequestedIdentity {
  const count = (type: string): number => namesOf(request)?.names.items.filter((each) => each.type === type).length ?? 0;
  return {
    commonName: request.subjectName.getField('CN')[0] ?? '',
    organizations: request.subjectName.getField('O'),
    dns: count('dns'),
    addresses: count('ip'),
    emails: count('email'),
    uris: count('url'),
  };
}

/** When the certificate runs out, in milliseconds. */
export const certificateEnd = (pem: string): number => new x509.X509Certificate(pem).notAfter.getTime();

/** Attributes in the order in which Go writes a name; others are dropped. */
const ATTRIBUTES = ['C', 'O', 'OU', 'L', 'ST', '2.5.4.9', '2.5.4.17', 'CN', '2.5.4.5'];
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

/** A name as Go writes it: values of one kind in one set, plain strings where they do. */
function rewritten(name: x509.Name): x509.JsonNameParams {
  const encoded = (value: string): x509.JsonAttributeObject => (PRINTABLE.test(value) ? { printableString: value } : { utf8String: value });
  return ATTRIBUTES.filter((type) => name.getField(type).length > 0).map((type): x509.JsonAttributeAndObjectValue => ({
    [type]: name.getField(type).map(encoded),
  }));
}

function lifetimeMs(expirationSeconds: number | undefined): number {
  return expirationSeconds === undefined ? LONGEST_MS : Math.min(Math.max(expirationSeconds * 1000, SHORTEST_MS), LONGEST_MS);
}

/** `key` and `certificate` are PEM, of an ECDSA P-256 authority. */
export function authoritySigner(authority: { readonly key: string; readonly certificate: string }): CertificateSigner {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const certificate = new x509.X509Certificate(authority.certificate);
  const key = webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(authority.key), algorithm, false, ['sign']);
  return {
    async sign({ request, usages, expirationSeconds, nowMs }) {
      const parsed = parseRequest(request);
      if (!(await parsed.verify())) throw new Error('unable to verify certificate request signature');
      const lifetime = lifetimeMs(expirationSeconds);
      const end = nowMs + lifetime - (lifetime < SHORT_MS ? 0 : BACKDATE_MS);
      const flags = usages.reduce((sum, usage) => sum | (KEY_USAGES[usage] ?? 0), 0);
      const extended = usages.flatMap((usage) => EXTENDED_USAGES[usage] ?? []);
      const alternative = namesOf(parsed);
      const signed = await x509.X509CertificateGenerator.create({
        serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
          .toString('hex')
          .replace(/^[89a-f]/, '7'),
        subject: new x509.Name(rewritten(parsed.subjectName)),
        issuer: certificate.subjectName,
        notBefore: new Date(nowMs - BACKDATE_MS),
        notAfter: new Date(Math.min(end, certificate.notAfter.getTime())),
        publicKey: parsed.publicKey,
        signingKey: (await key) as never,
        signingAlgorithm: algorithm,
        extensions: [
          ...(flags ? [new x509.KeyUsagesExtension(flags, true)] : []),
          ...(extended.length ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
          new x509.BasicConstraintsExtension(false, undefined, true),
          await x509.AuthorityKeyIdentifierExtension.create(certificate.publicKey),
          ...(alternative ? [new x509.SubjectAlternativeNameExtension(alternative.names.items.map((each) => each.toJSON()))] : []),
        ],
      });
      return `${signed.toString('pem')}\n`;
    },
  };
}
