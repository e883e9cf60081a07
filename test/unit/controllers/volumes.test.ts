import { afterEach, describe, expect, it } from 'vitest';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeSpec } from '../../../src/kube/api/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes, pods, storageClasses } from '../../../src/kube/api/resources.ts';
import { isNotFound } from '../../../src/kube/machinery/status-error.ts';
import { HollowCluster } from '../../fixtures/hollow-cluster.ts';

let cluster: HollowCluster;
afterEach(() => cluster.stop());

const at = { namespace: 'default' };
const volume = (name: string, spec: Partial<PersistentVolumeSpec> = {}): Promise<PersistentVolume> =>
  cluster.client.create(persistentVolumes, {
    metadata: { name },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'manual',
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: '/data' },
      ...spec,
    },
  });
const claim = (name: string, spec: Partial<PersistentVolumeClaimSpec> = {}): Promise<PersistentVolumeClaim> =>
  cluster.client.create(
    persistentVolumeClaims,
    {
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'manual', resources: { requests: { storage: '500Mi' } }, ...spec },
    },
    at,
  );
const storageClass = (name: string, provisioner: string, volumeBindingMode: 'Immediate' | 'WaitForFirstConsumer' = 'Immediate'): Promise<unknown> =>
  cluster.client.create(storageClasses, { metadata: { name }, provisioner, reclaimPolicy: 'Delete', volumeBindingMode });
const volumePhase = async (name: string): Promise<string | undefined> => (await cluster.client.get(persistentVolumes, name)).status?.phase;
const claimPhase = async (name: string): Promise<string | undefined> => (await cluster.client.get(persistentVolumeClaims, name, at)).status?.phase;
const use = (name: string, claimName: string): Promise<unknown> =>
  cluster.run(name, { containers: [{ name: 'c', image: 'nginx' }], volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] });

describe('volumes and claims', () => {
  it('bind to the smallest volume that does, and are released', async () => {
    cluster = await HollowCluster.start();
    await volume('large', { capacity: { storage: '5Gi' } });
    await volume('small');
    await volume('other-class', { storageClassName: 'fast', capacity: { storage: '500Mi' } });
    await cluster.until(async () => (await volumePhase('small')) === 'Available');
    await claim('data');
    await cluster.until(async () => (await claimPhase('data')) === 'Bound');
    const bound = await cluster.client.get(persistentVolumeClaims, 'data', at);
    expect(bound.spec.volumeName).toBe('small');
    expect(bound.status).toMatchObject({ accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } });
    expect(bound.metadata.annotations).toEqual({ 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect((await cluster.client.get(persistentVolumes, 'small')).spec.claimRef).toMatchObject({ kind: 'PersistentVolumeClaim', name: 'data' });
    await cluster.client.delete(persistentVolumeClaims, 'data', at);
    await cluster.until(async () => (await volumePhase('small')) === 'Released');
    expect(await volumePhase('large')).toBe('Available');
  });

  it('wait for a volume, and say so', async () => {
    cluster = await HollowCluster.start();
    await storageClass('outside', 'example.com/disks');
    await claim('none', { storageClassName: '' });
    await claim('unknown');
    await claim('outside', { storageClassName: 'outside' });
    await cluster.clock.advance(2000);
    expect(await cluster.events('none')).toEqual(['FailedBinding no persistent volumes available for this claim and no storage class is set']);
    expect(await cluster.events('unknown')).toEqual(['ProvisioningFailed storageclass.storage.k8s.io "manual" not found']);
    expect((await cluster.events('outside'))[0]).toMatch(
      /^ExternalProvisioning Waiting for a volume to be created either by the external provisioner 'example.com\/disks'/,
    );
    await use('web', 'none');
    await cluster.clock.advance(1000);
    expect((await cluster.events('web'))[0]).toBe('FailedScheduling 0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found');
    await volume('late', { storageClassName: '' });
    await cluster.until(async () => (await cluster.client.get(pods, 'web', at)).spec.nodeName !== undefined, 30_000);
  });

  it('choose volume and node together where the class waits for a pod', async () => {
    cluster = await HollowCluster.start();
    await storageClass('local', 'kubernetes.io/no-provisioner', 'WaitForFirstConsumer');
    const nodeAffinity = {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In' as const, values: ['node02'] }] }] },
    };
    await volume('disk', { storageClassName: 'local', nodeAffinity });
    await claim('data', { storageClassName: 'local' });
    await cluster.clock.advance(2000);
    expect(await claimPhase('data')).toBe('Pending');
    expect(await cluster.events('data')).toEqual(['WaitForFirstConsumer waiting for first consumer to be created before binding']);
    await use('web', 'data');
    await cluster.until(async () => (await claimPhase('data')) === 'Bound');
    await cluster.until(async () => (await cluster.client.get(pods, 'web', at)).spec.nodeName === 'node02');
    await claim('more', { storageClassName: 'local' });
    await use('second', 'more');
    await cluster.clock.advance(2000);
    expect((await cluster.events('second'))[0]).toMatch(
      /^FailedScheduling 0\/2 nodes are available: 2 node\(s\) didn't find available persistent volumes to bind\./,
    );
  });

  it('are kept while they are used', async () => {
    cluster = await HollowCluster.start();
    await volume('disk');
    await claim('data');
    await use('web', 'data');
    await cluster.until(async () => (await cluster.client.get(pods, 'web', at)).status.phase === 'Running');
    await cluster.client.delete(persistentVolumeClaims, 'data', at);
    await cluster.client.delete(persistentVolumes, 'disk');
    await cluster.clock.advance(5000);
    expect((await cluster.client.get(persistentVolumeClaims, 'data', at)).metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
    await cluster.client.delete(pods, 'web', at);
    const gone = (): Promise<boolean> => volumePhase('disk').then(() => false, isNotFound);
    await cluster.until(gone);
  });

  it('are deleted only where a plugin can', async () => {
    cluster = await HollowCluster.start();
    await volume('disk', { persistentVolumeReclaimPolicy: 'Delete' });
    await claim('data');
    await cluster.until(async () => (await claimPhase('data')) === 'Bound');
    await cluster.client.delete(persistentVolumeClaims, 'data', at);
    await cluster.until(async () => (await volumePhase('disk')) === 'Failed');
    expect(await cluster.events('disk')).toEqual(['VolumeFailedDelete host_path deleter only supports /tmp/.+ but received provided /data']);
  });

  it('come and go with their pod where they are ephemeral', async () => {
    cluster = await HollowCluster.start();
    await volume('disk');
    const spec: PersistentVolumeClaimSpec = { accessModes: ['ReadWriteOnce'], storageClassName: 'manual', resources: { requests: { storage: '500Mi' } } };
    await cluster.run('web', { containers: [{ name: 'c', image: 'nginx' }], volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { spec } } }] });
    await cluster.until(async () => (await cluster.client.get(pods, 'web', at)).status.phase === 'Running', 30_000);
    expect(await claimPhase('web-scratch')).toBe('Bound');
    await cluster.client.delete(pods, 'web', at);
    await cluster.until(() => claimPhase('web-scratch').then(() => false, isNotFound));
    await cluster.until(async () => (await volumePhase('disk')) === 'Released');
  });
});
