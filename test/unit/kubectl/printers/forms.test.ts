// Sorting as Go sorts, KYAML, and columns of paths.
import { describe, expect, test } from 'vitest';
import { goSort } from '../../../../src/kube/machinery/go-sort.ts';
import { kyamlPrinter } from '../../../../src/kubectl/printers/kyaml-printer.ts';
import { relaxedPath } from '../../../../src/kubectl/printers/relaxed-path.ts';

/** As sort.Sort of Go leaves the same list. */
const GO_ORDER = [
  15, 39, 36, 3, 33, 30, 6, 27, 24, 9, 0, 21, 12, 18, 10, 4, 16, 1, 13, 19, 37, 34, 22, 31, 28, 25, 7, 14, 8, 29, 5, 23, 32, 26, 11, 35, 2, 20, 38, 17,
];

test('what compares equal ends where Go leaves it', () => {
  const items = Array.from({ length: 40 }, (_, i) => ({ key: (i * 7) % 3, at: i }));
  const order = goSort(items, (a, b) => a.key < b.key).map(({ at }) => at);
  expect(order).toEqual(GO_ORDER);
});

test('short lists keep the order of equals', () => {
  expect(goSort(['b1', 'a1', 'b2', 'a2'], (a, b) => (a[0] ?? '') < (b[0] ?? ''))).toEqual(['a1', 'a2', 'b1', 'b2']);
});

describe('kyaml', () => {
  test('braces, quotes where they are needed, lists close together', () => {
    const text = kyamlPrinter().print({ kind: 'X', no: true, '1': 1.5, spec: { list: [{ a: null }, {}], words: ['x', 'a\n b\n'], none: [] } });
    expect(text).toBe(
      '---\n{\n  "1": 1.5,\n  kind: "X",\n  "no": true,\n  spec: {\n    list: [{\n      a: null,\n    }, {}],\n    none: [],\n    words: [\n      "x",\n      "\\\n         a\\n\\\n        \\ b\\n\\\n        ",\n    ],\n  },\n}\n',
    );
  });
});

test.each([
  ['metadata.name', '{.metadata.name}'],
  ['.metadata.name', '{.metadata.name}'],
  ['{metadata.name}', '{.metadata.name}'],
  ['{.metadata.name}', '{.metadata.name}'],
  ['', ''],
])('path %s', (written, path) => {
  expect(relaxedPath(written)).toBe(path);
});
test('two paths are none', () => {
  expect(() => relaxedPath('{.a}{.b}')).toThrow('unexpected path string');
});
