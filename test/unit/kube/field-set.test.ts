// The algebra of sets of fields, against sets of plain paths, and FieldsV1 there and back.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareElements, fieldElement, showPath, valueElement, keyElement, type FieldPath } from '../../../src/kube/machinery/field-path.ts';
import {
  difference,
  hasPath,
  intersection,
  isEmptySet,
  pathsOf,
  recursiveDifference,
  setOf,
  union,
  type FieldSet,
} from '../../../src/kube/machinery/field-set.ts';
import { parseFieldsV1 } from '../../../src/kube/machinery/fields-v1.ts';
import type { JsonObject } from '../../../src/kube/machinery/json.ts';

const element = fc.oneof(
  fc.constantFrom('a', 'b', 'c').map(fieldElement),
  fc.constantFrom<number | string | boolean>(2, 10, 'x', 'y<', true).map(valueElement),
  fc.record({ port: fc.constantFrom(9, 80), name: fc.constantFrom('p', 'q') }).map((values) => keyElement(['name', 'port'], values)),
  fc.constantFrom('i:2', 'i:10'),
);
const paths = fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 12 });

const texts = (list: Iterable<FieldPath>): Set<string> => new Set([...list].map((path) => path.join(' / ')));
const textsOf = (set: FieldSet): Set<string> => texts(pathsOf(set));
const json = (set: FieldSet): string => JSON.stringify(set);

describe('sets of fields', () => {
  test('hold what is put in, whatever the order', () => {
    fc.assert(
      fc.property(paths, (list) => {
        const set = setOf(list);
        expect(textsOf(set)).toEqual(texts(list));
        expect(json(setOf([...list].reverse()))).toBe(json(set));
        expect(list.every((path) => hasPath(set, path))).toBe(true);
      }),
    );
  });

  test('unite, intersect and subtract as sets of paths do', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const [a, b] = [setOf(left), setOf(right)];
        expect(textsOf(union(a, b))).toEqual(texts(left).union(texts(right)));
        expect(textsOf(intersection(a, b))).toEqual(texts(left).intersection(texts(right)));
        expect(textsOf(difference(a, b))).toEqual(texts(left).difference(texts(right)));
        const covered = left.filter((path) => right.some((other) => other.every((each, i) => each === path[i])));
        expect(textsOf(recursiveDifference(a, b))).toEqual(texts(left).difference(texts(covered)));
      }),
    );
  });

  test('are written in one way only', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const [a, b] = [setOf(left), setOf(right)];
        expect(json(union(a, b))).toBe(json(setOf([...right, ...left])));
        expect(json(union(difference(a, b), intersection(a, b)))).toBe(json(a));
        expect(isEmptySet(difference(a, a))).toBe(true);
        expect(union(a, intersection(a, b))).toBe(a);
        expect(difference(a, difference(a, a))).toBe(a);
      }),
    );
  });

  test('are FieldsV1: what is in order is taken as it is, the rest is put in order', () => {
    const shuffled = (set: FieldSet): JsonObject =>
      Object.fromEntries(
        Object.entries(set)
          .reverse()
          .map(([key, inside]) => [key, shuffled(inside)]),
      );
    fc.assert(
      fc.property(paths, (list) => {
        const set = setOf(list);
        const stored = JSON.parse(json(set)) as JsonObject;
        expect(parseFieldsV1(stored)).toBe(stored);
        expect(json(parseFieldsV1(shuffled(set)))).toBe(json(set));
      }),
    );
  });
});

describe('FieldsV1 of clients', () => {
  test('is brought into canonical form', () => {
    const sent = {
      '.': {},
      'x:unknown': { 'f:a': {} },
      'k:{"protocol":"TCP","port":80.0}': null,
      'v:"<"': {},
      'f:b': { '.': {} },
      'f:a': { 'f:c': {}, '.': {} },
    };
    expect(json(parseFieldsV1(sent))).toBe(
      JSON.stringify({ 'f:a': { '.': {}, 'f:c': {} }, 'f:b': {}, 'k:{"port":80,"protocol":"TCP"}': {}, [String.raw`v:"\u003c"`]: {} }),
    );
  });

  test.each([
    [{ q: {} }, 'key must be 2 characters long:'],
    [{ 'f-a': {} }, 'missing colon: f-a'],
    [{ 'i:x': {} }, 'strconv.Atoi: parsing "x": invalid syntax'],
    [{ 'f:a': 1 }, 'expect { or n, but found 1'],
    [{ 'k:{': {} }, 'parsing key as path element'],
  ])('%j is refused', (sent, message) => {
    expect(() => parseFieldsV1(sent)).toThrow(message);
  });
});

test('elements come by kind, then by value as Go compares', () => {
  const elements = [
    'f:Z',
    'f:a',
    'f:b',
    'f:\uffee',
    'f:\u{1f600}',
    'k:{"name":"a","port":9}',
    'k:{"name":"a","port":80}',
    'k:{"port":9}',
    'v:2',
    'v:10',
    'v:"1"',
    'v:true',
    'i:2',
    'i:10',
  ];
  expect([...elements].reverse().sort(compareElements)).toEqual(elements);
});

test('paths are shown as messages show them', () => {
  expect(showPath(['f:spec', 'k:{"containerPort":80,"protocol":"TCP"}', 'v:"a"', 'i:3', 'f:x.y/z', 'v:1500000'])).toBe(
    '.spec[containerPort=80,protocol="TCP"][="a"][3].x.y/z[=1.5e+06]',
  );
});
