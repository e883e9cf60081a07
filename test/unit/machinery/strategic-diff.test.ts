// Patches that lead from one object to another: upstream's own answers to generated Deployments, and what they do when they are applied.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/kube/machinery/json.ts';
import { strategicDiff, threeWayPatch, type ThreeWay } from '../../../src/kube/machinery/strategic-diff.ts';
import { strategicMerge, type MergeField, type MergeSchema } from '../../../src/kube/machinery/strategic-merge.ts';

const plain: MergeField = { schema: undefined, strategies: [], mergeKey: undefined };
const listOf = (mergeKey: string, schema?: MergeSchema, ...more: string[]): MergeField => ({ schema, strategies: ['merge', ...more], mergeKey });
const of =
  (fields: Readonly<Record<string, MergeField>>): MergeSchema =>
  (name) =>
    fields[name] ?? plain;
const below = (schema: MergeSchema, ...strategies: string[]): MergeField => ({ schema, strategies, mergeKey: undefined });

const container = of({ env: listOf('name', of({})), ports: listOf('containerPort'), volumeMounts: listOf('mountPath') });
const podSpec = of({
  containers: listOf('name', container),
  initContainers: listOf('name', container),
  volumes: listOf('name', of({}), 'retainKeys'),
  imagePullSecrets: listOf('name'),
  hostAliases: listOf('ip'),
  topologySpreadConstraints: listOf('topologyKey'),
});
const DEPLOYMENT = of({
  metadata: below(of({ finalizers: { ...plain, strategies: ['merge'] }, ownerReferences: listOf('uid') })),
  spec: below(of({ strategy: below(of({}), 'retainKeys'), template: below(of({ metadata: below(of({})), spec: below(podSpec) })) })),
});

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, '../../golden/patches/three-way.json'), 'utf8')) as readonly (ThreeWay & {
  readonly patch: JsonObject;
})[];

describe('three-way patches', () => {
  test('there are some', () => expect(recorded.length).toBeGreaterThan(40));
  test.each(recorded.map((each, i) => [i, each] as const))('upstream case %d', (_i, { patch, ...objects }) => {
    expect(threeWayPatch(objects, DEPLOYMENT)).toEqual(patch);
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'd');
const items = fc.uniqueArray(fc.record({ name, value: name }), { selector: (item) => item.name, maxLength: 4 });
const object = fc.record(
  { labels: fc.dictionary(name, name), list: items, plain: fc.array(name, { maxLength: 3 }), set: fc.uniqueArray(name, { maxLength: 4 }) },
  { requiredKeys: [] },
);
const SCHEMA = of({ list: listOf('name', of({})), set: { ...plain, strategies: ['merge'] } });

/** As the real kubectl sent them. */
test.each<[before: string, after: string, patch: readonly JsonObject[]]>([
  [
    'A=1',
    'A=1 A=2',
    [
      { name: 'A', value: '2' },
      { name: 'A', value: '1' },
    ],
  ],
  ['A=1 A=2', 'A=2', [{ name: 'A', $patch: 'delete' }]],
  [
    'A=1 A=2',
    'A=2 A=1',
    [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ],
  ],
  [
    'A=1 A=2',
    'B=2',
    [
      { name: 'B', value: '2' },
      { name: 'A', $patch: 'delete' },
      { name: 'A', $patch: 'delete' },
    ],
  ],
])('a key that comes twice: %s to %s', (before, after, patch) => {
  const env = (text: string): JsonObject => ({ env: text.split(' ').map((each) => ({ name: each.slice(0, 1), value: each.slice(2) })) });
  expect(strategicDiff(env(before), env(after), container)['env']).toEqual(patch);
});

test('what a patch says is what comes out of it', () => {
  fc.assert(
    fc.property(object, object, (before, after) => {
      const patch = strategicDiff(before as JsonObject, after as JsonObject, SCHEMA);
      const result = strategicMerge(before as JsonObject, patch, SCHEMA);
      // Upstream does not always keep the order of scalars.
      const filled = (value: JsonObject): JsonObject => ({
        labels: {},
        list: [],
        plain: [],
        ...value,
        set: [...((value['set'] ?? []) as readonly string[])].sort(),
      });
      expect(filled(result)).toEqual(filled(after as JsonObject));
    }),
    { numRuns: 500 },
  );
});
