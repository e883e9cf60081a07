// Variants: what a seed picks, and where the picked values are put.
import { assert, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawVariables, substitute, substituteAll, variantSeeds } from '../../../src/labs/variables.ts';

const names = { worker: ['node01', 'node02', 'node03'], 'control-plane': ['controlplane'] };
const worker = { from: 'nodes', where: 'worker' } as const;

describe('values', () => {
  it('are the same for the same seed', () => {
    const sources = { ns: ['red', 'green', 'blue'], node: worker };
    expect(drawVariables(sources, 7, names)).toEqual(drawVariables(sources, 7, names));
  });

  it('of one source differ from each other', () => {
    assert(
      property(nat(), (seed) => {
        const drawn = drawVariables({ a: worker, b: worker, c: { from: 'nodes' }, x: ['p', 'q'], y: ['p', 'q'], z: [1, 2] }, seed, names);
        expect(new Set([drawn['a'], drawn['b'], drawn['c']]).size).toBe(3);
        expect(drawn['x']).not.toBe(drawn['y']);
        expect(['1', '2']).toContain(drawn['z']);
      }),
    );
  });

  it('come from every side of a list', () => {
    const drawn = new Set(Array.from({ length: 30 }, (_, seed) => drawVariables({ ns: ['a', 'b', 'c', 'd'] }, seed, names)['ns']));
    expect([...drawn].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are refused when the cluster has too few nodes', () => {
    const two = { where: 'control-plane', from: 'nodes' } as const;
    expect(() => drawVariables({ a: two, b: two }, 1, names)).toThrowError(expect.objectContaining({ code: 'TOO_FEW_NODES', exitCode: 4 }) as Error);
  });
});

describe('seeds of variants', () => {
  it('give variants that differ', () => {
    const sources = { ns: ['red', 'green'], node: worker, other: worker };
    const seeds = variantSeeds(sources, 3, 2);
    const two = { worker: ['worker-0', 'worker-1'], 'control-plane': [] };
    expect(new Set(seeds.map((seed) => JSON.stringify(drawVariables(sources, seed, two)))).size).toBe(3);
  });

  it('are as many as there are variants', () => {
    expect(variantSeeds({}, 2, 2)).toEqual([1]);
    expect(variantSeeds({ ns: ['only'] }, 2, 2)).toEqual([1]);
  });
});

describe('names in braces', () => {
  it('are replaced where declared, and left to the shell where not', () => {
    expect(substitute('kubectl -n ${ns} get pod ${HOME} ${x} $ns ${ns}', { ns: 'red' })).toBe('kubectl -n red get pod ${HOME} ${x} $ns red');
  });

  it('are replaced in keys and values at any depth', () => {
    expect(substituteAll({ list: [{ '${ns}': 'a ${ns}', n: 1, no: null }] }, { ns: 'red' })).toEqual({ list: [{ red: 'a red', n: 1, no: null }] });
  });

  it('are taken as they are: a value that looks like a pattern is none', () => {
    expect(substitute('${a}', { a: '$& ${b}', b: 'x' })).toBe('$& ${b}');
  });
});
