// Selectors, quantities and names: parsing, matching, canonical text, upstream's messages.
import { describe, expect, test } from 'vitest';
import { canonicalQuantity, compareQuantity, parseQuantity, quantityOf } from '../../../src/kube/machinery/quantity.ts';
import { formatSelector, matchesSelector, parseFieldSelector, parseSelector, selects } from '../../../src/kube/machinery/selectors.ts';
import { validateDnsLabel, validateLabelKey } from '../../../src/kube/machinery/names.ts';

describe('label selectors', () => {
  test.each([
    ['app=web', { app: 'web' }, true],
    ['app==web', { app: 'db' }, false],
    ['app!=web', {}, true],
    ['app', { app: '' }, true],
    ['!app', { app: 'x' }, false],
    ['env in (dev,prod),app!=a', { env: 'prod', app: 'b' }, true],
    ['env notin (dev)', { env: 'dev' }, false],
    ['n>3', { n: '4' }, true],
    ['n<3', { n: 'x' }, false],
    ['', { any: 'thing' }, true],
  ])('%s on %j is %s', (text, labels, expected) => {
    expect(matchesSelector(parseSelector(text), labels as Record<string, string>)).toBe(expected);
  });
  test("errors are upstream's", () => {
    expect(() => parseSelector('env in dev')).toThrow("unable to parse requirement: found 'dev' expected: '('");
    expect(() => parseSelector('a b')).toThrow(/found 'b', expected: in, notin, =, ==, !=, gt, lt/);
  });
  test('the text form is canonical', () => {
    expect(formatSelector(parseSelector('b in (y, x), a=1, !c'))).toBe('a=1,b in (x,y),!c');
  });
  test('an absent LabelSelector selects nothing, an empty one everything', () => {
    expect(selects(undefined, { a: '1' })).toBe(false);
    expect(selects({}, { a: '1' })).toBe(true);
  });
});

test('field selectors unescape and know inequality', () => {
  expect(parseFieldSelector('metadata.name=a\\,b,status.phase!=Running')).toEqual([
    { field: 'metadata.name', equals: true, value: 'a,b' },
    { field: 'status.phase', equals: false, value: 'Running' },
  ]);
  expect(() => parseFieldSelector('nonsense')).toThrow("invalid selector: 'nonsense'; can't understand 'nonsense'");
});

describe('quantities', () => {
  test.each([
    ['0.5', '500m'],
    ['1024Ki', '1Mi'],
    ['1500Mi', '1500Mi'],
    ['1.5Gi', '1536Mi'],
    ['1e3', '1e3'],
    ['2000m', '2'],
    ['0', '0'],
    ['0.1m', '100u'],
    ['-1', '-1'],
    ['1000000', '1M'],
  ])('%s is written %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });
  test.each(['', 'abc', '1 Gi', '1gi', '--1', '1e', '0x10'])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
  test('compare across suffixes', () => {
    expect(compareQuantity(quantityOf('1Gi'), quantityOf('1G'))).toBe(1);
    expect(compareQuantity(quantityOf('1'), quantityOf('1000m'))).toBe(0);
  });
});

test('names say what they may be', () => {
  expect(validateDnsLabel('Upper')).toEqual([
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ]);
  expect(validateLabelKey('example.com/ok')).toEqual([]);
  expect(validateLabelKey('/x')).toContain('prefix part must be non-empty');
});
