import { array, assert, boolean, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../src/kube/api/core-v1.ts';
import type { PodDisruptionBudget } from '../../../src/kube/api/policy-v1.ts';
import { VirtualClock } from '../../../src/sim/kernel/virtual-clock.ts';
import { fitSentence } from '../../../src/sim/scheduler/fit-error.ts';
import { nodesToFind } from '../../../src/sim/scheduler/find-node.ts';
import { normalizeByLargest, unresolvable, unschedulable, type Plugin } from '../../../src/sim/scheduler/framework.ts';
import { KeyedHeap } from '../../../src/sim/scheduler/heap.ts';
import { podInfo, type PodInfo } from '../../../src/sim/scheduler/pod-info.ts';
import { normalizeAffinity } from '../../../src/sim/scheduler/plugins/inter-pod-affinity.ts';
import { globalMinimum, normalizeSpread, skewOf } from '../../../src/sim/scheduler/plugins/pod-topology-spread.ts';
import { byImportance, pickCandidate, splitByBudgets, type Candidate } from '../../../src/sim/scheduler/preemption.ts';
import { SchedulingQueue, type QueuedPod } from '../../../src/sim/scheduler/queue.ts';

function pod(name: string, priority = 0, startTime?: string, labels: Record<string, string> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, labels },
    spec: { containers: [], priority },
    status: startTime ? { startTime } : {},
  };
}
const info = (...rest: Parameters<typeof pod>): PodInfo => podInfo(pod(...rest));

describe('spreading', () => {
  it('measures the skew from the emptiest domain, or from zero while domains are missing', () => {
    const counts = new Map([
      ['a', 3],
      ['b', 1],
    ]);
    expect(globalMinimum(counts, 1)).toBe(1);
    expect(globalMinimum(counts, 3)).toBe(0);
    expect(skewOf(3, true, 1)).toBe(3);
    expect(skewOf(3, false, 1)).toBe(2);
  });

  it('scores the emptier domain higher, ignored nodes nothing', () => {
    const scores = [4, 1, 9];
    normalizeSpread(scores, (i) => i === 2);
    expect(scores).toEqual([25, 100, 0]);
    const empty = [0, 0];
    normalizeSpread(empty, () => false);
    expect(empty).toEqual([100, 100]);
  });
});

describe('normalising scores', () => {
  it('scales by the largest, either way round', () => {
    const some = [0, 5, 10];
    normalizeByLargest(some, false);
    expect(some).toEqual([0, 50, 100]);
    const reversed = [0, 1, 2];
    normalizeByLargest(reversed, true);
    expect(reversed).toEqual([100, 50, 0]);
    const affinity = [-10, 0, 30];
    normalizeAffinity(affinity);
    expect(affinity).toEqual([0, 25, 100]);
  });
});

describe('how many nodes to look at', () => {
  it('is all of few and a share of many', () => {
    expect([50, 100, 300, 1000, 5000, 10_000].map(nodesToFind)).toEqual([50, 100, 144, 420, 500, 500]);
  });
});

describe('the failure sentence', () => {
  it('counts reasons, sorts them as text, and ends with what was tried', () => {
    const byNode = new Map([
      ['a', unresolvable('node(s) were unschedulable')],
      ['b', unschedulable('Insufficient cpu', 'Insufficient memory')],
      ['c', unschedulable('Insufficient cpu')],
    ]);
    expect(fitSentence({ nodeCount: 3, verdicts: { byNode, absent: unresolvable() }, postFilter: ['one', 'two'] })).toBe(
      '0/3 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable, 2 Insufficient cpu. one, two',
    );
    expect(
      fitSentence({
        nodeCount: 3,
        verdicts: { byNode: new Map(), absent: unresolvable('pod affinity terms conflict') },
        preFilter: unresolvable('pod affinity terms conflict'),
      }),
    ).toBe('0/3 nodes are available: pod affinity terms conflict.');
  });
});

describe('choosing whom to preempt', () => {
  const candidate = (node: string, victims: readonly PodInfo[], violations = 0): Candidate => ({ node, victims, violations });

  it('prefers no broken budget, then lower priority, then fewer pods, then younger ones', () => {
    const old = '2026-01-01T00:00:00Z';
    const young = '2026-01-02T00:00:00Z';
    expect(pickCandidate([candidate('a', [info('x', 1)], 1), candidate('b', [info('y', 9)])])?.node).toBe('b');
    expect(pickCandidate([candidate('a', [info('x', 5)]), candidate('b', [info('y', 4), info('z', 4)])])?.node).toBe('b');
    expect(pickCandidate([candidate('a', [info('x', 5), info('w', 1)]), candidate('b', [info('y', 5)])])?.node).toBe('b');
    expect(pickCandidate([candidate('a', [info('x', 5, old)]), candidate('b', [info('y', 5, young)])])?.node).toBe('b');
    expect(pickCandidate([])).toBeUndefined();
  });

  it('orders by priority, then by how long they run', () => {
    const sorted = [info('young', 1, '2026-01-02T00:00:00Z'), info('low', 0), info('old', 1, '2026-01-01T00:00:00Z')].sort(byImportance);
    expect(sorted.map(({ uid }) => uid)).toEqual(['old', 'young', 'low']);
  });

  it('counts budgets down', () => {
    const budget = {
      metadata: { name: 'b', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'x' } } },
      status: { disruptionsAllowed: 1 },
    } as unknown as PodDisruptionBudget;
    const { violating, free } = splitByBudgets(
      [info('1', 0, undefined, { app: 'x' }), info('2', 0, undefined, { app: 'x' }), info('3', 0, undefined, { app: 'y' })],
      [budget],
    );
    expect(violating.map(({ uid }) => uid)).toEqual(['2']);
    expect(free.map(({ uid }) => uid)).toEqual(['1', '3']);
  });
});

describe('the heap', () => {
  it('gives its elements in order, whatever was replaced or removed before', () => {
    assert(
      property(array(record({ key: integer({ min: 0, max: 20 }).map(String), rank: integer(), remove: boolean() })), (steps) => {
        const heap = new KeyedHeap<{ key: string; rank: number }>(
          ({ key }) => key,
          (a, b) => a.rank < b.rank,
        );
        const model = new Map<string, number>();
        for (const { key, rank, remove } of steps) {
          if (remove) {
            heap.delete(key);
            model.delete(key);
          } else {
            heap.put({ key, rank });
            model.set(key, rank);
          }
        }
        const out: number[] = [];
        for (let next = heap.pop(); next; next = heap.pop()) out.push(next.rank);
        expect(out).toEqual([...model.values()].sort((a, b) => a - b));
      }),
    );
  });
});

describe('the queue', () => {
  const before = (a: QueuedPod, b: QueuedPod): boolean =>
    a.info.priority > b.info.priority || (a.info.priority === b.info.priority && a.timestamp < b.timestamp);
  const labelled: Plugin = { name: 'Labels', helps: (event) => event.kind === 'node' && event.labels };
  const make = (): { clock: VirtualClock; queue: SchedulingQueue } => {
    const clock = new VirtualClock(Date.UTC(2026, 0, 1));
    return { clock, queue: new SchedulingQueue({ clock, plugins: [labelled], before, ready: () => undefined }) };
  };
  const nodeEvent = (labels: boolean) => ({ kind: 'node' as const, labels, taints: !labels, allocatable: false });

  it('gives higher priority first', () => {
    const { queue } = make();
    for (const each of [pod('a', 1), pod('b', 5), pod('c', 5)]) queue.add(each);
    expect([queue.pop(), queue.pop(), queue.pop()].map((each) => each?.info.uid)).toEqual(['b', 'c', 'a']);
  });

  it('wakes a rejected pod only for what may help, and after five minutes anyway', async () => {
    const { clock, queue } = make();
    queue.add(pod('a'));
    const first = queue.pop();
    if (first) queue.returned(first, new Set(['Labels']));
    queue.moveFor(nodeEvent(false));
    expect(queue.pop()).toBeUndefined();
    queue.moveFor(nodeEvent(true));
    const again = queue.pop();
    expect(again?.attempts).toBe(2);
    if (again) queue.returned(again, new Set(['Labels']));
    await clock.advance(290_000);
    expect(queue.pop()).toBeUndefined();
    await clock.advance(60_000);
    expect(queue.pop()?.info.uid).toBe('a');
  });

  it('backs off after errors, up to ten seconds', async () => {
    const { clock, queue } = make();
    queue.add(pod('a'));
    for (const waitMs of [1000, 2000, 4000, 8000, 10_000, 10_000]) {
      const next = queue.pop();
      if (next) queue.returned(next, new Set());
      await clock.advance(waitMs - 1);
      expect(queue.pop()).toBeUndefined();
      await clock.advance(1001);
    }
    expect(queue.pop()?.attempts).toBe(7);
  });
});
