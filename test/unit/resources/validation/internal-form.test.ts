// Objects in the form upstream's internal types have: every field present, named as in Go, quantities canonical.
import { describe, expect, it } from 'vitest';
import { internalForm, sameInternally } from '../../../../src/sim/resources/validation/internal-form.ts';

describe('internalForm', () => {
  it('names the fields as Go does and fills in those left out', () => {
    expect(internalForm('Taint', { key: 'a', effect: 'NoSchedule' })).toEqual({ Key: 'a', Value: '', Effect: 'NoSchedule', TimeAdded: null });
  });
});

describe('sameInternally', () => {
  it('takes an absent list and an empty one for the same', () => {
    expect(sameInternally('PodSpec', { containers: [], tolerations: [] }, { containers: [] })).toBe(true);
  });
  it('tells apart what differs deep inside', () => {
    const of = (cpu: string): unknown => ({ containers: [{ name: 'c', resources: { limits: { cpu } } }] });
    expect(sameInternally('PodSpec', of('1'), of('1'))).toBe(true);
    expect(sameInternally('PodSpec', of('1'), of('2'))).toBe(false);
  });
});
