// Expectations in CEL: what is met, and what a missing key means.
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/labs/expectation.ts';

const object = {
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web', 'disk-type': 'ssd' } },
  spec: { replicas: 3, weight: 0.5, paused: false, containers: [{ name: 'nginx' }, { name: 'log', image: 'busybox' }] },
};

describe('an expectation', () => {
  it.each([
    'object.spec.replicas == 3',
    'object.spec.replicas + 1 == 4',
    'object.spec.weight < 1.0',
    "object.metadata.labels['disk-type'] == 'ssd'",
    "object.spec.containers.exists(c, c.image == 'busybox')",
    '!has(object.spec.strategy)',
    "object.metadata.labels == {'app': 'web', 'disk-type': 'ssd'}",
    "cel.bind(names, object.spec.containers.map(c, c.name), 'log' in names)",
  ])('%s is met', (expression) => {
    expect(evaluate(expression, { object })).toEqual({ met: true, because: undefined });
  });

  it('is not met by what is there but not true', () => {
    expect(evaluate('object.spec.replicas', { object }).met).toBe(false);
    expect(evaluate('object.spec.replicas == 2', { object })).toEqual({ met: false, because: undefined });
  });

  it.each([
    ['object.spec.strategy.type == "Recreate"', 'object.spec.strategy is not there'],
    ['object.metadata.annotations["a/b"] == "c"', 'object.metadata.annotations is not there'],
    ['object.metadata.labels["a/b"] == "c"', 'object.metadata.labels["a/b"] is not there'],
    ['object.spec.containers.all(c, c.image != "")', 'c.image is not there'],
  ])('%s is not met, and says where it stopped', (expression, because) => {
    expect(evaluate(expression, { object })).toEqual({ met: false, because });
  });

  it('over a list sees all items', () => {
    expect(evaluate('items.size() == 2 && items.all(i, i.n > 0)', { items: [{ n: 1 }, { n: 2 }] }).met).toBe(true);
  });

  it('that is none is the fault of the lab', () => {
    expect(() => evaluate('object.spec =', { object })).toThrow('Unexpected');
  });
});
