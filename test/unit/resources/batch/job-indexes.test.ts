// Lists of indexes in the status and the success policy of jobs.
import { describe, expect, it } from 'vitest';
import { firstOverlap, parseIndexes } from '../../../../src/sim/resources/batch/job-indexes.ts';

describe('parseIndexes', () => {
  it('counts what a list holds', () => {
    expect(parseIndexes('0,2-4,7', 10)).toMatchObject({ total: 5 });
  });
  it.each(['x', '1-', '3,2', '4-2', '5-12'])('refuses %s', (text) => {
    expect(parseIndexes(text, 10).problem).toBeDefined();
  });
});

describe('firstOverlap', () => {
  it('finds what both lists hold', () => {
    expect(firstOverlap('0-3', '3,5', 10)).toBe(3);
    expect(firstOverlap('0-3', '4,5', 10)).toBeUndefined();
  });
});
