// Which cluster a lab goes to: the one in use where it fits, else others in order, and what is said of those that do not fit.
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../../src/cluster/capabilities.ts';
import type { KnownCluster } from '../../../src/cluster/cluster-source.ts';
import { calledAs, findBackends } from '../../../src/cluster/find-backend.ts';

const simulated = (name: string, workers: number, runs = true): KnownCluster => ({
  name,
  origin: 'simulator',
  madeBy: 'simulated',
  capabilities: { workers, hasImage: (image) => image !== 'odd:1' },
  runs,
});
const real = (name: string, capabilities: Capabilities | undefined, madeBy = 'kubeadm'): KnownCluster => ({
  name,
  origin: 'provisioned',
  madeBy,
  capabilities,
  runs: undefined,
});
const nameOf = ({ name }: KnownCluster): string => name;

describe('the cluster in use', () => {
  const needs = { needs: { workers: 2 }, images: [] };
  it.each([
    ['that of the shell, also a real one', [simulated('cka', 2), real('ha', { workers: 2 })], 'ha', 'ha'],
    ['the usual one', [simulated('a', 2), simulated('cka', 2)], undefined, 'cka'],
    ['the only simulated one', [simulated('a', 2), real('ha', { workers: 2 })], undefined, 'a'],
    ['none of several', [simulated('a', 2), simulated('b', 2)], undefined, undefined],
    ['no real one unless it is that of the shell, whatever it is called', [real('cka', { workers: 2 })], undefined, undefined],
    ['the usual one where that of the shell is gone', [simulated('a', 2), simulated('cka', 2)], 'gone', 'cka'],
  ] as const)('is %s', (_is, known, shell, expected) => {
    expect(findBackends(needs, known, shell).inUse?.cluster.name).toBe(expected);
  });
});

it('others that fit come in the order of what they cost: running, stopped, real', () => {
  const known = [real('ha', { workers: 3 }), simulated('sleeping', 3, false), simulated('cka', 2), simulated('big', 3), real('tiny', { workers: 0 }, 'kind')];
  const { inUse, others, unfit } = findBackends({ needs: { workers: 3 }, images: [] }, known, undefined);
  expect(inUse).toEqual({ cluster: known[2], lacks: ['it needs worker nodes: 3; there: 2'] });
  expect(others.map(nameOf)).toEqual(['big', 'sleeping', 'ha']);
  expect(unfit.map(({ cluster, lacks }) => [calledAs(cluster), lacks])).toEqual([
    ['cka (simulated)', ['it needs worker nodes: 3; there: 2']],
    ['tiny (kind)', ['it needs worker nodes: 3; there: 0']],
  ]);
});

it('every need and image counts, and what is not known is no promise', () => {
  const known = [simulated('cka', 2), real('ha', { workers: 2, hosts: true }), real('old', undefined)];
  const { others, unfit } = findBackends({ needs: { workers: 1, hosts: true }, images: ['odd:1'] }, known, undefined);
  expect(others.map(nameOf)).toEqual(['ha']);
  expect(unfit.map(({ lacks }) => lacks)).toEqual([['it needs nodes that one can log in to', 'it needs the image odd:1'], ['what it can do is not known']]);
});
