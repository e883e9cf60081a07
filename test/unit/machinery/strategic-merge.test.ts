// Strategic merge: each directive, and the order of merged lists.
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/kube/machinery/json.ts';
import { PatchError, strategicMerge, type MergeSchema } from '../../../src/kube/machinery/strategic-merge.ts';

const container: MergeSchema = (field) =>
  field === 'env' ? { schema: () => undefined, strategies: ['merge'], mergeKey: 'name' } : { schema: undefined, strategies: [], mergeKey: undefined };
const spec: MergeSchema = (field) => {
  switch (field) {
    case 'containers':
      return { schema: container, strategies: ['merge'], mergeKey: 'name' };
    case 'finalizers':
      return { schema: undefined, strategies: ['merge'], mergeKey: undefined };
    case 'strategy':
      return { schema: () => undefined, strategies: ['retainKeys'], mergeKey: undefined };
    default:
      return { schema: undefined, strategies: [], mergeKey: undefined };
  }
};
const merge = (original: JsonObject, patch: JsonObject): JsonObject => strategicMerge(original, patch, spec);
const two: JsonObject = {
  containers: [
    { name: 'a', image: 'a:1' },
    { name: 'b', image: 'b:1' },
  ],
};

test('items with the same key merge, new ones come first', () => {
  expect(
    merge(two, {
      containers: [
        { name: 'b', image: 'b:2' },
        { name: 'c', image: 'c:1' },
      ],
    }),
  ).toEqual({
    containers: [
      { name: 'a', image: 'a:1' },
      { name: 'b', image: 'b:2' },
      { name: 'c', image: 'c:1' },
    ],
  });
  expect(merge(two, { containers: [{ name: 'side' }] })).toEqual({ containers: [{ name: 'side' }, { name: 'a', image: 'a:1' }, { name: 'b', image: 'b:1' }] });
});

test('$patch: delete removes an item, $patch: replace the list', () => {
  expect(merge(two, { containers: [{ name: 'a', $patch: 'delete' }] })).toEqual({ containers: [{ name: 'b', image: 'b:1' }] });
  expect(merge(two, { containers: [{ $patch: 'replace' }, { name: 'z' }] })).toEqual({ containers: [{ name: 'z' }] });
});

test('$patch: replace in a map leaves only what the patch has', () => {
  expect(merge({ labels: { a: '1', b: '2' } }, { labels: { $patch: 'replace', c: '3' } })).toEqual({ labels: { c: '3' } });
});

test('$setElementOrder puts the named items in order', () => {
  expect(merge(two, { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'b', image: 'b:2' }] })).toEqual({
    containers: [
      { name: 'b', image: 'b:2' },
      { name: 'a', image: 'a:1' },
    ],
  });
});

test('$deleteFromPrimitiveList takes values out, plain values are added once', () => {
  expect(merge({ finalizers: ['x', 'y'] }, { '$deleteFromPrimitiveList/finalizers': ['x'] })).toEqual({ finalizers: ['y'] });
  expect(merge({ finalizers: ['x'] }, { finalizers: ['x', 'z'] })).toEqual({ finalizers: ['x', 'z'] });
});

test('$retainKeys drops everything else', () => {
  expect(merge({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } }, { strategy: { $retainKeys: ['type'], type: 'Recreate' } })).toEqual({
    strategy: { type: 'Recreate' },
  });
  expect(() => merge({ strategy: {} }, { strategy: { $retainKeys: ['type'], other: 1 } })).toThrow(PatchError);
});

test('null removes a field and is no value of a new one', () => {
  expect(merge({ a: 1, b: 2 }, { a: null })).toEqual({ b: 2 });
  expect(merge({}, { labels: { a: null, b: '1' } })).toEqual({ labels: { b: '1' } });
});

test('an item without its key is refused', () => {
  expect(() => merge(two, { containers: [{ image: 'x' }] })).toThrow(/does not contain declared merge key: name/);
});

test('neither side is changed', () => {
  const original = structuredClone(two);
  const patch: JsonObject = { containers: [{ name: 'a', $patch: 'delete' }] };
  const copy = structuredClone(patch);
  merge(original, patch);
  expect([original, patch]).toEqual([two, copy]);
});
