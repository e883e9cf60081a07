// What a proof calls left behind or taken away, and what comes and goes by itself on a cluster that kubeadm made.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { certificateSigningRequests, configMaps, secrets } from '../../../src/kube/api/resources.ts';
import { loadLab } from '../../../src/labs/library.ts';
import { verifyLab } from '../../../src/labs/verify.ts';
import { HollowCluster } from '../../fixtures/hollow-cluster.ts';
import { labFolder, targetOf, withTime } from '../../fixtures/lab-folder.ts';

const KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

let cluster: HollowCluster;
beforeEach(async () => {
  cluster = await HollowCluster.start();
});
afterEach(() => cluster.stop());

it('what runs out by itself is nobody’s; a ConfigMap that appears is', async () => {
  const { client, clock } = cluster;
  const system = { namespace: 'kube-system' };
  const token = await client.create(secrets, { metadata: { name: 'bootstrap-token-abcdef' }, type: 'bootstrap.kubernetes.io/token' }, system);
  const { uid = '' } = token.metadata;
  await client.create(
    secrets,
    { metadata: { name: 'kubeadm-certs', ownerReferences: [{ apiVersion: 'v1', kind: 'Secret', name: 'bootstrap-token-abcdef', uid }] }, type: 'Opaque' },
    system,
  );
  const keys = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  const pem = (await x509.Pkcs10CertificateRequestGenerator.create({ name: 'CN=node', keys, signingAlgorithm: KEY })).toString('pem');
  await client.create(certificateSigningRequests, {
    metadata: { name: 'csr-node' },
    spec: { signerName: 'example.com/nodes', request: Buffer.from(pem).toString('base64'), usages: ['client auth'] },
  } as never);
  const lab = await loadLab(labFolder(), 'small');
  const work = verifyLab(lab, 1, targetOf(client), { clock, signal: new AbortController().signal }, {}, (script) => {
    expect(script).toBe('start');
    void Promise.all([
      client.delete(secrets, 'kubeadm-certs', system),
      client.delete(secrets, 'bootstrap-token-abcdef', system),
      client.delete(certificateSigningRequests, 'csr-node'),
      client.create(configMaps, { metadata: { name: 'litter' } }, { namespace: 'default' }),
    ]);
  });
  const { findings } = await withTime(clock, work);
  expect(findings.filter(({ script }) => script === 'reset').map(({ says }) => says)).toEqual(['leaves ConfigMap default/litter behind']);
});
