// The kinds that are served are those of the facts, and none of them is data alone.
import { expect, test } from 'vitest';
import { resourceFacts } from '../../../src/sim/resources/facts.ts';
import { builtInResources } from '../../../src/sim/resources/registry.ts';

/** `v1/pods`, and why the facts' kind is not served. */
const MISSING: Readonly<Record<string, string>> = {};

test('every kind of the facts is registered', () => {
  const served = builtInResources.map(({ groupVersion, resource }) => `${groupVersion}/${resource}`).sort();
  expect(served).toEqual(
    Object.keys(resourceFacts)
      .filter((each) => !Object.hasOwn(MISSING, each))
      .sort(),
  );
});

test('every stored kind has a row for its columns', () => {
  const without = builtInResources.filter(({ kindRules, facts }) => facts.columns && !kindRules.virtual && !kindRules.row).map(({ resource }) => resource);
  expect(without).toEqual([]);
});
