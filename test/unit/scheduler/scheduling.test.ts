import { afterEach, describe, expect, it } from 'vitest';
import type { Affinity, Pod, PodSpec } from '../../../src/kube/api/core-v1.ts';
import { nodes, podDisruptionBudgets, pods, priorityClasses } from '../../../src/kube/api/resources.ts';
import { HollowCluster } from '../../fixtures/hollow-cluster.ts';

let cluster: HollowCluster;
afterEach(() => cluster.stop());

const at = { namespace: 'default' };
const asking = (cpu: string, rest: Partial<PodSpec> = {}): Partial<PodSpec> => ({
  containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu } } }],
  ...rest,
});
const get = (name: string): Promise<Pod> => cluster.client.get(pods, name, at);
const why = async (name: string): Promise<string | undefined> => (await get(name)).status.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
const settle = (): Promise<void> => cluster.clock.advance(2000);
const start = async (names: readonly string[], cpu?: string): Promise<void> => {
  cluster = await HollowCluster.start({ nodes: names, ...(cpu ? { cpu } : {}) });
};
const near = (app: string, anti = false): Affinity => {
  const terms = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } }] };
  return anti ? { podAntiAffinity: terms } : { podAffinity: terms };
};

describe('the scheduler', () => {
  it('binds, and tells of it in a series event', async () => {
    await start(['node01']);
    await cluster.run('web');
    await settle();
    expect((await get('web')).spec.nodeName).toBe('node01');
    expect(await cluster.events('web')).toEqual(['Scheduled Successfully assigned default/web to node01']);
  });

  it('says why a pod fits nowhere, and wakes it when that changes', async () => {
    await start(['node01', 'node02', 'node03']);
    await cluster.client.patch(nodes, 'node03', 'merge', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } });
    await cluster.run('big', asking('10'));
    await cluster.run('picky', { nodeSelector: { disk: 'ssd' } });
    await settle();
    const end = 'no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
    expect(await why('big')).toBe(`0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. ${end}`);
    expect(await why('picky')).toBe(`0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. ${end}`);
    await cluster.client.patch(nodes, 'node02', 'merge', { metadata: { labels: { disk: 'ssd' } } });
    await settle();
    expect((await get('picky')).spec.nodeName).toBe('node02');
    expect((await get('big')).spec.nodeName).toBeUndefined();
  });

  it('keeps pods together and apart', async () => {
    await start(['node01', 'node02', 'node03']);
    for (const name of ['cache-1', 'cache-2', 'cache-3', 'cache-4']) await cluster.run(name, { affinity: near('cache', true) }, { app: 'cache' });
    await cluster.run('web', { affinity: near('cache') });
    await cluster.run('lonely', { affinity: near('nobody') });
    await settle();
    expect(new Set((await cluster.pods()).filter(({ metadata }) => metadata.labels?.['app'] === 'cache').flatMap(({ spec }) => spec.nodeName ?? [])).size).toBe(
      3,
    );
    expect((await get('web')).spec.nodeName).toBeDefined();
    const waiting = (await cluster.pods()).find(({ metadata, spec }) => metadata.name?.startsWith('cache') && !spec.nodeName);
    expect(await why(waiting?.metadata.name ?? '')).toBe(
      "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
    );
    expect(await why('lonely')).toContain("3 node(s) didn't match pod affinity rules.");
  });

  it('spreads within the allowed skew', async () => {
    await start([]);
    for (const [name, zone] of [
      ['node01', 'a'],
      ['node02', 'a'],
      ['node03', 'b'],
    ] as const)
      await cluster.addNode(name, '4', { zone });
    await settle();
    const topologySpreadConstraints = [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' as const, labelSelector: { matchLabels: { app: 'web' } } },
    ];
    for (let i = 0; i < 6; i++) {
      await cluster.run(`web-${i}`, { topologySpreadConstraints }, { app: 'web' });
      await cluster.clock.advance(100);
    }
    await settle();
    const inB = (await cluster.pods()).filter(({ spec }) => spec.nodeName === 'node03').length;
    expect(inB).toBe(3);
  });

  it('waits for scheduling gates', async () => {
    await start(['node01']);
    await cluster.run('gated', { schedulingGates: [{ name: 'example.com/wait' }] });
    await settle();
    expect((await get('gated')).spec.nodeName).toBeUndefined();
    await cluster.client.patch(pods, 'gated', 'merge', { spec: { schedulingGates: null } }, at);
    await settle();
    expect((await get('gated')).spec.nodeName).toBe('node01');
  });

  it('evicts the least important pod, sparing those that a budget protects', async () => {
    await start(['node01', 'node02'], '2');
    await cluster.client.create(priorityClasses, { metadata: { name: 'high' }, value: 1000 });
    for (const [name, node, app] of [
      ['spare', 'node01', 'spare'],
      ['kept', 'node02', 'kept'],
    ] as const)
      await cluster.run(name, asking('1500m', { nodeName: node }), { app });
    await cluster.client.create(
      podDisruptionBudgets,
      { metadata: { name: 'kept' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'kept' } } } },
      at,
    );
    await settle();
    await cluster.run('vip', asking('1', { priorityClassName: 'high' }));
    await cluster.clock.advance(100);
    expect((await get('vip')).status.nominatedNodeName).toBe('node01');
    const victim = await get('spare');
    expect(victim.metadata.deletionTimestamp).toBeDefined();
    expect(victim.status.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    await cluster.clock.advance(12_000);
    expect((await get('vip')).spec.nodeName).toBe('node01');
    expect((await get('kept')).metadata.deletionTimestamp).toBeUndefined();
    expect(await cluster.events('spare')).toContain(`Preempted Preempted by pod ${(await get('vip')).metadata.uid ?? ''} on node node01`);
  });

  it('does not preempt for pods whose policy forbids it', async () => {
    await start(['node01'], '1');
    await cluster.client.create(priorityClasses, { metadata: { name: 'polite' }, value: 1000, preemptionPolicy: 'Never' });
    await cluster.run('first', asking('800m'));
    await settle();
    await cluster.run('second', asking('800m', { priorityClassName: 'polite' }));
    await settle();
    expect(await why('second')).toBe(
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    );
    await cluster.client.delete(pods, 'first', at);
    await cluster.clock.advance(12_000);
    expect((await get('second')).spec.nodeName).toBe('node01');
  });
});
