// YAML as Go writes it: what was compared with sigs.k8s.io/yaml on generated values, kept as examples.
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { compareKeys, goYaml } from '../../../src/kube/machinery/go-yaml.ts';
import type { JsonValue } from '../../../src/kube/machinery/json.ts';
import { parseJsonText } from '../../../src/kube/machinery/json-text.ts';
import { parseYaml } from '../../../src/kube/machinery/yaml.ts';

describe('goYaml', () => {
  test.each<[string, JsonValue, string]>([
    ['lists stand under their key', { a: [1, { b: 2 }], c: {}, d: [] }, 'a:\n- 1\n- b: 2\nc: {}\nd: []\n'],
    ['lists within lists', [[1, 2], [], [{ a: 1, b: 2 }]], '- - 1\n  - 2\n- []\n- - a: 1\n    b: 2\n'],
    [
      'other types are quoted twice',
      ['yes', '1', '1e3', '0x1f', 'null', '', '2020-01-01', '12:30', '~'],
      '- "yes"\n- "1"\n- "1e3"\n- "0x1f"\n- "null"\n- ""\n- "2020-01-01"\n- "12:30"\n- "~"\n',
    ],
    [
      'syntax is quoted once',
      ['- x', 'a: b', 'a #b', "it's", '*', ' a', '@x', "'q'"],
      "- '- x'\n- 'a: b'\n- 'a #b'\n- it's\n- '*'\n- ' a'\n- '@x'\n- '''q'''\n",
    ],
    ['lines are literal', { a: 'x\ny\n', b: 'x\ny', c: 'x\n\n', d: ' x\ny' }, 'a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |+\n  x\n\nd: |2-\n   x\n  y\n'],
    ['what cannot be literal', { a: 'x \ny', b: '\tx\n' }, 'a: "x \\ny"\nb: "\\tx\\n"\n'],
    ['numbers', [1, 1.5, 1e21, 9129414.86, 1e-5, -3, 1e20], '- 1\n- 1.5\n- 1e+21\n- 9.12941486e+06\n- 1e-05\n- -3\n- 1e+20\n'],
    ['keys count their digits', { a10: 1, a2: 2, b: 3, A: 4, 1: 5 }, '"1": 5\nA: 4\na2: 2\na10: 1\nb: 3\n'],
    ['keys with lines', { 'a\nb': 1 }, '? |-\n  a\n  b\n: 1\n'],
  ])('%s', (_title, value, text) => {
    expect(goYaml(value)).toBe(text);
  });

  test('long text is folded at 80 columns', () => {
    const text = goYaml({ message: `${'word '.repeat(30)}end` });
    expect(text.split('\n').map((line) => line.length)).toEqual([83, 80, 0]);
  });

  test('whatever is written is read again as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseYaml(goYaml(value as JsonValue)).value).toEqual(parseJsonText(JSON.stringify(value)));
      }),
    );
  });

  test.each<[string, JsonValue]>([
    ['12:30', '12:30'],
    ['.', '.'],
    ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
    ['0o17', 15],
    ['017', 15],
    ['0x1F', 31],
    ['08', 8],
    ['1_000', 1000],
    ['_1', '_1'],
    ['1e3', 1000],
    ['y', true],
    ['~', null],
    ['!!binary aGk=', 'hi'],
    ['9007199254740993', 9007199254740993n as unknown as JsonValue],
    ['99999999999999999999', 1e20],
  ])('Go reads %s as %j', (text, value) => {
    expect(parseYaml(`k: ${text}\n`).value).toEqual({ k: value });
  });

  test.each([
    ['a: {b: c\n', "line 1: did not find expected ',' or '}'"],
    ['a: [1, 2\nb: c\n', "line 1: did not find expected ',' or ']'"],
    ['a:\n  b: c\n d: e\n', 'line 2: did not find expected key'],
    ['a: b: c\n', 'mapping values are not allowed in this context'],
    ['a: b\n  c: d\n', 'line 2: mapping values are not allowed in this context'],
    ['- a\nb: c\n', "line 1: did not find expected '-' indicator"],
    ['a: |\n b\nc\n', "line 4: could not find expected ':'"],
    ['a: }\n', 'did not find expected node content'],
    ['a: {b: c}}\n', 'did not find expected key'],
    ['spec:\n  containers:\n  - name: a\n   image: b\n', 'line 3: did not find expected key'],
    ['a:\n\tb: c\n', 'line 2: found character that cannot start any token'],
    ['a: b\n- c\n', 'line 1: did not find expected key'],
  ])('%j is refused as Go refuses it', (text, message) => {
    expect(() => parseYaml(text)).toThrow(`yaml: ${message}`);
  });

  test('what JSON has not is refused', () => {
    expect(() => parseYaml('k: .nan\n')).toThrow('json: unsupported value: NaN');
  });

  test('the order of keys', () => {
    expect(['b', 'a', '10', '9', 'a-b', 'a.b', '_'].sort(compareKeys)).toEqual(['_', '9', '10', 'a', 'a-b', 'a.b', 'b']);
  });
});
