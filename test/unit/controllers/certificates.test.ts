import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { createPki } from '../../../src/sim/apiserver/authentication/pki.ts';
import { authoritySigner, certificateEnd, parseRequest, requestedIdentity } from '../../../src/sim/controllers/certificates/signer.ts';
import { SIGNERS } from '../../../src/sim/controllers/certificates/signers.ts';

const NOW = Date.UTC(2026, 0, 1);
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };

async function request(name: string, extensions: x509.Extension[] = []): Promise<string> {
  x509.cryptoProvider.set(webcrypto as never);
  const keys = (await webcrypto.subtle.generateKey(RSA, false, ['sign', 'verify'])) as never;
  return (await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: RSA, extensions })).toString('pem');
}

describe('the cluster’s signer', () => {
  it('signs what openssl makes, for as long as asked', async () => {
    const pki = await createPki(NOW);
    const signer = authoritySigner(pki.ca);
    const pem = await request('CN=dana, O=builders');
    const signed = await signer.sign({ request: pem, usages: ['client auth'], expirationSeconds: 86_400, nowMs: NOW });
    const certificate = new x509.X509Certificate(signed);
    expect(certificate.subject).toBe('O=builders, CN=dana');
    expect(certificate.issuer).toBe('CN=kubernetes');
    expect(certificateEnd(signed)).toBe(NOW + 86_400_000 - 300_000);
    expect(await certificate.verify({ publicKey: new x509.X509Certificate(pki.ca.certificate).publicKey, date: new Date(NOW) })).toBe(true);
    expect(certificateEnd(await signer.sign({ request: pem, usages: ['client auth'], expirationSeconds: 60, nowMs: NOW }))).toBe(NOW + 600_000);
  });

  it('knows what its signers demand', async () => {
    const dana = requestedIdentity(parseRequest(await request('CN=dana, O=builders')));
    const client = SIGNERS['kubernetes.io/kube-apiserver-client'];
    expect(client?.(dana, ['client auth'])).toBeUndefined();
    expect(client?.(dana, ['server auth'])).toBe('invalid usage for client certificate: server auth');
    expect(client?.(dana, ['digital signature'])).toBe('missing required usage for client certificate: client auth');
    const serving = SIGNERS['kubernetes.io/kubelet-serving'];
    expect(serving?.(dana, [])).toBe('subject organization is not system:nodes');
    const names = new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'node01' }]);
    const node = requestedIdentity(parseRequest(await request('CN=system:node:node01, O=system:nodes', [names])));
    expect(serving?.(node, ['digital signature', 'server auth'])).toBeUndefined();
    expect(serving?.(node, ['client auth'])).toBe('usages did not match [digital signature key encipherment server auth]');
    expect(() => parseRequest('nonsense')).toThrow('PEM block type must be CERTIFICATE REQUEST');
  });
});
