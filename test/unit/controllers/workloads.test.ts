import { afterEach, describe, expect, it } from 'vitest';
import type { DaemonSet, Deployment } from '../../../src/kube/api/apps-v1.ts';
import {
  configMaps,
  controllerRevisions,
  daemonSets,
  deployments,
  endpoints,
  endpointSlices,
  namespaces,
  nodes,
  podDisruptionBudgets,
  pods,
  replicaSets,
  serviceAccounts,
  services,
} from '../../../src/kube/api/resources.ts';
import type { Draft } from '../../../src/kube/machinery/object.ts';
import { isNotFound } from '../../../src/kube/machinery/status-error.ts';
import { HollowCluster } from '../../fixtures/hollow-cluster.ts';

let cluster: HollowCluster;
afterEach(() => cluster.stop());

const at = { namespace: 'default' };
const container = (image: string): { name: string; image: string } => ({ name: 'c', image });

function deployment(name: string, replicas: number, image = 'nginx:1', spec: Partial<Deployment['spec']> = {}): Draft<Deployment> {
  const labels = { app: name };
  return {
    metadata: { name, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container(image)] } }, ...spec },
  };
}
const progressing = async (name: string): Promise<string> => {
  const found = (await cluster.client.get(deployments, name, at)).status.conditions?.find(({ type }) => type === 'Progressing');
  return `${found?.status} ${found?.reason}`;
};
const rolledOut = (name: string) => async (): Promise<boolean> => {
  const { spec, status, metadata } = await cluster.client.get(deployments, name, at);
  return (
    status.observedGeneration === metadata.generation &&
    status.updatedReplicas === spec.replicas &&
    status.replicas === spec.replicas &&
    status.availableReplicas === spec.replicas
  );
};
const gone = (what: Promise<unknown>): Promise<boolean> =>
  what.then(
    () => false,
    (error: unknown) => isNotFound(error),
  );

describe('a Deployment', () => {
  it('makes a ReplicaSet and its pods, and says so in 1.35 words', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.create(deployments, deployment('web', 3), at);
    await cluster.until(rolledOut('web'));
    const [set] = (await cluster.client.list(replicaSets, at)).items;
    const name = set?.metadata.name ?? '';
    expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(set?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
      'deployment.kubernetes.io/revision': '1',
    });
    expect(await cluster.events('web')).toEqual([`ScalingReplicaSet Scaled up replica set ${name} from 0 to 3`]);
    expect(await progressing('web')).toBe('True NewReplicaSetAvailable');
    expect((await cluster.events(name)).map((each) => each.replace(/: .*/, ''))).toEqual([
      'SuccessfulCreate Created pod',
      'SuccessfulCreate Created pod',
      'SuccessfulCreate Created pod',
    ]);
  });

  it('rolls to a new template one pod at a time, keeps the history and rolls back', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.create(deployments, deployment('web', 3, 'nginx:1', { revisionHistoryLimit: 1 }), at);
    await cluster.until(rolledOut('web'));
    for (const image of ['nginx:2', 'nginx:3']) {
      await cluster.client.patch(deployments, 'web', 'strategic', { spec: { template: { spec: { containers: [container(image)] } } } }, at);
      await cluster.until(rolledOut('web'));
      await cluster.clock.advance(2000);
    }
    const steps = (await cluster.events('web')).slice(1, 7).map((each) => /from \d to \d$/.exec(each)?.[0]);
    expect(steps).toEqual(['from 0 to 1', 'from 3 to 2', 'from 1 to 2', 'from 2 to 1', 'from 2 to 3', 'from 1 to 0']);
    const revisions = (await cluster.client.list(replicaSets, at)).items
      .map(({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision'])
      .sort();
    expect(revisions).toEqual(['2', '3']);
    await cluster.client.patch(deployments, 'web', 'strategic', { spec: { template: { spec: { containers: [container('nginx:2')] } } } }, at);
    await cluster.until(rolledOut('web'));
    await cluster.clock.advance(1000);
    const back = (await cluster.client.list(replicaSets, at)).items.find(({ spec }) => spec.replicas === 3);
    expect(back?.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '4', 'deployment.kubernetes.io/revision-history': '2' });
  });

  it('is stuck on a bad image until its deadline, and says which', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.create(deployments, deployment('web', 4, 'nginx:1', { progressDeadlineSeconds: 60 }), at);
    await cluster.until(rolledOut('web'));
    await cluster.client.patch(deployments, 'web', 'strategic', { spec: { template: { spec: { containers: [container('no-such')] } } } }, at);
    await cluster.clock.advance(5000);
    expect(await progressing('web')).toBe('True ReplicaSetUpdated');
    expect((await cluster.pods()).filter(({ status }) => status.phase === 'Running')).toHaveLength(3);
    await cluster.clock.advance(70_000);
    expect(await progressing('web')).toBe('False ProgressDeadlineExceeded');
    expect((await cluster.client.get(deployments, 'web', at)).status.conditions?.find(({ type }) => type === 'Available')?.status).toBe('True');
  });

  it('recreates only when the old pods are gone', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.create(deployments, deployment('web', 2, 'nginx:1', { strategy: { type: 'Recreate' } }), at);
    await cluster.until(rolledOut('web'));
    await cluster.client.patch(deployments, 'web', 'strategic', { spec: { template: { spec: { containers: [container('nginx:2')] } } } }, at);
    await cluster.clock.advance(100);
    expect((await cluster.pods()).every(({ spec }) => spec.containers[0]?.image === 'nginx:1')).toBe(true);
    await cluster.until(rolledOut('web'));
    expect((await cluster.pods()).filter(({ metadata }) => !metadata.deletionTimestamp).map(({ spec }) => spec.containers[0]?.image)).toEqual([
      'nginx:2',
      'nginx:2',
    ]);
  });

  it('does not roll while paused, but scales', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.create(deployments, deployment('web', 2), at);
    await cluster.until(rolledOut('web'));
    await cluster.client.patch(deployments, 'web', 'merge', { spec: { paused: true } }, at);
    await cluster.client.patch(deployments, 'web', 'strategic', { spec: { replicas: 4, template: { spec: { containers: [container('nginx:2')] } } } }, at);
    await cluster.clock.advance(3000);
    expect((await cluster.pods()).map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(4).fill('nginx:1'));
    expect(await progressing('web')).toBe('Unknown DeploymentPaused');
    await cluster.client.patch(deployments, 'web', 'merge', { spec: { paused: null } }, at);
    await cluster.until(rolledOut('web'));
  });

  it('passes on why pods are refused', async () => {
    cluster = await HollowCluster.start();
    const spec = { template: { metadata: { labels: { app: 'web' } }, spec: { serviceAccountName: 'ghost', containers: [container('nginx')] } } };
    await cluster.client.create(deployments, deployment('web', 2, 'nginx', spec), at);
    await cluster.clock.advance(3000);
    const failure = (await cluster.client.get(deployments, 'web', at)).status.conditions?.find(({ type }) => type === 'ReplicaFailure');
    expect(failure).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    expect(failure?.message).toContain('serviceaccount "ghost" not found');
  });

  it('and its heirs go in the foreground, in the background, or are left alone', async () => {
    cluster = await HollowCluster.start();
    const remaining = async (): Promise<number> => (await cluster.pods()).length + (await cluster.client.list(replicaSets, at)).items.length;
    for (const propagationPolicy of ['Background', 'Foreground'] as const) {
      await cluster.client.create(deployments, deployment('web', 2), at);
      await cluster.until(rolledOut('web'));
      await cluster.client.delete(deployments, 'web', { ...at, propagationPolicy });
      await cluster.clock.advance(50);
      expect(await gone(cluster.client.get(deployments, 'web', at))).toBe(propagationPolicy === 'Background');
      await cluster.until(async () => (await remaining()) === 0 && gone(cluster.client.get(deployments, 'web', at)));
    }
    await cluster.client.create(deployments, deployment('web', 2), at);
    await cluster.until(rolledOut('web'));
    await cluster.client.delete(deployments, 'web', { ...at, propagationPolicy: 'Orphan' });
    await cluster.clock.advance(5000);
    expect(await remaining()).toBe(3);
    expect((await cluster.client.list(replicaSets, at)).items[0]?.metadata.ownerReferences ?? []).toEqual([]);
  });
});

describe('a ReplicaSet', () => {
  it('takes in what matches, lets go of what no longer does, and replaces it', async () => {
    cluster = await HollowCluster.start();
    await cluster.run('loose', {}, { app: 'web' });
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [container('nginx')] } };
    const set = await cluster.client.create(
      replicaSets,
      { metadata: { name: 'web' }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template } },
      at,
    );
    await cluster.clock.advance(1000);
    const owned = async (): Promise<string[]> =>
      (await cluster.pods()).filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === set.metadata.uid).map(({ metadata }) => metadata.name ?? '');
    expect(await owned()).toContain('loose');
    expect(await owned()).toHaveLength(2);
    await cluster.client.patch(pods, 'loose', 'merge', { metadata: { labels: { app: 'debug' } } }, at);
    await cluster.clock.advance(1000);
    expect(await owned()).not.toContain('loose');
    expect(await owned()).toHaveLength(2);
    expect((await cluster.client.get(pods, 'loose', at)).metadata.ownerReferences ?? []).toEqual([]);
  });
});

describe('a DaemonSet', () => {
  const daemon = (spec: Partial<DaemonSet['spec']> = {}): Draft<DaemonSet> => ({
    metadata: { name: 'agent' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [container('nginx:1')] } },
      ...spec,
    },
  });
  const status = async (): Promise<string> => {
    const {
      desiredNumberScheduled,
      updatedNumberScheduled = 0,
      numberAvailable = 0,
      numberMisscheduled,
    } = (await cluster.client.get(daemonSets, 'agent', at)).status;
    return `${desiredNumberScheduled} desired, ${updatedNumberScheduled} updated, ${numberAvailable} available, ${numberMisscheduled} misplaced`;
  };
  const settled = (text: string) => async (): Promise<boolean> => (await status()) === text;

  it('runs on cordoned nodes, not on tainted ones, and follows new nodes', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.patch(nodes, 'node01', 'merge', { spec: { unschedulable: true } });
    await cluster.client.create(daemonSets, daemon(), at);
    await cluster.until(settled('2 desired, 2 updated, 2 available, 0 misplaced'));
    await cluster.client.patch(nodes, 'node02', 'merge', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } });
    await cluster.until(settled('1 desired, 1 updated, 1 available, 1 misplaced'));
    await cluster.client.patch(nodes, 'node02', 'merge', { spec: { taints: [{ key: 'k', effect: 'NoExecute' }] } });
    await cluster.until(settled('1 desired, 1 updated, 1 available, 0 misplaced'));
    await cluster.addNode('node03');
    await cluster.until(settled('2 desired, 2 updated, 2 available, 0 misplaced'));
    expect((await cluster.pods()).map(({ spec }) => spec.nodeName).sort()).toEqual(['node01', 'node03']);
  });

  it('rolls over the nodes and keeps a revision of each template', async () => {
    cluster = await HollowCluster.start({ nodes: ['node01', 'node02', 'node03'] });
    await cluster.client.create(daemonSets, daemon(), at);
    await cluster.until(settled('3 desired, 3 updated, 3 available, 0 misplaced'));
    await cluster.client.patch(daemonSets, 'agent', 'strategic', { spec: { template: { spec: { containers: [container('nginx:2')] } } } }, at);
    await cluster.clock.advance(200);
    expect((await cluster.pods()).filter(({ metadata }) => metadata.deletionTimestamp)).toHaveLength(1);
    await cluster.until(settled('3 desired, 3 updated, 3 available, 0 misplaced'));
    expect((await cluster.client.list(controllerRevisions, at)).items.map(({ revision }) => revision).sort()).toEqual([1, 2]);
  });
});

describe('a namespace', () => {
  it('is born with an account and a certificate, and empties before it goes', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.create(namespaces, { metadata: { name: 'shop' }, spec: {}, status: {} });
    await cluster.clock.advance(500);
    expect((await cluster.client.get(serviceAccounts, 'default', { namespace: 'shop' })).metadata.name).toBe('default');
    expect((await cluster.client.get(configMaps, 'kube-root-ca.crt', { namespace: 'shop' })).data?.['ca.crt']).toContain('BEGIN CERTIFICATE');
    await cluster.client.create(configMaps, { metadata: { name: 'kept', finalizers: ['example.com/hold'] } }, { namespace: 'shop' });
    await cluster.client.delete(namespaces, 'shop');
    await cluster.clock.advance(8000);
    const conditions = (await cluster.client.get(namespaces, 'shop')).status.conditions ?? [];
    expect(conditions.filter(({ status }) => status === 'True').map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
      'SomeResourcesRemain: Some resources are remaining: configmaps. has 1 resource instances',
      'SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    ]);
    await cluster.client.patch(configMaps, 'kept', 'merge', { metadata: { finalizers: null } }, { namespace: 'shop' });
    await cluster.until(() => gone(cluster.client.get(namespaces, 'shop')));
  });
});

describe('a Service', () => {
  it('has slices and endpoints of its ready pods', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.create(
      services,
      { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } as never },
      at,
    );
    await cluster.clock.advance(500);
    const slice = async (): Promise<string> => {
      const [found] = (await cluster.client.list(endpointSlices, { ...at, labelSelector: 'kubernetes.io/service-name=web' })).items;
      return `${found?.ports?.map(({ port }) => port).join(',') ?? ''}: ${(found?.endpoints ?? []).map(({ conditions }) => conditions?.ready).join(',')}`;
    };
    expect(await slice()).toBe(': ');
    await cluster.run('web-1', {}, { app: 'web' });
    await cluster.run('web-2', { containers: [container('no-such')] }, { app: 'web' });
    await cluster.clock.advance(1000);
    expect(await slice()).toBe('8080: true');
    expect((await cluster.client.get(endpoints, 'web', at)).subsets?.[0]?.ports).toEqual([{ port: 8080, protocol: 'TCP' }]);
    await cluster.client.delete(pods, 'web-1', at);
    await cluster.clock.advance(2000);
    expect(await slice()).toBe(': ');
  });
});

describe('nodes', () => {
  const readiness = async (name: string): Promise<string> =>
    (await cluster.client.get(nodes, name)).status.conditions?.find(({ type }) => type === 'Ready')?.status ?? '';

  it('that fall silent become Unknown after 50 s, are tainted, and lose their pods after five minutes', async () => {
    cluster = await HollowCluster.start({ nodes: ['node01', 'node02'] });
    await cluster.client.create(deployments, deployment('web', 2), at);
    await cluster.until(rolledOut('web'));
    cluster.alive.delete('node02');
    await cluster.clock.advance(45_000);
    expect(await readiness('node02')).toBe('True');
    await cluster.clock.advance(20_000);
    expect(await readiness('node02')).toBe('Unknown');
    const node = await cluster.client.get(nodes, 'node02');
    expect(node.spec.taints?.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    expect(await cluster.events('node02')).toContain('NodeNotReady Node node02 status is now: NodeNotReady');
    const lost = (await cluster.pods()).filter(({ spec }) => spec.nodeName === 'node02');
    expect(lost.every(({ status }) => status.conditions?.find(({ type }) => type === 'Ready')?.status === 'False')).toBe(true);
    await cluster.clock.advance(310_000);
    for (const { metadata } of lost) expect((await cluster.client.get(pods, metadata.name ?? '', at)).metadata.deletionTimestamp).toBeDefined();
    expect((await cluster.pods()).filter(({ spec }) => spec.nodeName === 'node01')).toHaveLength(2);
  });

  it('are not evicted when all fall silent at once', async () => {
    cluster = await HollowCluster.start();
    cluster.alive.clear();
    await cluster.clock.advance(70_000);
    expect(await readiness('node01')).toBe('Unknown');
    expect((await cluster.client.get(nodes, 'node01')).spec.taints?.map(({ effect }) => effect)).toEqual(['NoSchedule']);
  });
});

describe('a PodDisruptionBudget', () => {
  it('counts what may go', async () => {
    cluster = await HollowCluster.start();
    await cluster.client.create(deployments, deployment('web', 3), at);
    await cluster.client.create(
      podDisruptionBudgets,
      { metadata: { name: 'web' }, spec: { maxUnavailable: '34%', selector: { matchLabels: { app: 'web' } } } },
      at,
    );
    await cluster.until(rolledOut('web'));
    await cluster.clock.advance(1000);
    expect((await cluster.client.get(podDisruptionBudgets, 'web', at)).status).toMatchObject({
      expectedPods: 3,
      desiredHealthy: 1,
      currentHealthy: 3,
      disruptionsAllowed: 2,
      conditions: [{ reason: 'SufficientPods', status: 'True' }],
    });
  });
});
