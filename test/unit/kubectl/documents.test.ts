// What a manifest holds: JSON values, YAML documents, or one after the other, as kubectl 1.35 reads them.
import { expect, test } from 'vitest';
import { documentsIn } from '../../../src/kubectl/resources/documents.ts';

const JSON_POD = '{"kind":"Pod","metadata":{"name":"a"}}';
const names = (text: string): readonly unknown[] =>
  [...documentsIn(text, 'f')].map((each) => (each['metadata'] as { readonly name?: string } | undefined)?.name);

test.each([
  ['values with YAML separators between them', `${JSON_POD}\n---\n${JSON_POD}\n`, ['a', 'a']],
  ['a separator on the same line', `${JSON_POD} ---\n${JSON_POD}\n`, ['a', 'a']],
  ['a comment between values', `${JSON_POD}\n# c\n${JSON_POD}`, ['a', 'a']],
  ['values without anything between them', `${JSON_POD}${JSON_POD}`, ['a', 'a']],
  ['YAML after JSON', `${JSON_POD}\n---\nkind: Pod\nmetadata: {name: b}\n`, ['a', 'b']],
  ['YAML that begins with a brace', '{kind: Pod, metadata: {name: c}}\n', ['c']],
])('%s', (_what, text, expected) => {
  expect(names(text)).toEqual(expected);
});

test.each([
  ['{"a":\n', 'error parsing f: unexpected EOF'],
  ['{"a" 1}', "error parsing f: json: offset 6: invalid character '1' after object key"],
  [`${JSON_POD}\n]`, `error parsing f: json: offset ${JSON_POD.length + 2}: invalid character ']' looking for beginning of value`],
])('%j is neither', (text, message) => {
  expect(() => names(text)).toThrow(message);
});
