// What a mistyped name could have meant.
import { expect, it } from 'vitest';
import { nearestName } from '../../../src/errors/nearest-name.ts';

it.each([
  ['statsu', 'status'],
  ['dwon', 'down'],
  ['STATUS', 'status'],
  ['stat', 'status'],
  ['kubconfig', 'kubeconfig'],
  ['up2', 'up'],
  ['xyzzy', undefined],
  ['', undefined],
])('%s: %s', (typed, meant) => {
  expect(nearestName(typed, ['up', 'down', 'status', 'kubeconfig'])).toBe(meant);
});
