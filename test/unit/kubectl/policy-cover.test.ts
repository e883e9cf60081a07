// Which rights rules lack, as kubectl auth reconcile tells them.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { uncovered } from '../../../src/kubectl/commands/auth/policy-cover.ts';

const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };

test('what is missing is told right by right', () => {
  expect(uncovered([pods], [{ apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get', 'list'] }])).toEqual([
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['list'] },
  ]);
});

test.each([
  ['all of everything', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], [pods]],
  ['a subresource of everything', [{ apiGroups: [''], resources: ['*/log'], verbs: ['get'] }], [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }]],
  ['all names', [pods], [{ ...pods, resourceNames: ['a'] }]],
  ['paths below one', [{ nonResourceURLs: ['/metrics/*'], verbs: ['get'] }], [{ nonResourceURLs: ['/metrics/a'], verbs: ['get'] }]],
])('%s covers', (_what, owners, rules) => {
  expect(uncovered(owners, rules)).toEqual([]);
});

test.each([
  ['one name', [{ ...pods, resourceNames: ['a'] }], [pods]],
  ['another group', [pods], [{ ...pods, apiGroups: ['apps'] }]],
  ['another path', [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }], [{ nonResourceURLs: ['/metrics/a'], verbs: ['get'] }]],
])('%s does not cover', (_what, owners, rules) => {
  expect(uncovered(owners, rules)).not.toEqual([]);
});

const some = (...words: readonly string[]) => fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 3 });
const rules = fc.array(fc.record({ apiGroups: some('', 'apps', '*'), resources: some('pods', 'pods/log', '*'), verbs: some('get', 'list', '*') }), {
  maxLength: 4,
});

test('rules cover themselves, and what they lack once it is added', () => {
  fc.assert(
    fc.property(rules, rules, (present, wanted) => {
      expect(uncovered(present, present)).toEqual([]);
      expect(uncovered([...present, ...uncovered(present, wanted)], wanted)).toEqual([]);
    }),
  );
});
