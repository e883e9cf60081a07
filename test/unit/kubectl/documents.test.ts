// What a manifest holds: JSON values, YAML documents, or one after the other, as kubectl 1.35 reads them.
import { expect, test } from 'vitest';
import { decodedIn, documentsIn } from '../../../src/kubectl/resources/documents.ts';

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

// In YAML the fields are read in alphabetical order, in JSON as they are written; a time that is none comes before everything.
test.each([
  ['kind: A\nmetadata: {labels: {x: 1}}', 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string'],
  ['kind: A\nmetadata: {annotations: [a]}', 'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.annotations of type map[string]string'],
  ['kind: A\nmetadata: {name: true}', 'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.name of type string'],
  ['kind: A\nmetadata: a', 'json: cannot unmarshal string into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta'],
  ['kind: A\napiVersion: 1', 'json: cannot unmarshal number into Go struct field metadataOnlyObject.TypeMeta.apiVersion of type string'],
  [
    'kind: A\nmetadata: {ownerReferences: {}, generation: "x"}',
    'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.generation of type int64',
  ],
  [
    '{"kind":"A","metadata":{"ownerReferences":{},"generation":"x"}}',
    'json: cannot unmarshal object into Go struct field ObjectMeta.metadata.ownerReferences of type []v1.OwnerReference',
  ],
  ['kind: A\nmetadata: {labels: {x: 1}, creationTimestamp: x}', 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
  ['b: 1\na: {z: 1, b: "<>"}', String.raw`Object 'Kind' is missing in '{"a":{"b":"\u003c\u003e","z":1},"b":1}'`],
  ['{"b":1, "a":  2}', `Object 'Kind' is missing in '{"b":1, "a":  2}'`],
])('%j is content, but no object', (text, message) => {
  expect(() => names(text)).toThrow(`unable to decode "f": ${message}`);
});

test('what is no object keeps nothing behind it from being read', () => {
  const read = [...decodedIn('a: b\n---\nkind: Pod\nmetadata: {name: a}\n', 'f')];
  expect(read.map((each) => (each instanceof Error ? 'failure' : each['kind']))).toEqual(['failure', 'Pod']);
});

test('lines are counted from behind the separator', () => {
  expect(() => names('---\nkind: [\n')).toThrow('yaml: line 2: did not find expected node content');
  expect(() => names('kind: A\n---\nkind: [\n')).toThrow('yaml: line 1: did not find expected node content');
});
