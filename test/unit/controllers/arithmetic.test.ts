import { describe, expect, it } from 'vitest';
import type { Deployment, ReplicaSet } from '../../../src/kube/api/apps-v1.ts';
import type { Node, Pod } from '../../../src/kube/api/core-v1.ts';
import type { PodDisruptionBudget } from '../../../src/kube/api/policy-v1.ts';
import { changedTaints } from '../../../src/kube/client/node-taints.ts';
import { contentHash } from '../../../src/kube/machinery/hash.ts';
import { deletionOrder } from '../../../src/kube/machinery/deletion-order.ts';
import { budgetStatus, disruptedPods, expectation, goSelector, healthyCount } from '../../../src/sim/controllers/disruption/budget.ts';
import {
  dropSpare,
  dropUnavailable,
  fenceposts,
  newReplicaSetSize,
  scaleProportionally,
  shrinkRoom,
} from '../../../src/sim/controllers/deployment/rolling-math.ts';
import { currentAnnotations, sameTemplate } from '../../../src/sim/controllers/deployment/revisions.ts';
import { packSubsets } from '../../../src/sim/controllers/endpoints/subsets.ts';
import { observeHealth, scheduleTaints, silentConditions, zoneState } from '../../../src/sim/controllers/nodelifecycle/health.ts';
import { ZonedEvictor } from '../../../src/sim/controllers/nodelifecycle/evictor.ts';
import { CidrBlocks } from '../../../src/sim/controllers/nodeipam/ranges.ts';

const NOW = Date.UTC(2026, 0, 1, 12);

function deployment(replicas: number, maxSurge: number | string = '25%', maxUnavailable: number | string = '25%'): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas, template: {}, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } },
    status: {},
  };
}
function set(name: string, replicas: number, availableReplicas = replicas, annotations: Record<string, string> = {}): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, creationTimestamp: `2026-01-01T00:00:0${name.length}Z`, annotations },
    spec: { replicas },
    status: { replicas, availableReplicas },
  };
}
const sizes = (resizes: readonly { set: ReplicaSet; to: number }[]): Record<string, number> =>
  Object.fromEntries(resizes.map(({ set: { metadata }, to }) => [metadata.name, to]));

describe('a rolling update', () => {
  it('rounds surge up and unavailability down, and never stands still', () => {
    expect(fenceposts('25%', '25%', 10)).toEqual({ surge: 3, unavailable: 2 });
    expect(fenceposts('25%', '25%', 1)).toEqual({ surge: 1, unavailable: 0 });
    expect(fenceposts(0, '1%', 10)).toEqual({ surge: 0, unavailable: 1 });
  });

  it('grows the new ReplicaSet as far as surge allows', () => {
    expect(newReplicaSetSize(deployment(10), 10, 0)).toBe(3);
    expect(newReplicaSetSize(deployment(10), 13, 3)).toBe(3);
    expect(newReplicaSetSize(deployment(2), 0, 0)).toBe(2);
  });

  it('shrinks old ones by what is broken first, then by what is spare', () => {
    const target = deployment(10, 3, 2);
    const fresh = set('new', 3, 0);
    const broken = set('old', 10, 7);
    expect(shrinkRoom(target, [broken], fresh)).toBe(2);
    expect(sizes(dropUnavailable([broken], 2))).toEqual({ old: 8 });
    expect(sizes(dropSpare(target, [set('old', 8, 7)], fresh))).toEqual({});
    expect(sizes(dropSpare(target, [set('a', 2), set('bb', 8)], set('new', 3, 3)))).toEqual({ a: 0, bb: 5 });
  });

  it('shares a resize out among the ReplicaSets of a rollout', () => {
    const annotated = { 'deployment.kubernetes.io/max-replicas': '10' };
    expect(sizes(scaleProportionally(deployment(20, 0, 0), [set('new', 4, 4, annotated), set('older', 6, 6, annotated)]))).toEqual({ new: 8, older: 12 });
    expect(sizes(scaleProportionally(deployment(5, 0, 0), [set('new', 4, 4, annotated), set('older', 6, 6, annotated)]))).toEqual({ new: 2, older: 3 });
    expect(sizes(scaleProportionally(deployment(0), [set('new', 4), set('older', 6)]))).toEqual({ new: 0, older: 0 });
  });

  it('numbers revisions and remembers earlier numbers', () => {
    const source = {
      ...deployment(1),
      metadata: { name: 'web', annotations: { 'kubernetes.io/change-cause': 'why', 'deployment.kubernetes.io/revision': '9' } },
    };
    const first = currentAnnotations(source, undefined, 1);
    expect(first).toEqual({ 'kubernetes.io/change-cause': 'why', 'deployment.kubernetes.io/revision': '1' });
    const second = currentAnnotations(source, first, 4);
    expect(currentAnnotations(source, second, 6)).toMatchObject({
      'deployment.kubernetes.io/revision': '6',
      'deployment.kubernetes.io/revision-history': '1,4',
    });
    expect(sameTemplate({ metadata: { labels: { a: 'b', 'pod-template-hash': 'x' } } }, { metadata: { labels: { a: 'b' } } })).toBe(true);
  });

  it('hashes templates the same whatever the order of their fields', () => {
    expect(contentHash({ a: 1, b: { c: 2, d: undefined } })).toBe(contentHash({ b: { c: 2 }, a: 1 }));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 1 }, 1));
    expect(contentHash({ a: 1 })).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  });
});

interface PodShape {
  readonly node?: string;
  readonly phase?: 'Pending' | 'Running';
  readonly ready?: boolean;
  readonly cost?: string;
  readonly restarts?: number;
  readonly readySince?: string;
}
function pod(name: string, { node = 'n1', phase = 'Running', ready = true, cost, restarts = 0, readySince = '2026-01-01T00:00:00Z' }: PodShape = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(cost === undefined ? {} : { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
    },
    spec: { containers: [], ...(node ? { nodeName: node } : {}) },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: readySince }],
      containerStatuses: [{ name: 'c', image: '', imageID: '', ready, restartCount: restarts }],
    },
  };
}

describe('which pods go first', () => {
  const order = (pods: readonly Pod[], crowding: (each: Pod) => number = () => 1): string[] =>
    deletionOrder(pods, crowding, NOW).map(({ metadata }) => metadata.name ?? '');

  it('unassigned, pending, not ready, cheap, crowded, young, often restarted', () => {
    expect(
      order([pod('c', { ready: false }), pod('b', { phase: 'Pending', ready: false }), pod('a', { node: '', phase: 'Pending', ready: false }), pod('d')]),
    ).toEqual(['a', 'b', 'c', 'd']);
    expect(order([pod('dear', { cost: '10' }), pod('cheap', { cost: '-5' }), pod('plain'), pod('odd', { cost: '+' })])[0]).toBe('cheap');
    expect(order([pod('alone', { node: 'n2' }), pod('crowded')], ({ spec }) => (spec.nodeName === 'n1' ? 3 : 1))[0]).toBe('crowded');
    expect(order([pod('old'), pod('young', { readySince: '2026-01-01T11:59:00Z' })])[0]).toBe('young');
    expect(order([pod('calm'), pod('restless', { restarts: 4 })])[0]).toBe('restless');
  });
});

describe('a disruption budget', () => {
  const budget = (spec: PodDisruptionBudget['spec']): PodDisruptionBudget => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b', generation: 2 },
    spec,
    status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  });

  it('expects by scale or by what is there', () => {
    expect(expectation(budget({ maxUnavailable: '30%' }), 3, 10)).toEqual({ expected: 10, desiredHealthy: 7 });
    expect(expectation(budget({ minAvailable: 2 }), 3, 0)).toEqual({ expected: 3, desiredHealthy: 2 });
    expect(expectation(budget({ minAvailable: '50%' }), 3, 5)).toEqual({ expected: 5, desiredHealthy: 3 });
    expect(expectation(budget({ maxUnavailable: 7 }), 3, 5)).toEqual({ expected: 5, desiredHealthy: 0 });
  });

  it('counts evictions under way as gone, until they are overdue', () => {
    const pods = [pod('a'), pod('b'), pod('c', { ready: false }), pod('d')];
    const {
      pods: left,
      overdue,
      recheckAtMs,
    } = disruptedPods(pods, { a: '2026-01-01T11:59:00Z', b: '2026-01-01T11:50:00Z', gone: '2026-01-01T11:59:00Z' }, NOW);
    expect(left).toEqual({ a: '2026-01-01T11:59:00Z' });
    expect(overdue.map(({ metadata }) => metadata.name)).toEqual(['b']);
    expect(recheckAtMs).toBe(NOW + 60_000);
    expect(healthyCount(pods, left)).toBe(2);
  });

  it('allows nothing below zero and says why', () => {
    const status = budgetStatus(budget({ minAvailable: 2 }), { expected: 3, desiredHealthy: 2, currentHealthy: 1, disrupted: {}, nowMs: NOW });
    expect(status).toEqual({
      currentHealthy: 1,
      desiredHealthy: 2,
      disruptionsAllowed: 0,
      expectedPods: 3,
      observedGeneration: 2,
      conditions: [
        {
          type: 'DisruptionAllowed',
          status: 'False',
          reason: 'InsufficientPods',
          message: '',
          observedGeneration: 2,
          lastTransitionTime: '2026-01-01T12:00:00Z',
        },
      ],
    });
  });

  it('prints its selector as Go does', () => {
    expect(goSelector({ matchLabels: { b: '2', a: '1' } })).toBe(
      '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{},}',
    );
  });
});

describe('a silent node', () => {
  const node = (ready?: string, rest: Partial<Node['spec']> = {}): Node => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n', creationTimestamp: '2026-01-01T11:00:00Z' },
    spec: rest,
    status: { conditions: ready ? [{ type: 'Ready', status: ready, lastHeartbeatTime: '2026-01-01T11:59:00Z' }] : [] },
  });

  it('is lost 50 s after its last sign of life, of which a lease is one', () => {
    const seen = observeHealth(undefined, node('True'), undefined, NOW);
    expect(silentConditions(node('True'), observeHealth(seen, node('True'), undefined, NOW + 50_000), NOW + 50_000)).toBeUndefined();
    const late = silentConditions(node('True'), observeHealth(seen, node('True'), undefined, NOW + 50_001), NOW + 50_001);
    expect(late?.map(({ type, status, reason }) => `${type} ${status} ${reason}`)).toEqual([
      'Ready Unknown NodeStatusUnknown',
      'MemoryPressure Unknown NodeStatusNeverUpdated',
      'DiskPressure Unknown NodeStatusNeverUpdated',
      'PIDPressure Unknown NodeStatusNeverUpdated',
    ]);
    const lease = { apiVersion: '', kind: '', metadata: {}, spec: { renewTime: '2026-01-01T12:00:30.000000Z' } };
    const renewed = observeHealth(seen, node('True'), lease, NOW + 40_000);
    expect(silentConditions(node('True'), renewed, NOW + 80_000)).toBeUndefined();
  });

  it('gets the taints that its conditions mean', () => {
    expect(scheduleTaints(node('Unknown', { unschedulable: true }), NOW).add.map(({ key }) => key)).toEqual([
      'node.kubernetes.io/unreachable',
      'node.kubernetes.io/unschedulable',
    ]);
    const tainted = node('True', {
      taints: [
        { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
        { key: 'mine', effect: 'NoSchedule' },
      ],
    });
    expect(scheduleTaints(tainted, NOW).remove.map(({ key }) => key)).toEqual(['node.kubernetes.io/not-ready']);
    expect(changedTaints(tainted.spec.taints, [], [{ key: 'absent', effect: 'NoSchedule' }])).toBe(tainted.spec.taints);
  });

  it('is evicted slowly, and not when all are silent', () => {
    const down = { type: 'Ready', status: 'Unknown' };
    const up = { type: 'Ready', status: 'True' };
    expect([zoneState([down, down]), zoneState([up, down]), zoneState([down, down, down, up])]).toEqual(['full', 'normal', 'partial']);
    const evictor = new ZonedEvictor();
    evictor.judge(new Map([['z', [up, down, down]]]), NOW);
    evictor.add('z', 'a', NOW);
    evictor.add('z', 'b', NOW);
    expect(evictor.take(NOW)).toEqual(['a']);
    expect(evictor.take(NOW + 5000)).toEqual([]);
    expect(evictor.take(NOW + 10_000)).toEqual(['b']);
    evictor.add('z', 'c', NOW);
    expect(evictor.judge(new Map([['z', [down, down]]]), NOW)).toBe('all-lost');
    expect(evictor.take(NOW + 60_000)).toEqual([]);
    expect(evictor.judge(new Map([['z', [up, down]]]), NOW)).toBe('back');
  });
});

describe('pod ranges', () => {
  it('are cut in order, and not reused at once', () => {
    const blocks = new CidrBlocks('10.244.0.0/22');
    blocks.occupy('10.244.1.0/24');
    expect([blocks.allocate(), blocks.allocate()]).toEqual(['10.244.0.0/24', '10.244.2.0/24']);
    blocks.release('10.244.0.0/24');
    expect([blocks.allocate(), blocks.allocate(), blocks.allocate()]).toEqual(['10.244.3.0/24', '10.244.0.0/24', undefined]);
  });
});

describe('endpoint subsets', () => {
  it('group ports by their addresses, in upstream order', () => {
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' as const },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' as const },
      { name: 'metrics', port: 9153, protocol: 'TCP' as const },
    ];
    const [subset, ...others] = packSubsets([
      { address: { ip: '10.0.0.2' }, ready: true, ports },
      { address: { ip: '10.0.0.1' }, ready: false, ports },
    ]);
    expect(others).toEqual([]);
    expect(subset).toEqual({ addresses: [{ ip: '10.0.0.2' }], notReadyAddresses: [{ ip: '10.0.0.1' }], ports: [ports[2], ports[1], ports[0]] });
  });
});
