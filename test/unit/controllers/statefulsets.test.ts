import { afterEach, describe, expect, it } from 'vitest';
import type { StatefulSet, StatefulSetSpec } from '../../../src/kube/api/apps-v1.ts';
import { controllerRevisions, persistentVolumeClaims, pods, statefulSets } from '../../../src/kube/api/resources.ts';
import { HollowCluster } from '../../fixtures/hollow-cluster.ts';

let cluster: HollowCluster;
afterEach(() => cluster.stop());

const at = { namespace: 'default' };
const labels = { app: 'db' };
const template = (image: string): StatefulSetSpec['template'] => ({ metadata: { labels }, spec: { containers: [{ name: 'db', image }] } });

async function create(spec: Partial<StatefulSetSpec> = {}): Promise<void> {
  const defaults: StatefulSetSpec = {
    serviceName: 'db',
    replicas: 2,
    selector: { matchLabels: labels },
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    template: template('postgres:16'),
  };
  await cluster.client.create(statefulSets, { metadata: { name: 'db' }, spec: { ...defaults, ...spec } }, at);
}
const get = (): Promise<StatefulSet> => cluster.client.get(statefulSets, 'db', at);
const settled = async (): Promise<boolean> => {
  const { spec, status, metadata } = await get();
  return status?.observedGeneration === metadata.generation && status.readyReplicas === spec.replicas && status.updatedReplicas === spec.replicas;
};
const images = async (): Promise<readonly string[]> =>
  (await cluster.pods()).map(({ metadata, spec }) => `${metadata.name} ${spec.containers[0]?.image}`).sort();

describe('a StatefulSet', () => {
  it('makes its pods one after the other, with name and place', async () => {
    cluster = await HollowCluster.start();
    await create({ replicas: 3 });
    await cluster.until(settled);
    expect((await cluster.events('db')).map((each) => each.toLowerCase())).toEqual([
      'successfulcreate create pod db-0 in statefulset db successful',
      'successfulcreate create pod db-1 in statefulset db successful',
      'successfulcreate create pod db-2 in statefulset db successful',
    ]);
    const pod = await cluster.client.get(pods, 'db-1', at);
    expect(pod.metadata.labels).toMatchObject({ 'apps.kubernetes.io/pod-index': '1', 'statefulset.kubernetes.io/pod-name': 'db-1' });
    expect(pod.spec).toMatchObject({ hostname: 'db-1', subdomain: 'db' });
    expect((await get()).status).toMatchObject({ replicas: 3, currentReplicas: 3, availableReplicas: 3, collisionCount: 0 });
  });

  it('updates from the end, stops at the partition, and rolls back to an old revision', async () => {
    cluster = await HollowCluster.start();
    await create({ replicas: 3, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    await cluster.until(settled);
    const { currentRevision } = (await get()).status ?? {};
    await cluster.client.patch(statefulSets, 'db', 'merge', { spec: { template: template('postgres:17') as never } }, at);
    await cluster.until(async () => (await get()).status?.updatedReplicas === 1 && (await get()).status?.readyReplicas === 3);
    await cluster.clock.advance(2000);
    expect(await images()).toEqual(['db-0 postgres:16', 'db-1 postgres:16', 'db-2 postgres:17']);
    expect((await get()).status).toMatchObject({ currentRevision, currentReplicas: 2, updatedReplicas: 1 });
    await cluster.client.patch(statefulSets, 'db', 'merge', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } }, at);
    await cluster.until(settled);
    await cluster.clock.advance(1000);
    const done = (await get()).status;
    expect(done?.currentRevision).toBe(done?.updateRevision);
    expect(done?.currentRevision).not.toBe(currentRevision);
    await cluster.client.patch(statefulSets, 'db', 'merge', { spec: { template: template('postgres:16') as never } }, at);
    await cluster.until(async () => (await get()).status?.currentRevision === currentRevision);
    const revisions = (await cluster.client.list(controllerRevisions, at)).items.map(({ revision }) => revision).sort();
    expect(revisions).toEqual([2, 3]);
  });

  it('makes claims of its templates, keeps or removes them as the policy says', async () => {
    cluster = await HollowCluster.start();
    const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }, status: {} };
    await create({
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim }] as never,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
    });
    const claims = async (): Promise<readonly string[]> =>
      (await cluster.client.list(persistentVolumeClaims, at)).items
        .filter(({ metadata }) => !metadata.deletionTimestamp)
        .map(({ metadata }) => metadata.name ?? '')
        .sort();
    await cluster.until(async () => (await claims()).length === 2);
    expect(await claims()).toEqual(['data-db-0', 'data-db-1']);
    expect((await cluster.client.get(pods, 'db-0', at)).spec.volumes?.[0]).toEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } });
    await cluster.client.patch(statefulSets, 'db', 'merge', { spec: { replicas: 1 } }, at);
    await cluster.until(async () => (await claims()).length === 1);
    expect(await claims()).toEqual(['data-db-0']);
  });
});
