// What is wrong with a YAML file is told by line and field, in words that say what to do; never in those of a parser or a schema.
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseChecked } from '../../../src/platform/checked-yaml.ts';

const schema = z.strictObject({
  name: z.optional(z.string()),
  on: z.optional(z.boolean()),
  count: z.optional(z.int().check(z.minimum(1))),
  list: z.optional(z.array(z.string())),
  deep: z.prefault(z.strictObject({ inner: z.prefault(z.strictObject({ someThing: z.optional(z.string()) }), {}) }), {}),
  kinds: z.optional(
    z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('circle'), radius: z.number() }),
        z.strictObject({ kind: z.literal('square'), width: z.number() }),
      ]),
    ),
  ),
});

function told(source: string): readonly string[] {
  const checked = parseChecked(source, schema, () => []);
  return 'value' in checked ? [] : checked.problems.map(({ line, field, message }) => [String(line), field, message].filter(Boolean).join(' '));
}

it.each<[source: string, says: string]>([
  ['name: a\n---\nname: b\n', '2 a second document begins here, after ---: only one can be in a file; put the other into a file of its own'],
  ['name a\ncount: 1\n', '1 "name a" is no `key: value`: a colon and a space are missing after the key, or it is indented otherwise than its neighbours'],
  ['count: 1\nname a\n', '2 "name a" is no `key: value`: a colon and a space are missing after the key'],
  ['name: a: b\n', '1 "name: a: b" has two colons: put the value in quotes'],
  [
    'name: a\n  count: 1\n',
    '1 the line below "name: a" is indented deeper, though that has its value already: line it up with those it belongs to, with spaces',
  ],
  ['deep:\n  inner: {}\n count: 1\n', '3 "count: 1" is indented otherwise than its neighbours: line it up with those it belongs to, with spaces'],
  ['deep:\n\tinner: {}\n', '2 this line is indented with a tab: YAML takes spaces only'],
  ['name: a\nname: b\n', '2 name is given a second time: keep one of them'],
  ['count: 1\nname: "a\nlist: []\n', '2 a quote that is opened here is not closed: end the text with the same mark, "'],
  ['count: 1\nlist: [a, b\nname: x\n', '2 a bracket that is opened here is not closed: a list ends with ], fields end with }'],
  ['deep: {inner: {}\nname: x\n', '1 a bracket that is opened here is not closed: a list ends with ], fields end with }'],
  ['list: [a]]\n', '1 "list: [a]]" has a mark too many, such as a comma, a bracket or a quote: take it away, or put the value in quotes'],
  ['name: @a\n', '1 "name: @a" has a value that begins with a mark of YAML, such as @ or a backquote: put it in quotes'],
  ['name: *a\n', '1 *a stands for what &a marks, and nothing is marked so: a text that begins with * goes in quotes'],
  ['name: 1.40\n', '1 name is a number as it stands: put it in quotes, name: "1.40"'],
  ['name: true\n', '1 name is true or false as it stands: put it in quotes, name: "true"'],
  ['name: [a]\n', '1 name is a list, and must be a text'],
  ['name:\n', '1 name has no value: write one, or take the line away'],
  ['list: a\n', '1 list must be a list, and is the text "a": put [ ] around it, or a dash before each entry'],
  ['list:\n', '1 list has no entries: write them below it, each after a dash, or take the line away'],
  ['list: [a, 2]\n', '1 list[1] is a number as it stands: put it in quotes, "2"'],
  ['deep: a\n', '1 deep must have fields, each written as `key: value`, and is the text "a"'],
  ['deep:\n', '1 deep has nothing below it: write its fields there, indented, or take the line away'],
  ['- a\n', '1 must have fields, each written as `key: value`, and is a list'],
  ['on: "yes"\n', '1 on must be true or false, without quotes, and is the text "yes"'],
  ['count: "3"\n', '1 count must be a number: without quotes, count: 3'],
  ['count: 1.5\n', '1 count must be a whole number, and is 1.5'],
  ['count: 0\n', '1 count must be at least 1'],
  ['deep: {inner: {something: a}}\n', '1 deep.inner.something is not known here; did you mean someThing?'],
  ['kinds: [{kind: circel}]\n', '1 kinds[0].kind must be one of circle, square; did you mean circle?'],
  ['kinds: [{radius: 1}]\n', '1 kinds[0].kind is missing: it must be one of circle, square'],
  ['kinds: [{kind: square, width: 1, radius: 1}]\n', '1 kinds[0].radius is not known here'],
])('%j', (source, says) => {
  expect(told(source)).toEqual([says]);
});

it('finds nothing where nothing is wrong', () => {
  expect(told('name: &a x\nlist: [*a]\ndeep: {inner: {someThing: "1.40"}}\nkinds: [{kind: circle, radius: 1.5}]\n')).toEqual([]);
});

it('aliases of aliases that grow beyond all bounds are a mistake like others, and so is one within itself', () => {
  const names = [...'abcdefghi'];
  const nested = names.slice(1).map((name, i) => `${name}: &${name} [${Array(9).fill(`*${names[i]}`).join(', ')}]`);
  expect(told(['a: &a [x, x, x, x, x, x, x, x, x]', ...nested].join('\n'))).toEqual([
    '9 *h stands for aliases of aliases, too many to be read: write out what is meant',
  ]);
  expect(told('name: x\ndeep: &a\n  inner: *a\n')).toEqual(['3 *a stands within what &a marks, and would have no end: write out what is meant']);
  expect(told('name: &a x\nlist: [*a, *a]\n')).toEqual([]);
});

it.each([
  ['another kind of file', '\u0000\u0001ELF\u0000'.repeat(400)],
  ['a text', 'correct horse battery staple\n'],
  ['a long text in a field', `name: x\nlist: ${'s3cret'.repeat(500)}\n`],
  ['a long key', `name: x\n${'s3cret'.repeat(500)}: 1\n`],
  ['a long number', `name: ${'7'.repeat(900)}\n`],
  ['a long key that stands twice', `? ${'k'.repeat(900)}\n: 1\n? ${'k'.repeat(900)}\n: 2\n`],
  ['marks that a terminal obeys', `name: x\nlist: "\\u009b2J\\u202e${'\u009b2J\u202e'}"\n`],
])('%s is not printed when it was named by mistake', (_kind, source) => {
  const lines = told(source);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line.length).toBeLessThan(330);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]|horse/u);
    expect(line).not.toMatch(/(s3cret){11}|[7k]{61}|(\\u0000.*){12}/);
  }
});
